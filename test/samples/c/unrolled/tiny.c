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

static void hidden_layer(const uint8_t x[3], uint8_t y[2])
{
    const int32_t sum0 = 16
        + (3 * (int32_t)x[0]);
    y[0] = (uint8_t)hidden_finish0(sum0);
    const int32_t sum1 = -32
        - (2 * (int32_t)x[0])
        + (5 * (int32_t)x[1]);
    y[1] = (uint8_t)hidden_finish0(sum1);
}

/* logit */

static void logit_layer(const uint8_t x[2], int8_t y[1])
{
    const int32_t sum0 = 2
        - (7 * (int32_t)x[0])
        + (6 * (int32_t)x[1]);
    y[0] = (int8_t)sum0;
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
