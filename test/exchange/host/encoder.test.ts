import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import { encodeRow } from '../../../src/data/scaler.js';
import { packInput } from '../../../src/emit/bus.js';
import type { StreamPort } from '../../../src/emit/manifest-buses.js';
import { BEAT_WIDTHS, type BeatWidth, streamOf } from '../../../src/emit/stream.js';
import { exportHostEncoder, HOST_LANGUAGES, type HostLanguage } from '../../../src/exchange/host/encoder.js';
import { fractionOf, parseFormat } from '../../../src/fixed/format.js';
import { lowerNetwork } from '../../../src/network/affine.js';
import type { QuantizedNetwork } from '../../../src/network/types.js';
import { GENERATOR, inFolder, STRICT } from '../c/harness.js';
import { sampleNetwork } from '../c/sample.js';

const LANGUAGES = Object.keys(HOST_LANGUAGES) as HostLanguage[];

/** Runs the exported encoder on rows of doubles; the rows travel as bytes, so that nothing is printed and read. */
const RUN: Record<HostLanguage, (folder: string, name: string, rows: number[][]) => number[][]> = {
  c: (folder, name, rows) => {
    const flags = [...STRICT, '-O2', '-fsanitize=undefined', '-fno-sanitize-recover=all'];
    execFileSync('gcc', [...flags, '-o', 'run', `${name}_encoder.c`, 'main.c'], {
      cwd: folder,
      stdio: 'pipe',
    });
    return linesOf(execFileSync(path.join(folder, 'run'), { input: bytesOf(rows), stdio: 'pipe' }));
  },
  python: (folder, name, rows) => {
    const program = `
import struct, sys
import ${name}_encoder as encoder
data = sys.stdin.buffer.read()
size = encoder.FEATURES * 8
for at in range(0, len(data), size):
    codes = encoder.encode(struct.unpack(f"<{encoder.FEATURES}d", data[at:at + size]))
    print(*codes, *encoder.pack(codes))
`;
    const arguments_ = ['-W', 'error', '-B', '-c', program];
    return linesOf(execFileSync('python3', arguments_, { cwd: folder, input: bytesOf(rows), stdio: 'pipe' }));
  },
  typescript: (folder, name, rows) => {
    compileTypeScript(folder, name);
    const program = `
import { readFileSync } from 'node:fs';
import { encode, FEATURES, pack } from './${name}_encoder.js';
const data = readFileSync(0);
const numbers = new Float64Array(new Uint8Array(data).buffer);
for (let at = 0; at < numbers.length; at += FEATURES) {
  const codes = encode([...numbers.slice(at, at + FEATURES)]);
  console.log(...codes, ...pack(codes));
}
`;
    const arguments_ = ['--input-type=module', '-e', program];
    return linesOf(
      execFileSync(process.execPath, arguments_, { cwd: folder, input: bytesOf(rows), stdio: 'pipe' }),
    );
  },
};

function compileTypeScript(folder: string, name: string): void {
  const tsc = path.resolve('node_modules/typescript/bin/tsc');
  const flags = ['--strict', '--noUnusedLocals', '--target', 'es2022', '--module', 'nodenext', '--types', ''];
  execFileSync(process.execPath, [tsc, ...flags, `${name}_encoder.ts`], { cwd: folder, stdio: 'pipe' });
}

const bytesOf = (rows: number[][]) => new Uint8Array(Float64Array.from(rows.flat()).buffer);

const linesOf = (output: Buffer) =>
  output
    .toString()
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));

const mainInC = (name: string) => `#include <inttypes.h>
#include <stdio.h>
#include "${name}_encoder.h"
int main(void) {
    double features[${name.toUpperCase()}_FEATURES];
    ${name}_code_t codes[${name.toUpperCase()}_FEATURES];
    while (fread(features, sizeof features, 1, stdin) == 1U) {
        const uint32_t missing = ${name}_encode(features, codes);
        if (missing > 0U) { printf("-1 %" PRIu32 " ", missing); }
        for (uint32_t i = 0; i < ${name.toUpperCase()}_FEATURES; i++) { printf("%" PRId64 " ", (int64_t)codes[i]); }
        uint8_t sample[${name.toUpperCase()}_SAMPLE_BYTES];
        ${name}_pack(codes, sample);
        for (uint32_t i = 0; i < sizeof sample; i++) { printf("%u ", (unsigned)sample[i]); }
        printf("\\n");
    }
    return 0;
}
`;

/** Inputs alone count for it. */
function layoutOf({ input }: QuantizedNetwork, beat: BeatWidth = 'all'): StreamPort {
  const inputs = input.formats.map((format) => ({ name: undefined, format, read: true }));
  return streamOf({ ...lowerNetwork(sampleNetwork()), inputs }, beat).input;
}

/** Per row the codes, then the bytes of the sample that they are packed into. */
function run(
  language: HostLanguage,
  network: QuantizedNetwork,
  rows: number[][],
  layout: StreamPort,
): number[][] {
  const files = new Map([
    ...exportHostEncoder(network, language, GENERATOR, layout),
    ['main.c', mainInC(network.name)],
    ['package.json', '{ "type": "module" }'],
  ]);
  return inFolder(files, (folder) => RUN[language](folder, network.name, rows));
}

function encodeWith(language: HostLanguage, network: QuantizedNetwork, rows: number[][]): number[][] {
  const layout = layoutOf(network);
  return run(language, network, rows, layout).map((numbers) => numbers.slice(0, -layout.width / 8));
}

/** Eight columns like those of WDBC, a constant one and a wide span, each in a format of its own. */
function encoderNetwork(): QuantizedNetwork {
  const texts = [
    'ufixed<8,0>',
    'fixed<8,1>',
    'ufixed<1,1>',
    'fixed<16,3>',
    'ufixed<8,0>',
    'fixed<53,2>',
    'ufixed<8,10>',
    'fixed<2,-4>',
  ];
  return {
    ...sampleNetwork(),
    name: 'edges',
    input: {
      formats: texts.map((text) => parseFormat(text)),
      names: texts.map((_, feature) => `feature "${feature}" */`),
      encoder: {
        kind: 'minmax',
        minimum: [6.981, 0, -1, 143.5, 7, 0.1, -8e307, 1e-300],
        maximum: [28.11, 0.3454, 1, 2501, 7, 0.3, 8e307, 2e-300],
      },
    },
  };
}

/** Below, at, between and above the ends; codes, ties between codes and their neighbouring doubles; infinities. */
function edgeRows(network: QuantizedNetwork): number[][] {
  const random = new Random(4, 'encoder edges');
  const { formats, encoder } = network.input;
  const { minimum, maximum } = encoder as NonNullable<typeof encoder>;
  const fixed = [-Infinity, Infinity, -1e300, 1e300, 0, -0, 5e-324];
  const feature = (at: number) => {
    const span = maximum[at] - minimum[at];
    const halfCode = random.integer(-4, 600) / 2 ** (fractionOf(formats[at]) + 1);
    const tie = minimum[at] + halfCode * span;
    const nudge = 1 + random.integer(-2, 2) * Number.EPSILON;
    const uniform = minimum[at] + (random.float() * 1.4 - 0.2) * span;
    return random.pick([...fixed, minimum[at], maximum[at], tie, tie, tie * nudge, tie * nudge, uniform]);
  };
  return Array.from({ length: 3000 }, () => formats.map((_, at) => feature(at)));
}

describe.each(LANGUAGES)('the host encoder in %s', (language) => {
  it('gives the codes of the data room on every edge', () => {
    const network = encoderNetwork();
    const rows = edgeRows(network);
    const { formats, encoder } = network.input;
    const expected = rows.map((row) => encodeRow(encoder!, formats, row));
    expect(encodeWith(language, network, rows)).toEqual(expected);
  });

  it('knows ties, ends and constant columns by hand', () => {
    // 4 bits: (feature + 1.5) / 4 × 16, then feature / 0.1 × 16, then a constant column.
    const rows = [
      [-1.5, 0, 7],
      [-1.375, 0.1, 0],
      [-1.376, -5, 1e9],
      [2.5, 0.05, -1e9],
      [Infinity, -Infinity, Infinity],
    ];
    const codes = [
      [0, 0, 0],
      [1, 15, 0],
      [0, 0, 0],
      [15, 8, 0],
      [15, 0, 0],
    ];
    expect(encodeWith(language, sampleNetwork(), rows)).toEqual(codes);
  });

  it.each(BEAT_WIDTHS)('packs codes into the bytes that the harness drives, in beats of %s bits', (beat) => {
    const network = encoderNetwork();
    const layout = layoutOf(network, beat);
    const rows = edgeRows(network).slice(0, 300);
    const { formats, encoder } = network.input;
    const expected = rows.map((row) => {
      const bytes = new Uint8Array((layout.width / 8) * layout.beats);
      packInput(layout, encodeRow(encoder!, formats, row), bytes, 0);
      return [...bytes];
    });
    const packed = run(language, network, rows, layout).map((numbers) => numbers.slice(formats.length));
    expect(packed).toEqual(expected);
  });

  it('reads as the sample in test/samples/host', async () => {
    for (const [name, text] of exportHostEncoder(
      sampleNetwork(),
      language,
      GENERATOR,
      layoutOf(sampleNetwork(), 8),
    )) {
      await expect(text).toMatchFileSnapshot(`../../samples/host/${name}`);
    }
  });
});

describe('a feature that is not a number', () => {
  const row = [[0, Number.NaN, 7]];

  it('is counted in C, and its code is 0', () => {
    expect(encodeWith('c', sampleNetwork(), row)).toEqual([[-1, 1, 6, 0, 0]]);
  });

  it('raises in Python and throws in TypeScript, by its name', () => {
    const message = 'feature 1 (texture): got NaN, wanted a number';
    expect(() => encodeWith('python', sampleNetwork(), row)).toThrow(`ValueError: ${message}`);
    expect(() => encodeWith('typescript', sampleNetwork(), row)).toThrow(`RangeError: ${message}`);
  });
});

describe('a network without an encoder', () => {
  it.each(LANGUAGES)('is refused for %s', (language) => {
    const { encoder: _, ...input } = sampleNetwork().input;
    expect(() =>
      exportHostEncoder({ ...sampleNetwork(), input }, language, GENERATOR, layoutOf(sampleNetwork(), 8)),
    ).toThrow(
      expect.objectContaining({
        message:
          'tiny: got no input.encoder, wanted a network that knows how features become codes (networks quantized ' +
          'from a model with a fitted scaler have one; in network.json it is input.encoder) [exchange/no-encoder]',
      }),
    );
  });
});
