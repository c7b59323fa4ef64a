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
#ifndef TINY_ENCODER_H
#define TINY_ENCODER_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TINY_FEATURES 3U

/* The design's input stream: beats of a sample, bytes of a beat, and bytes of a sample. */
#define TINY_BEATS 2U
#define TINY_BEAT_BYTES 1U
#define TINY_SAMPLE_BYTES 2U

/* The type of the network's input codes. */
typedef uint8_t tiny_code_t;

/*
 * Returns how many features are not a number. 0 means that all codes are good; the code of a feature that is
 * not a number is 0 and must not be used.
 */
uint32_t tiny_encode(const double features[TINY_FEATURES], tiny_code_t codes[TINY_FEATURES]);

/* Packs codes into the beats of a sample, the first one first. */
void tiny_pack(const tiny_code_t codes[TINY_FEATURES], uint8_t sample[TINY_SAMPLE_BYTES]);

#ifdef __cplusplus
}
#endif

#endif /* TINY_ENCODER_H */
