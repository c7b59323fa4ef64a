import { REGISTERS } from '../../../targets/registers.js';
import { blockComment, madeBy } from '../../comment.js';
import type { Generator } from '../../generator.js';
import {
  codesPrototype,
  encodedPrototypes,
  encodedText,
  inputTables,
  packText,
  READ_BITS,
  resultText,
  resultType,
  signedText,
  tableText,
  valueFields,
} from './c-parts.js';
import { type RegisterFacts, shapeWord } from './facts.js';

/** `<name>_registers.h` and `.c`: C99, no allocation, no system calls; the caller maps the registers. */
export function registersInC(facts: RegisterFacts, generator: Generator): Map<string, string> {
  return new Map([
    [`${facts.name}_registers.h`, headerText(facts, generator)],
    [`${facts.name}_registers.c`, sourceText(facts, generator)],
  ]);
}

function headerText(facts: RegisterFacts, generator: Generator): string {
  const { name, hasEncoder } = facts;
  const upper = name.toUpperCase();
  return `${blockComment([...facts.description, '', madeBy(generator)]).join('\n')}
#ifndef ${upper}_REGISTERS_H
#define ${upper}_REGISTERS_H

#include <stdint.h>
${hasEncoder ? `\n#include "${name}_encoder.h"\n` : ''}
#ifdef __cplusplus
extern "C" {
#endif

#define ${upper}_INPUTS ${facts.input.length}U
#define ${upper}_VALUES ${valueFields(facts).length}U

typedef enum {
    ${upper}_OK = 0,
    ${upper}_NO_DESIGN,     /* no registers of Espalier answer there: address, bitstream, clock? */
    ${upper}_OTHER_NETWORK, /* another network is there: load this design */
    ${upper}_NO_ANSWER,     /* no result came in time; the design was reset */
    ${upper}_NO_SAMPLE      /* a feature is not a number, or a picture is none */
} ${name}_status_t;

/* A design as registers. Fill in base and polls; identify fills in the rest. */
typedef struct {
    volatile uint32_t *base; /* where the registers are mapped, uncached */
    uint32_t polls;          /* how often the status is read until a result must be there; 1000000 is plenty */
    uint32_t inputs;         /* addresses of the beats, in bytes */
    uint32_t outputs;
    uint32_t cycles;         /* of the design's clock, that the last result took */
} ${name}_registers_t;

${resultType(name)}

/* Looks who is there; call it first. */
${name}_status_t ${name}_identify(${name}_registers_t *registers);
${encodedPrototypes(facts, 'registers')}
/* The design's answer to one sample of input codes. */
${codesPrototype(name, 'registers')};

#ifdef __cplusplus
}
#endif

#endif /* ${upper}_REGISTERS_H */
`;
}

const OFFSETS = new Map(REGISTERS.map(({ name, offset }) => [name, offset]));

/** An address of the register map. */
const addressOf = (wanted: string): string =>
  `0x${(OFFSETS.get(wanted) as number).toString(16).toUpperCase().padStart(2, '0')}U`;
const USED = ['CONTROL', 'STATUS', 'INPUT_OFFSET', 'OUTPUT_OFFSET', 'CYCLES'];

function sourceText(facts: RegisterFacts, generator: Generator): string {
  const { name, inShape, outShape } = facts;
  const upper = name.toUpperCase();
  const words = (facts.hash.match(/.{8}/g) as string[]).map((word) => Number.parseInt(word, 16));
  const who = [0x45_53_50_4c, 1, ...words, shapeWord(inShape), shapeWord(outShape)];
  return `${blockComment([...facts.description, '', madeBy(generator)]).join('\n')}
#include "${name}_registers.h"

/* How a register is reached: memory, unless a test or a bus of another kind says otherwise. */
#ifndef ${upper}_READ
#define ${upper}_READ(registers, address) ((registers)->base[(address) / 4U])
#endif
#ifndef ${upper}_WRITE
#define ${upper}_WRITE(registers, address, value) ((registers)->base[(address) / 4U] = (value))
#endif

${USED.map((one) => `#define ${one} ${addressOf(one)}`).join('\n')}

#define START 1U
#define RESET 2U
#define BUSY 1U
#define DONE 2U

${tableText('uint32_t', 'who', who, 'what the registers from address 0 on say of this design')}
${inputTables(facts)}

${name}_status_t ${name}_identify(${name}_registers_t *registers)
{
    for (uint32_t at = 0U; at < ${who.length}U; at++) {
        if (${upper}_READ(registers, 4U * at) != who[at]) {
            return (at < 2U) ? ${upper}_NO_DESIGN : ${upper}_OTHER_NETWORK;
        }
    }
    registers->inputs = ${upper}_READ(registers, INPUT_OFFSET);
    registers->outputs = ${upper}_READ(registers, OUTPUT_OFFSET);
    /* A design whose samples go by a stream has no beats here. */
    if ((registers->inputs == 0U) || (registers->outputs == 0U)) {
        return ${upper}_NO_DESIGN;
    }
    ${upper}_WRITE(registers, CONTROL, RESET);
    return ${upper}_OK;
}

static uint32_t beat_of(const uint8_t *bytes, uint32_t count)
{
    uint32_t beat = 0U;

    for (uint32_t at = count; at > 0U; at--) {
        beat = (beat << 8) | (uint32_t)bytes[at - 1U];
    }
    return beat;
}

static ${name}_status_t exchange(${name}_registers_t *registers, const uint8_t *sample, uint8_t *data)
{
    uint32_t polls = 0U;

    for (uint32_t beat = 0U; beat < ${inShape.beats}U; beat++) {
        ${upper}_WRITE(registers, registers->inputs + (4U * beat), beat_of(&sample[${inShape.width / 8}U * beat], ${inShape.width / 8}U));
    }
    ${upper}_WRITE(registers, CONTROL, START);
    while ((${upper}_READ(registers, STATUS) & (BUSY | DONE)) != DONE) {
        polls++;
        if (polls >= registers->polls) {
            ${upper}_WRITE(registers, CONTROL, RESET);
            return ${upper}_NO_ANSWER;
        }
    }
    for (uint32_t beat = 0U; beat < ${outShape.beats}U; beat++) {
        const uint32_t word = ${upper}_READ(registers, registers->outputs + (4U * beat));

        for (uint32_t at = 0U; at < ${outShape.width / 8}U; at++) {
            data[(${outShape.width / 8}U * beat) + at] = (uint8_t)((word >> (8U * at)) & 255U);
        }
    }
    registers->cycles = ${upper}_READ(registers, CYCLES);
    return ${upper}_OK;
}

${READ_BITS}${signedText(facts)}${resultText(facts)}
${encodedText(facts, 'registers')}${codesPrototype(name, 'registers')}
{
    uint8_t sample[${facts.inBytes}] = { 0U };
    uint8_t data[${facts.outBytes}];

${packText(name)}

    const ${name}_status_t status = exchange(registers, sample, data);

    if (status == ${upper}_OK) {
        read_result(data, result);
    }
    return status;
}
`;
}
