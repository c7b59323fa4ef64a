import { rangeOf } from '../../fixed/format.js';
import type { QuantizedNetwork } from '../../network/types.js';
import { storageType } from '../c/types.js';
import { blockComment, commentText, madeBy } from '../comment.js';
import type { Generator } from '../generator.js';
import { bytesOfSample, numberLines, type SampleLayout } from './layout.js';
import { pictureHeaderInC, pictureInC } from './picture-c.js';
import { doubleText, type EncoderTable, type EncoderTables, encoderTables, indexIn } from './tables.js';

/** The encoder in C99: `<name>_encoder.h` and `.c`. @throws exchange/no-encoder */
export function encoderInC(
  network: QuantizedNetwork,
  generator: Generator,
  layout: SampleLayout,
): Map<string, string> {
  const encoder = encoderTables(network, layout);
  const { name } = network;
  const code = storageType(network.input.formats.map(rangeOf));
  return new Map([
    [`${name}_encoder.h`, headerText(name, { encoder, layout, generator, code: code.name })],
    [`${name}_encoder.c`, sourceText(name, { encoder, layout, generator, code: code.name })],
  ]);
}

interface Parts {
  readonly encoder: EncoderTables;
  readonly layout: SampleLayout;
  readonly generator: Generator;
  /** The type of codes. */
  readonly code: string;
}

const packPrototype = (name: string) => {
  const upper = name.toUpperCase();
  return `void ${name}_pack(const ${name}_code_t codes[${upper}_FEATURES], uint8_t sample[${upper}_SAMPLE_BYTES])`;
};

const prototype = (name: string) => {
  const count = `${name.toUpperCase()}_FEATURES`;
  return `uint32_t ${name}_encode(const double features[${count}], ${name}_code_t codes[${count}])`;
};

function headerText(name: string, { encoder, layout, generator, code }: Parts): string {
  const upper = name.toUpperCase();
  return `${blockComment([...encoder.description, '', madeBy(generator)]).join('\n')}
#ifndef ${upper}_ENCODER_H
#define ${upper}_ENCODER_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ${upper}_FEATURES ${encoder.features}U

/* The design's input stream: beats of a sample, bytes of a beat, and bytes of a sample. */
#define ${upper}_BEATS ${layout.beats}U
#define ${upper}_BEAT_BYTES ${layout.width / 8}U
#define ${upper}_SAMPLE_BYTES ${bytesOfSample(layout)}U

/* The type of the network's input codes. */
typedef ${code} ${name}_code_t;

/*
 * Returns how many features are not a number. 0 means that all codes are good; the code of a feature that is
 * not a number is 0 and must not be used.
 */
${prototype(name)};

${encoder.picture === undefined ? '' : pictureHeaderInC(name, encoder.picture)}/* Packs codes into the beats of a sample, the first one first. */
${packPrototype(name)};

#ifdef __cplusplus
}
#endif

#endif /* ${upper}_ENCODER_H */
`;
}

function sourceText(name: string, { encoder, layout, generator }: Parts): string {
  const at = (table: EncoderTable['name']) => table + indexIn(encoder, table).replace(/\d+/, '$&U');
  const { picture } = encoder;
  const isAlike = (['minimum', 'maximum', 'scale'] as const).every((table) => at(table) === table);
  return `${blockComment([...encoder.description, '', madeBy(generator)]).join('\n')}
#include "${name}_encoder.h"

#include <float.h>
${picture === undefined ? '' : '#include <stddef.h>\n'}
#if DBL_MANT_DIG != 53 || !defined(FLT_EVAL_METHOD) || FLT_EVAL_METHOD < 0 || FLT_EVAL_METHOD > 1
#error "the codes are defined in IEEE double precision"
#endif
#ifdef __FAST_MATH__
#error "the codes are defined in IEEE arithmetic: compile without -ffast-math"
#endif

${encoder.tables.flatMap((table) => tableLines(table, encoder)).join('\n')}
${placeLines(layout).join('\n')}

static double scaled_feature(double value, uint32_t feature)
{
${isAlike ? '    (void)feature;\n' : ''}    const double span = ${at('maximum')} - ${at('minimum')};

    return (span == 0.0) ? 0.0 : (((value - ${at('minimum')}) / span) * ${at('scale')});
}

static int64_t round_half_up(double value)
{
    int64_t floored = (int64_t)value;

    if ((double)floored > value) {
        floored -= 1;
    }
    return ((value - (double)floored) >= 0.5) ? (floored + 1) : floored;
}

static ${name}_code_t code_of(double value, uint32_t feature)
{
    const double scaled = scaled_feature(value, feature);

    if (scaled >= ${at('highest')}) {
        return (${name}_code_t)${at('highest')};
    }
    if (scaled > ${at('lowest')}) {
        return (${name}_code_t)round_half_up(scaled);
    }
    return (${name}_code_t)${at('lowest')};
}

${prototype(name)}
{
    uint32_t missing = 0U;

    for (uint32_t feature = 0U; feature < ${name.toUpperCase()}_FEATURES; feature++) {
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
${picture === undefined ? '' : pictureInC(name, picture)}
${packPrototype(name)}
{
    for (uint32_t byte = 0U; byte < ${name.toUpperCase()}_SAMPLE_BYTES; byte++) {
        sample[byte] = 0U;
    }
    for (uint32_t feature = 0U; feature < ${name.toUpperCase()}_FEATURES; feature++) {
        uint64_t code = (uint64_t)codes[feature];

        for (uint32_t bit = lsb[feature]; bit < lsb[feature] + width[feature]; bit++) {
            sample[bit / 8U] = (uint8_t)(sample[bit / 8U] | ((code & 1U) << (bit % 8U)));
            code >>= 1;
        }
    }
}
`;
}

function placeLines({ fields }: SampleLayout): string[] {
  const table = (type: string, name: string, purpose: string, numbers: number[]) => [
    `static const ${type} ${name}[${fields.length}] = { /* ${purpose} */`,
    ...numberLines(numbers, '    '),
    '};',
  ];
  return [
    ...table(
      'uint32_t',
      'lsb',
      'lowest bit in the sample',
      fields.map(({ lsb }) => lsb),
    ),
    ...table(
      'uint8_t',
      'width',
      'bits of the code',
      fields.map(({ width }) => width),
    ),
  ];
}

function tableLines(table: EncoderTable, { features, names }: EncoderTables): string[] {
  const { name, purpose, values } = table;
  if (values.length === 1)
    return [`static const double ${name} = ${doubleText(values[0])}; /* ${purpose} */`];
  return [
    `static const double ${name}[${values.length}] = { /* ${purpose} */`,
    ...values.map((value, feature) => {
      const comma = feature === values.length - 1 ? '' : ',';
      const comment =
        names.length > 0 && values.length === features ? ` /* ${commentText(names[feature])} */` : '';
      return `    ${doubleText(value)}${comma}${comment}`;
    }),
    '};',
  ];
}
