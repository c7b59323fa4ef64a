/*
 * tiny: integer inference of a neural network.
 *
 * Input codes:  ufixed<4,0>, value = code / 2^4.
 * Output codes: fixed<8,3>, value = code / 2^5.
 * Classes: 0 benign, 1 malignant.
 *
 * Made by Espalier 0.0.0: espalier export c
 */
#ifndef TINY_H
#define TINY_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TINY_INPUTS 3U
#define TINY_OUTPUTS 1U

typedef uint8_t tiny_input_t;
typedef int8_t tiny_output_t;

/* Runs the network; an input outside its format makes the outputs meaningless. */
void tiny_run(const tiny_input_t input[TINY_INPUTS], tiny_output_t output[TINY_OUTPUTS]);

/* The class: 1 where the output is above 0, else 0. */
uint8_t tiny_class(const tiny_output_t output[TINY_OUTPUTS]);

/* The probability of class 1 as a code of ufixed<4,0>. */
uint8_t tiny_probability(const tiny_output_t output[TINY_OUTPUTS]);

#ifdef __cplusplus
}
#endif

#endif /* TINY_H */
