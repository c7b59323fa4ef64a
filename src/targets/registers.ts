import { bitsFor } from '../fixed/format.js';
/** Bits [low, low + width) of a register. */
export interface RegisterField {
  readonly name: string;
  readonly low: number;
  readonly width: number;
  readonly text: string;
}

/** `write`: only writes do something, it reads as 0; `clear`: reads as it is, and bits are cleared by writing ones. */
export type RegisterAccess = 'read' | 'write' | 'read-write' | 'clear';

/** 32 bits at an address. */
export interface Register {
  /** As C and SystemRDL name it. */
  readonly name: string;
  /** In bytes. */
  readonly offset: number;
  readonly access: RegisterAccess;
  readonly text: string;
  /** None: one number of 32 bits. */
  readonly fields: readonly RegisterField[];
}

/** What `IDENTITY` reads as: `ESPL`. */
export const IDENTITY = 0x45_53_50_4c;
/** Of the map. A host that does not know it leaves the design alone. */
export const MAP_VERSION = 1;

const register = (
  name: string,
  offset: number,
  access: RegisterAccess,
  text: string,
  fields: readonly RegisterField[] = [],
): Register => ({ name, offset, access, text, fields });

const field = (name: string, low: number, width: number, text: string): RegisterField => ({
  name,
  low,
  width,
  text,
});

const shape = [
  field('BEATS', 0, 24, 'beats of a sample'),
  field('WIDTH', 24, 8, 'bits of a beat: 8, 16, 32, or by a stream 64'),
];

/** The registers of `rtl/links/espalier_registers.v`, by their addresses. */
export const REGISTERS: readonly Register[] = [
  register('IDENTITY', 0x00, 'read', 'Reads as 0x4553504C, `ESPL`.'),
  register('VERSION', 0x04, 'read', 'Of this map: 1.'),
  register('HASH_0', 0x08, 'read', "The first 32 bits of the SHA-256 of the design's network.json."),
  register('HASH_1', 0x0c, 'read', 'The next 32.'),
  register('HASH_2', 0x10, 'read', 'The next 32.'),
  register('HASH_3', 0x14, 'read', 'The next 32.'),
  register('INPUT_SHAPE', 0x18, 'read', 'How a sample is written.', shape),
  register('OUTPUT_SHAPE', 0x1c, 'read', 'How a result is read.', shape),
  register(
    'INPUT_OFFSET',
    0x20,
    'read',
    "Address of a sample's first beat; each beat has four bytes. 0: beats go by a stream.",
  ),
  register('OUTPUT_OFFSET', 0x24, 'read', "Address of a result's first beat. 0: beats come by a stream."),
  register('CONTROL', 0x28, 'write', 'What is to be done.', [
    field('START', 0, 1, 'the sample that was written goes to the design; refused while one is in work'),
    field('RESET', 1, 1, 'the design and the sample in work are reset; START beside it is refused'),
    field('CLEAR', 2, 1, 'the counters CYCLES to FRAME_ERRORS begin at 0 again'),
  ]),
  register('STATUS', 0x2c, 'clear', 'What is.', [
    field('BUSY', 0, 1, 'a sample is in work'),
    field('DONE', 1, 1, 'a result is there, until 1 is written here, or the next start, or a reset'),
    field('LOADING', 2, 1, 'beats go to the design: writing one is refused'),
  ]),
  register('INTERRUPT', 0x30, 'read-write', 'The interrupt line.', [
    field('ENABLE', 0, 1, 'the line is high while DONE is'),
  ]),
  register('CLASS', 0x34, 'read', 'The class of the last result; 0 where the network has none.'),
  register(
    'CYCLES',
    0x38,
    'read',
    'Clock cycles from its first beat in to its last beat out; by a stream, of the last packet.',
  ),
  register('SAMPLES', 0x3c, 'read', 'Results that came.'),
  register('REFUSED', 0x40, 'read', 'Starts and beats that were refused; stays at its end.'),
  register('BUS_ERRORS', 0x44, 'read', 'Accesses to what is not there; stays at its end.'),
  register(
    'FRAME_ERRORS',
    0x48,
    'read',
    'Samples that the design dropped, and results of another length: none.',
  ),
];

/** Bits of an address, in bytes: a quarter of the space for each of registers, inputs and outputs. */
export const addressWidth = (inputBeats: number, outputBeats: number): number =>
  4 + Math.max(5, bitsFor(inputBeats), bitsFor(outputBeats));

/** Where beats begin. */
export const inputOffset = (width: number): number => 2 ** (width - 2);
export const outputOffset = (width: number): number => 2 ** (width - 1);

/** In the words of the page. */
const ACCESS_TEXT: Readonly<Record<RegisterAccess, string>> = {
  read: 'read',
  write: 'write',
  'read-write': 'read and write',
  clear: 'read, ones clear',
};

/** The map as a page for people. */
export function registerPage(): string {
  const rows = REGISTERS.flatMap(({ name, offset, access, text, fields }) => [
    `| 0x${hex(offset)} | \`${name}\` | | ${ACCESS_TEXT[access]} | ${text} |`,
    ...fields.map((one) => `| | | \`${one.name}\` ${bitsText(one)} | | ${one.text} |`),
  ]);
  return `${[...PAGE_HEAD, '| address | register | bits | access | what it is |', '| --- | --- | --- | --- | --- |', ...rows, '', ...PAGE_END].join('\n')}\n`;
}

const bitsText = ({ low, width }: RegisterField): string =>
  width === 1 ? `${low}` : `${low + width - 1}:${low}`;

const PAGE_HEAD = [
  '# Registers',
  '',
  'A processor reaches a design through registers of 32 bits: [`espalier_registers`](../rtl/links/espalier_registers.v) behind',
  '[`espalier_axi_lite`](../rtl/links/espalier_axi_lite.v) (Zynq, MicroBlaze) or',
  '[`espalier_avalon_mm`](../rtl/links/espalier_avalon_mm.v) (Cyclone V SoC, Nios). The design has beats of 8, 16 or 32 bits:',
  '`espalier compile … --beat 32`, or `hardware.stream.width: 32`. Where samples go by a stream,',
  '[`espalier_stream_registers`](../rtl/links/espalier_stream_registers.v) has the same map without beats. This page, the',
  '[C header](../rtl/links/espalier_registers.h) and the [SystemRDL](../rtl/links/espalier_registers.rdl) are made from one list',
  'by `npm run registers`.',
  '',
  '## One inference',
  '',
  '1. Read `IDENTITY`, `VERSION` and `HASH_0` to `HASH_3`: another hash is another network.',
  '2. Write the sample, beat k to `INPUT_OFFSET` + 4 k, as the encoder packs it (`espalier export encoder-c`). The order is free; a',
  '   beat that is as before need not be written again.',
  '3. Write `CONTROL.START`.',
  '4. Wait until `STATUS.BUSY` is 0, or for the interrupt.',
  '5. Read `CLASS`, or the result, beat k from `OUTPUT_OFFSET` + 4 k.',
  '',
  'Once `STATUS.LOADING` is 0 the next sample may be written, while this one is in work.',
  '',
  '## The map',
  '',
];

const PAGE_END = [
  'Addresses are in bytes, and the lowest two bits do not count. The upper two bits of an address choose registers, inputs or',
  'outputs; the address has 4 bits more than the longest of them needs, and at least 9.',
  '',
  '## What holds',
  '',
  '* A sample goes to the design whole, each beat as it was written last; a start while one is in work is refused and counted, as is',
  '  a beat while beats go to the design.',
  '* An access to nothing, a write to what can only be read, and a part of a beat are answered with SLVERR (SLAVEERROR), counted,',
  '  and do nothing.',
  '* Writes of bytes count: what is not strobed stays.',
  '* A reset by `CONTROL.RESET` takes one cycle; beats that were written stay.',
  '',
  'Beside a stream a start is refused and counted; `BUSY` is a packet in work, `DONE` one whose results are out, and a reset is to be',
  'written when the DMA engine has been stopped: what it still sends counts as a new packet.',
  '',
  '[Properties](../rtl/properties) of these modules are proved by a model checker: the rules of AXI4-Lite on the channels, and',
  'what stands here. [A test](../test/rtl/links/registers.test.ts) puts emitted designs behind both buses.',
];

/** The map as a C header: addresses, masks, and nothing else. */
export function registerHeader(): string {
  const lines = REGISTERS.flatMap(({ name, offset, text, fields }) => [
    '',
    `/* ${text} */`,
    `#define ESPALIER_${name} 0x${hex(offset)}u`,
    ...fields.map((one) => `#define ESPALIER_${name}_${one.name} 0x${mask(one)}u /* ${one.text} */`),
  ]);
  return `${[
    '/* Registers of a design of Espalier: addresses in bytes, and masks of their fields. */',
    '#ifndef ESPALIER_REGISTERS_H',
    '#define ESPALIER_REGISTERS_H',
    '',
    `#define ESPALIER_IDENTITY_VALUE 0x${hex(IDENTITY, 8)}u`,
    `#define ESPALIER_MAP_VERSION ${MAP_VERSION}u`,
    ...lines,
    '',
    '#endif',
  ].join('\n')}\n`;
}

const hex = (value: number, digits = 2): string => value.toString(16).toUpperCase().padStart(digits, '0');
const mask = ({ low, width }: RegisterField): string => hex((2 ** width - 1) * 2 ** low, 8);

/** What software and hardware may do, in the words of SystemRDL. */
const ACCESS: Readonly<Record<RegisterAccess, string>> = {
  read: 'sw = r; hw = w;',
  write: 'sw = w; hw = r;',
  'read-write': 'sw = rw; hw = r;',
  clear: 'sw = rw; hw = w; onwrite = woclr;',
};

/** The map in SystemRDL 2.0; where the beats lie, the registers tell. */
export function registerRdl(): string {
  const lines = REGISTERS.flatMap(({ name, offset, access, text, fields }) => [
    '  reg {',
    `    desc = ${quoted(text)};`,
    ...(fields.length === 0 ? [field('VALUE', 0, 32, text)] : fields).map(
      (one) =>
        `    field { ${ACCESS[access]} desc = ${quoted(one.text)}; } ${one.name}[${one.low + one.width - 1}:${one.low}];`,
    ),
    `  } ${name} @ 0x${hex(offset)};`,
  ]);
  return `${['addrmap espalier {', '  default regwidth = 32;', ...lines, '};'].join('\n')}\n`;
}

const quoted = (text: string): string => `"${text.replaceAll('`', '').replaceAll('"', '\\"')}"`;
