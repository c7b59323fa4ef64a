/*
 * tiny: integer inference of a neural network.
 *
 * Layer hidden: 2 units, 3 of 6 products, sums in int32_t.
 * Layer logit: 1 unit, 2 of 2 products, sums in int32_t.
 *
 * Made by Espalier 0.0.0: espalier export c
 */
#include "tiny.h"

/* value / 2^count toward minus infinity: only numbers that are not negative are shifted. */
static int32_t floor_shift32(int32_t value, uint32_t count)
{
    return (value >= 0) ? (int32_t)((uint32_t)value >> count) : (-1 - (int32_t)((uint32_t)(-1 - value) >> count));
}

/* hidden */

/* ReLU, then 6 fraction bits to ufixed<4,1>, RND, SAT */
static int32_t hidden_finish0(int32_t sum)
{
    int32_t code = sum;

    if (code < 0) {
        code = 0;
    }
    code += 4;
    code = (int32_t)((uint32_t)code >> 3U);

    return code;
}

static const int8_t hidden_weights[3] = {
    3,
    -2, 5
};
static const uint8_t hidden_inputs[3] = {
    0U,
    0U, 1U
};
static const uint8_t hidden_counts[2] = {
    1U, 2U
};
static const int8_t hidden_biases[2] = {
    16, -32
};

static void hidden_layer(const uint8_t x[3], uint8_t y[2])
{
    uint32_t term = 0U;

    for (uint32_t unit = 0U; unit < 2U; unit++) {
        const uint32_t end = term + (uint32_t)hidden_counts[unit];
        int32_t sum = (int32_t)hidden_biases[unit];

        while (term < end) {
            sum += (int32_t)hidden_weights[term] * (int32_t)x[hidden_inputs[term]];
            term++;
        }
        y[unit] = (uint8_t)hidden_finish0(sum);
    }
}

/* logit */

static const int8_t logit_weights[2] = {
    -7, 6
};
static const uint8_t logit_biases[1] = {
    2U
};

static void logit_layer(const uint8_t x[2], int8_t y[1])
{
    uint32_t term = 0U;

    for (uint32_t unit = 0U; unit < 1U; unit++) {
        int32_t sum = (int32_t)logit_biases[unit];

        for (uint32_t input = 0U; input < 2U; input++) {
            sum += (int32_t)logit_weights[term] * (int32_t)x[input];
            term++;
        }
        y[unit] = (int8_t)sum;
    }
}

void tiny_run(const tiny_input_t input[TINY_INPUTS], tiny_output_t output[TINY_OUTPUTS])
{
    uint8_t buffer0[2];

    hidden_layer(input, buffer0);
    logit_layer(buffer0, output);
}

uint8_t tiny_class(const tiny_output_t output[TINY_OUTPUTS])
{
    return (output[0] > 0) ? 1U : 0U;
}

static const uint8_t probability_table[4] = {
    1U, 5U, 8U, 14U
};

/* 5 fraction bits to fixed<2,1>, RND_CONV, SAT */
static int32_t probability_index(int32_t logit)
{
    int32_t code = logit;

    code += 8;
    const uint32_t rest = ((uint32_t)code & 15U);
    code = floor_shift32(code, 4U);
    if ((rest == 0U) && (((uint32_t)code & 1U) != 0U)) {
        code -= 1; /* a tie goes to the even code */
    }
    if (code > 1) {
        code = 1;
    }
    if (code < -2) {
        code = -2;
    }

    return code;
}

uint8_t tiny_probability(const tiny_output_t output[TINY_OUTPUTS])
{
    const int32_t index = probability_index((int32_t)output[0]);

    return probability_table[index + 2];
}
