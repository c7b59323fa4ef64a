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
import type { SerialFacts } from './facts.js';

/** `<name>_driver.h` and `.c`: C99, no allocation, no system calls; the caller reads and writes bytes. */
export function driverInC(facts: SerialFacts, generator: Generator): Map<string, string> {
  return new Map([
    [`${facts.name}_driver.h`, headerText(facts, generator)],
    [`${facts.name}_driver.c`, sourceText(facts, generator)],
  ]);
}

function headerText(facts: SerialFacts, generator: Generator): string {
  const { name, hasEncoder } = facts;
  const upper = name.toUpperCase();
  return `${blockComment([...facts.description, '', madeBy(generator)]).join('\n')}
#ifndef ${upper}_DRIVER_H
#define ${upper}_DRIVER_H

#include <stdint.h>
${hasEncoder ? `\n#include "${name}_encoder.h"\n` : ''}
#ifdef __cplusplus
extern "C" {
#endif

#define ${upper}_BAUD ${facts.baud}UL
/* Sample and result on the line at that rate, the design, and the host. */
#define ${upper}_MILLISECONDS ${facts.milliseconds}UL
#define ${upper}_INPUTS ${facts.input.length}U
#define ${upper}_VALUES ${valueFields(facts).length}U
#define ${upper}_IN_BYTES ${facts.inBytes}U
#define ${upper}_OUT_BYTES ${facts.outBytes}U

typedef enum {
    ${upper}_OK = 0,
    ${upper}_NO_ANSWER,     /* nothing right came back, however often it was tried */
    ${upper}_OTHER_NETWORK, /* the board holds another network: program it with this design */
    ${upper}_LINE_FAILED,   /* the line could not be read or written */
    ${upper}_NO_SAMPLE      /* a feature is not a number, or a picture is none */
} ${name}_status_t;

/* A board on a serial line. Fill in the functions, context, time and retries; the rest is the driver's. */
typedef struct {
    /* Waits up to so many milliseconds for a byte: 1 it is there, 0 none came, negative the line failed. */
    int (*read)(void *context, uint8_t *byte, uint32_t milliseconds);
    /* 0 when all bytes are on their way, otherwise the line failed. */
    int (*write)(void *context, const uint8_t *bytes, uint32_t count);
    void *context;
    uint32_t milliseconds; /* that an answer may take: ${upper}_MILLISECONDS, more on a slower line */
    uint32_t retries;      /* how often a frame is sent again; 3 is plenty */
    uint32_t retried;      /* how often one was */
    uint8_t sequence;
} ${name}_board_t;

${resultType(name)}

/* Asks the board who it is; call it first. */
${name}_status_t ${name}_identify(${name}_board_t *board);
${encodedPrototypes(facts, 'board')}
/* The board's answer to one sample of input codes. */
${codesPrototype(name, 'board')};

#ifdef __cplusplus
}
#endif

#endif /* ${upper}_DRIVER_H */
`;
}

function sourceText(facts: SerialFacts, generator: Generator): string {
  const { name } = facts;
  const upper = name.toUpperCase();
  const identity = [1, facts.inBytes & 255, facts.inBytes >> 8, facts.outBytes & 255, facts.outBytes >> 8];
  const hash = (facts.hash.match(/../g) as string[]).map((byte) => Number.parseInt(byte, 16));
  return `${blockComment([...facts.description, '', madeBy(generator)]).join('\n')}
#include "${name}_driver.h"

#define IDENTITY_BYTES 13U
#define MOST_PAYLOAD ((${upper}_OUT_BYTES > IDENTITY_BYTES) ? ${upper}_OUT_BYTES : IDENTITY_BYTES)
/* Bytes of anything else before an answer, after which it is given up. */
#define MOST_NOISE (4096U + (16U * MOST_PAYLOAD))

enum { GOOD = 0, BAD_CRC = 1, OTHER_LENGTH = 2, CUT_OFF = 3, IDENTITY = 5, SILENCE = 256, FAILED = 257 };

${tableText('uint8_t', 'who', [...identity, ...hash], 'what this board says of itself')}
${inputTables(facts)}

static uint16_t crc_of(uint16_t crc, uint8_t byte)
{
    crc = (uint16_t)(crc ^ ((uint32_t)byte << 8));
    for (uint32_t bit = 0U; bit < 8U; bit++) {
        const uint32_t twice = (uint32_t)crc << 1;

        crc = (uint16_t)(((crc & 0x8000U) != 0U) ? (twice ^ 0x1021U) : twice);
    }
    return crc;
}

static int put(${name}_board_t *board, const uint8_t *payload, uint32_t count)
{
    uint8_t head[5] = { 0xA5U, 0x5AU, 0U, (uint8_t)(count & 255U), (uint8_t)(count >> 8) };
    uint8_t tail[2];
    uint16_t crc = 0xFFFFU;

    board->sequence++;
    head[2] = board->sequence;
    for (uint32_t at = 2U; at < 5U; at++) {
        crc = crc_of(crc, head[at]);
    }
    for (uint32_t at = 0U; at < count; at++) {
        crc = crc_of(crc, payload[at]);
    }
    tail[0] = (uint8_t)(crc >> 8);
    tail[1] = (uint8_t)(crc & 255U);
    if (board->write(board->context, head, 5U) != 0) {
        return -1;
    }
    if ((count > 0U) && (board->write(board->context, payload, count) != 0)) {
        return -1;
    }
    return board->write(board->context, tail, 2U);
}

static uint32_t length_of(uint8_t status)
{
    return (status == GOOD) ? ${upper}_OUT_BYTES : ((status == IDENTITY) ? IDENTITY_BYTES : 2U);
}

/* The status of the answer to the last frame, its payload in data; SILENCE or FAILED where none comes. */
static int take(${name}_board_t *board, uint8_t data[MOST_PAYLOAD])
{
    /* What was received from the synchronization on: sequence, status, payload, CRC. */
    uint8_t frame[4U + MOST_PAYLOAD];
    uint32_t filled = 0U; /* 1 behind 0xC3, 2 behind 0x3C */

    for (uint32_t noise = 0U; noise < MOST_NOISE; noise++) {
        uint8_t byte;
        const int got = board->read(board->context, &byte, board->milliseconds);

        if (got <= 0) {
            return (got < 0) ? FAILED : SILENCE;
        }
        if (filled < 2U) {
            filled = ((filled == 1U) && (byte == 0x3CU)) ? 2U : ((byte == 0xC3U) ? 1U : 0U);
            continue;
        }
        frame[filled - 2U] = byte;
        filled++;
        if ((filled > 3U) && (frame[1] > IDENTITY)) {
            filled = 0U;
        } else if ((filled > 3U) && (filled == (6U + length_of(frame[1])))) {
            const uint32_t length = length_of(frame[1]);
            uint16_t crc = 0xFFFFU;

            for (uint32_t at = 0U; at < (length + 4U); at++) {
                crc = crc_of(crc, frame[at]);
            }
            filled = 0U;
            /* Over all with the CRC itself it is 0. */
            if (crc == 0U) {
                const int refuses = (frame[1] == BAD_CRC) || (frame[1] == OTHER_LENGTH) || (frame[1] == CUT_OFF);

                if ((frame[0] == board->sequence) || refuses) {
                    for (uint32_t at = 0U; at < length; at++) {
                        data[at] = frame[2U + at];
                    }
                    return frame[1];
                }
            }
        }
    }
    return SILENCE;
}

static ${name}_status_t exchange(${name}_board_t *board, const uint8_t *payload, uint32_t count, uint8_t data[MOST_PAYLOAD])
{
    int status = SILENCE;

    for (uint32_t attempt = 0U; attempt <= board->retries; attempt++) {
        if (attempt > 0U) {
            board->retried++;
        }
        if (put(board, payload, count) != 0) {
            return ${upper}_LINE_FAILED;
        }
        status = take(board, data);
        if (status == ((count > 0U) ? GOOD : IDENTITY)) {
            return ${upper}_OK;
        }
        if (status == FAILED) {
            return ${upper}_LINE_FAILED;
        }
    }
    /* Once a length may be damaged on the way; every time it is not. */
    return (status == OTHER_LENGTH) ? ${upper}_OTHER_NETWORK : ${upper}_NO_ANSWER;
}

${name}_status_t ${name}_identify(${name}_board_t *board)
{
    uint8_t data[MOST_PAYLOAD];
    const ${name}_status_t status = exchange(board, who, 0U, data);

    if (status != ${upper}_OK) {
        return status;
    }
    for (uint32_t at = 0U; at < IDENTITY_BYTES; at++) {
        if (data[at] != who[at]) {
            return ${upper}_OTHER_NETWORK;
        }
    }
    return ${upper}_OK;
}

${READ_BITS}${signedText(facts)}${resultText(facts)}
${encodedText(facts, 'board')}${codesPrototype(name, 'board')}
{
    uint8_t sample[${upper}_IN_BYTES] = { 0U };
    uint8_t data[MOST_PAYLOAD];

${packText(name)}

    const ${name}_status_t status = exchange(board, sample, ${upper}_IN_BYTES, data);

    if (status == ${upper}_OK) {
        read_result(data, result);
    }
    return status;
}
`;
}
