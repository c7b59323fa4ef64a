import { numberLines } from '../layout.js';
import type { DriverFacts } from './facts.js';

/** Pieces that every driver in C has, whatever the board is reached by. */

export const valueFields = ({ fields }: DriverFacts) => fields.filter(({ kind }) => kind === 'value');
const fieldOf = ({ fields }: DriverFacts, wanted: 'class' | 'probability') =>
  fields.find(({ kind }) => kind === wanted);

/** What a driver speaks to, in the names of C: `NAME_board_t *board`. */
export type Handle = 'board' | 'registers';
const ANSWERS: Record<Handle, string> = { board: "board's", registers: "design's" };

const inferPrototype = (name: string, handle: Handle): string =>
  `${name}_status_t ${name}_infer(${name}_${handle}_t *${handle}, const double features[${name.toUpperCase()}_INPUTS], ${name}_result_t *result)`;
const picturePrototype = (name: string, handle: Handle): string =>
  `${name}_status_t ${name}_infer_picture(${name}_${handle}_t *${handle}, const ${name}_picture_t *picture, ${name}_result_t *result)`;
export const codesPrototype = (name: string, handle: Handle): string =>
  `${name}_status_t ${name}_infer_codes(${name}_${handle}_t *${handle}, const int64_t codes[${name.toUpperCase()}_INPUTS], ${name}_result_t *result)`;

export function tableText(type: string, name: string, numbers: readonly number[], note: string): string {
  return [
    `static const ${type} ${name}[${numbers.length}] = { /* ${note} */`,
    ...numberLines(numbers, '    '),
    '};',
  ].join('\n');
}

/** Where a sample has the inputs. */
export const inputTables = ({ input }: DriverFacts): string =>
  [
    tableText(
      'uint32_t',
      'in_lsb',
      input.map(({ lsb }) => lsb),
      "per feature, its code's lowest bit in the sample",
    ),
    tableText(
      'uint8_t',
      'in_width',
      input.map(({ width }) => width),
      'bits of it',
    ),
  ].join('\n');

/** The type of a result. */
export const resultType = (name: string): string => {
  const upper = name.toUpperCase();
  return `/* What the board says of one sample. */
typedef struct {
    uint32_t class_number;                /* 0 where the network has no classes */
    int64_t codes[${upper}_VALUES + 1U];  /* of the outputs that the design gives, in their order */
    double values[${upper}_VALUES + 1U];  /* the same as real numbers */
    double probability;                   /* of class 1; 0 where the design gives none */
} ${name}_result_t;`;
};

/** Codes into the bytes of a sample. */
export const packText = (name: string): string =>
  `    for (uint32_t input = 0U; input < ${name.toUpperCase()}_INPUTS; input++) {
        uint64_t code = (uint64_t)codes[input];

        for (uint32_t bit = in_lsb[input]; bit < (in_lsb[input] + in_width[input]); bit++) {
            sample[bit / 8U] = (uint8_t)(sample[bit / 8U] | ((code & 1U) << (bit % 8U)));
            code >>= 1;
        }
    }`;

export const READ_BITS = `static uint64_t bits_of(const uint8_t *data, uint32_t lsb, uint32_t width)
{
    uint64_t bits = 0U;

    for (uint32_t bit = width; bit > 0U; bit--) {
        const uint32_t at = lsb + bit - 1U;

        bits = (bits << 1) | ((uint64_t)(data[at / 8U] >> (at % 8U)) & 1U);
    }
    return bits;
}
`;

/** What the header says of samples that the encoder takes. */
export const encodedPrototypes = ({ name, hasEncoder, hasPictures }: DriverFacts, handle: Handle): string =>
  [
    ...(hasEncoder ? [['one sample of raw features', inferPrototype(name, handle)]] : []),
    ...(hasPictures ? [['one picture', picturePrototype(name, handle)]] : []),
  ]
    .map(([what, prototype]) => `\n/* The ${ANSWERS[handle]} answer to ${what}. */\n${prototype};\n`)
    .join('');

/** The functions that encode first. */
export const encodedText = ({ name, hasEncoder, hasPictures }: DriverFacts, handle: Handle): string =>
  [
    hasEncoder
      ? inferText(name, handle, inferPrototype(name, handle), `${name}_encode(features, encoded) > 0U`)
      : '',
    hasPictures
      ? inferText(
          name,
          handle,
          picturePrototype(name, handle),
          `${name}_encode_picture(picture, encoded) != 0`,
        )
      : '',
  ].join('');

const inferText = (name: string, handle: Handle, prototype: string, refused: string): string => {
  const upper = name.toUpperCase();
  return `${prototype}
{
    ${name}_code_t encoded[${upper}_FEATURES];
    int64_t codes[${upper}_INPUTS];

    if (${refused}) {
        return ${upper}_NO_SAMPLE;
    }
    for (uint32_t input = 0U; input < ${upper}_INPUTS; input++) {
        codes[input] = (int64_t)encoded[input];
    }
    return ${name}_infer_codes(${handle}, codes, result);
}

`;
};

export function signedText(facts: DriverFacts): string {
  const isNeeded = facts.fields.some(({ kind, signed }) => signed && kind !== 'class');
  if (!isNeeded) return '';
  return `
static int64_t signed_of(uint64_t bits, uint32_t width)
{
    const uint64_t sign = (uint64_t)1U << (width - 1U);

    return ((bits & sign) != 0U) ? (-1 - (int64_t)((sign - 1U) - (bits & (sign - 1U)))) : (int64_t)bits;
}
`;
}

export function resultText(facts: DriverFacts): string {
  const { name } = facts;
  const code = ({ lsb, width, signed }: DriverFacts['fields'][number]) => {
    const bits = `bits_of(data, ${lsb}U, ${width}U)`;
    return signed ? `signed_of(${bits}, ${width}U)` : `(int64_t)${bits}`;
  };
  const factor = (fraction: number) => (2 ** -fraction).toExponential(17);
  const values = valueFields(facts).flatMap((field, at) => [
    `    result->codes[${at}] = ${code(field)};`,
    `    result->values[${at}] = (double)result->codes[${at}] * ${factor(field.fraction)};`,
  ]);
  const decision = fieldOf(facts, 'class');
  const probability = fieldOf(facts, 'probability');
  return `
static void read_result(const uint8_t *data, ${name}_result_t *result)
{
    result->class_number = ${decision === undefined ? '0U' : `(uint32_t)bits_of(data, ${decision.lsb}U, ${decision.width}U)`};
    result->probability = ${probability === undefined ? '0.0' : `(double)${code(probability)} * ${factor(probability.fraction)}`};
${values.join('\n')}
}
`;
}
