/*
 * tiny: raw features to input codes.
 *
 * Codes: ufixed<4,0>, value = code / 2^4.
 * MinMax scaling, rounding half up, saturation; a feature whose maximum is its minimum gives 0.
 * In IEEE double precision: a feature that was rounded to single precision can give another code.
 * Packed: a sample is 2 beats of 8 bits of the input stream, one after the other,
 * each with its lowest byte first; s_axis_tlast is 1 with the last beat alone.
 *
 * Made by Espalier 0.0.0: espalier export c
 */
#include "tiny_encoder.h"

#include <float.h>

#if DBL_MANT_DIG != 53 || !defined(FLT_EVAL_METHOD) || FLT_EVAL_METHOD < 0 || FLT_EVAL_METHOD > 1
#error "the codes are defined in IEEE double precision"
#endif
#ifdef __FAST_MATH__
#error "the codes are defined in IEEE arithmetic: compile without -ffast-math"
#endif

static const double minimum[3] = { /* gives 0 */
    -1.5, /* radius */
    0.0, /* texture */
    7.0 /* constant */
};
static const double maximum[3] = { /* gives 1 */
    2.5, /* radius */
    0.1, /* texture */
    7.0 /* constant */
};
static const double scale = 16.0; /* codes per 1 */
static const double lowest = 0.0; /* the smallest code */
static const double highest = 15.0; /* the largest code */
static const uint32_t lsb[3] = { /* lowest bit in the sample */
    0, 4, 8,
};
static const uint8_t width[3] = { /* bits of the code */
    4, 4, 4,
};

static double scaled_feature(double value, uint32_t feature)
{
    const double span = maximum[feature] - minimum[feature];

    return (span == 0.0) ? 0.0 : (((value - minimum[feature]) / span) * scale);
}

static int64_t round_half_up(double value)
{
    int64_t floored = (int64_t)value;

    if ((double)floored > value) {
        floored -= 1;
    }
    return ((value - (double)floored) >= 0.5) ? (floored + 1) : floored;
}

static tiny_code_t code_of(double value, uint32_t feature)
{
    const double scaled = scaled_feature(value, feature);

    if (scaled >= highest) {
        return (tiny_code_t)highest;
    }
    if (scaled > lowest) {
        return (tiny_code_t)round_half_up(scaled);
    }
    return (tiny_code_t)lowest;
}

uint32_t tiny_encode(const double features[TINY_FEATURES], tiny_code_t codes[TINY_FEATURES])
{
    uint32_t missing = 0U;

    for (uint32_t feature = 0U; feature < TINY_FEATURES; feature++) {
        const double value = features[feature];

        if (value != value) { /* not a number */
            codes[feature] = 0;
            missing++;
        } else {
            codes[feature] = code_of(value, feature);
        }
    }
    return missing;
}

void tiny_pack(const tiny_code_t codes[TINY_FEATURES], uint8_t sample[TINY_SAMPLE_BYTES])
{
    for (uint32_t byte = 0U; byte < TINY_SAMPLE_BYTES; byte++) {
        sample[byte] = 0U;
    }
    for (uint32_t feature = 0U; feature < TINY_FEATURES; feature++) {
        uint64_t code = (uint64_t)codes[feature];

        for (uint32_t bit = lsb[feature]; bit < lsb[feature] + width[feature]; bit++) {
            sample[bit / 8U] = (uint8_t)(sample[bit / 8U] | ((code & 1U) << (bit % 8U)));
            code >>= 1;
        }
    }
}
