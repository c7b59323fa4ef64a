import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { ignoreProgress } from '../../../src/core/progress.js';
import { Random } from '../../../src/core/random.js';
import type { Dataset } from '../../../src/data/dataset.js';
import { encodeRow, fitScaler, type Scaling } from '../../../src/data/scaler.js';
import { loadSource } from '../../../src/data/sources/index.js';
import { exportHostEncoder, HOST_LANGUAGES, type HostLanguage } from '../../../src/exchange/host/encoder.js';
import type { SampleLayout } from '../../../src/exchange/host/layout.js';
import { parseFormat } from '../../../src/fixed/format.js';
import { checkNetwork } from '../../../src/network/check.js';
import { networkFromJson, networkToJson } from '../../../src/network/json.js';
import type { Encoder, QuantizedNetwork } from '../../../src/network/types.js';
import { GENERATOR, inFolder, STRICT } from '../c/harness.js';
import { sampleNetwork } from '../c/sample.js';

interface Raw {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 2 | 3 | 4;
  readonly samples: Uint8Array;
}

const SIZE = [6, 5] as const;

/** Of every number of channels: smaller, larger, of one row, of one column, and of the very size. */
function pictures(): Raw[] {
  const random = new Random(5, 'pictures');
  const sizes = [[1, 1], [1, 9], [9, 1], [3, 4], SIZE, [6, 11], [13, 5], [40, 33], [24, 20]];
  return sizes.flatMap(([height, width]) =>
    ([1, 2, 3, 4] as const).map((channels) => {
      const samples = Uint8Array.from({ length: height * width * channels }, () => random.integer(0, 255));
      return { height, width, channels, samples };
    }),
  );
}

/** The features that the project itself makes of them. */
async function featuresOf(all: readonly Raw[], color: 'grey' | 'rgb', antialias: boolean): Promise<Dataset> {
  const folder = mkdtempSync(path.join(tmpdir(), 'espalier-pictures-'));
  try {
    for (const [at, { height, width, channels, samples }] of all.entries()) {
      const place = path.join(folder, 'pictures', at % 2 === 0 ? 'even' : 'odd');
      mkdirSync(place, { recursive: true });
      const png = sharp(samples, { raw: { height, width, channels } }).png({ palette: false });
      await png.toFile(path.join(place, `${String(at).padStart(3, '0')}.png`));
    }
    const how = { size: SIZE, color, antialias, orientation: 'apply', broken: 'refuse' } as const;
    const work = { cache: path.join(folder, 'cache'), onProgress: ignoreProgress };
    return await loadSource({ pictures: { folder: 'pictures', ...how } }, folder, work);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function networkOf(dataset: Dataset, encoder: Encoder): QuantizedNetwork {
  const shape = dataset.shape as [number, number, number];
  const format = parseFormat('fixed<10,3>');
  const plain = sampleNetwork();
  const formats = Array(shape[0] * shape[1] * shape[2]).fill(format);
  return { ...plain, name: 'seen', input: { formats, names: [], shape, encoder } };
}

const LAYOUT = (network: QuantizedNetwork): SampleLayout => ({
  width: 8,
  beats: 2 * network.input.formats.length,
  fields: network.input.formats.map((_, at) => ({ lsb: 16 * at, width: 10 })),
});

const MAIN = `#include <inttypes.h>
#include <stdio.h>
#include "seen_encoder.h"
static uint8_t samples[1U << 16];
int main(void) {
    uint32_t head[3];
    static seen_code_t codes[SEEN_FEATURES];
    while (fread(head, sizeof head, 1, stdin) == 1U) {
        const seen_picture_t picture = { samples, head[0], head[1], head[2] };
        const size_t size = (size_t)head[0] * head[1] * head[2];
        if (fread(samples, 1, size, stdin) != size) { return 1; }
        if (seen_encode_picture(&picture, codes) != 0) { printf("refused\\n"); continue; }
        for (uint32_t i = 0; i < SEEN_FEATURES; i++) { printf("%" PRId64 " ", (int64_t)codes[i]); }
        printf("\\n");
    }
    return 0;
}
`;

const PYTHON = `
import struct, sys
import seen_encoder as encoder
data = sys.stdin.buffer.read()
while data:
    height, width, channels = struct.unpack("<3I", data[:12])
    size = height * width * channels
    try:
        codes = encoder.encode_picture(data[12:12 + size], height, width, channels)
        assert len(encoder.pack(codes)) == 2 * len(codes)
        print(*codes)
    except ValueError as error:
        print(error)
    data = data[12 + size:]
`;

const TYPESCRIPT = `
import { readFileSync } from 'node:fs';
import { encodePicture, pack } from './seen_encoder.js';
let data = new Uint8Array(readFileSync(0));
while (data.length > 0) {
  const [height, width, channels] = new Uint32Array(data.slice(0, 12).buffer);
  const size = height * width * channels;
  try {
    const codes = encodePicture(data.slice(12, 12 + size), height, width, channels);
    if (pack(codes).length !== 2 * codes.length) throw new Error('another number of bytes');
    console.log(...codes);
  } catch (error) {
    console.log(error.message);
  }
  data = data.slice(12 + size);
}
`;

const RUN: Record<HostLanguage, (folder: string, input: Uint8Array) => Buffer> = {
  c: (cwd, input) => {
    // With products and sums contracted wherever the processor can.
    const flags = [
      ...STRICT,
      '-O3',
      '-march=native',
      '-ffp-contract=fast',
      '-fsanitize=undefined',
      '-fno-sanitize-recover=all',
    ];
    execFileSync('gcc', [...flags, '-o', 'run', 'seen_encoder.c', 'main.c'], { cwd, stdio: 'pipe' });
    return execFileSync(path.join(cwd, 'run'), { input, stdio: 'pipe' });
  },
  python: (cwd, input) =>
    execFileSync('python3', ['-W', 'error', '-B', '-c', PYTHON], { cwd, input, stdio: 'pipe' }),
  typescript: (cwd, input) => {
    const tsc = path.resolve('node_modules/typescript/bin/tsc');
    const flags = [
      '--strict',
      '--noUnusedLocals',
      '--target',
      'es2022',
      '--module',
      'nodenext',
      '--types',
      '',
    ];
    execFileSync(process.execPath, [tsc, ...flags, 'seen_encoder.ts'], { cwd, stdio: 'pipe' });
    return execFileSync(process.execPath, ['--input-type=module', '-e', TYPESCRIPT], {
      cwd,
      input,
      stdio: 'pipe',
    });
  },
};

function linesOf(language: HostLanguage, network: QuantizedNetwork, all: readonly Raw[]): string[] {
  const files = new Map([
    ...exportHostEncoder(network, language, GENERATOR, LAYOUT(network)),
    ['main.c', MAIN],
    ['package.json', '{ "type": "module" }'],
  ]);
  const input = Buffer.concat(
    all.flatMap(({ height, width, channels, samples }) => [
      new Uint8Array(Uint32Array.of(height, width, channels).buffer),
      samples,
    ]),
  );
  const output = inFolder(files, (folder) => RUN[language](folder, input));
  return output
    .toString()
    .trim()
    .split('\n')
    .map((line) => line.trim());
}

const CASES = (['grey', 'rgb'] as const).flatMap((color) =>
  [false, true].map((antialias) => [color, antialias, antialias ? 'standard' : 'whole'] as const),
);

describe.each(CASES)(
  'a picture of %s, antialiased: %s, scaled by %s',
  (color, antialias, scaling: Scaling) => {
    const all = pictures();
    // The source has one class after the other.
    const order = [...all.keys()].sort((a, b) => (a % 2) - (b % 2) || a - b);
    const made = featuresOf(all, color, antialias).then((dataset) => {
      const encoder = fitScaler(dataset, [...dataset.labels.keys()], 'train', 0, scaling);
      const network = networkOf(dataset, encoder);
      const { formats } = network.input;
      const expected = dataset.features.map((row) => encodeRow(encoder, formats, row).join(' '));
      return { network, expected };
    });

    it.each(Object.keys(HOST_LANGUAGES) as HostLanguage[])(
      'has the codes of the training in %s',
      async (language) => {
        const { network, expected } = await made;
        const found = linesOf(language, network, all);
        expect(order.map((at) => found[at])).toEqual(expected);
        expect(new Set(expected).size).toBe(expected.length);
      },
    );

    it('says in network.json how it is resized', async () => {
      const { network } = await made;
      const { encoder } = JSON.parse(networkToJson(network)).input;
      expect(encoder).toEqual({ ...network.input.encoder, picture: { antialias } });
    });
  },
);

it('a picture without pixels, or of five channels, is refused', async () => {
  const dataset = await featuresOf(pictures().slice(0, 4), 'grey', false);
  const network = networkOf(dataset, fitScaler(dataset, [0], 'train'));
  const odd = [
    { height: 0, width: 3, channels: 1, samples: new Uint8Array() },
    { height: 1, width: 1, channels: 5, samples: new Uint8Array(5) },
  ] as unknown as Raw[];
  expect(linesOf('c', network, odd)).toEqual(['refused', 'refused']);
  const messages = [
    'got 0 samples of 0 x 3 x 1, wanted a picture',
    'got 5 samples of 1 x 1 x 5, wanted a picture',
  ];
  expect(linesOf('python', network, odd)).toEqual(messages);
  expect(linesOf('typescript', network, odd)).toEqual(messages);
});

it('a network whose input is no picture has no steps of one', () => {
  const plain = sampleNetwork();
  const encoder = { ...plain.input.encoder!, picture: { antialias: false } };
  const network = { ...plain, input: { ...plain.input, encoder } };
  const message =
    'net.input.encoder.picture: got an input without a shape, wanted a map of 1 channel or 3 [network/shape]';
  expect(() => checkNetwork(network, 'net')).toThrow(message);
  expect(() => networkFromJson(networkToJson(network), 'net')).toThrow(message);
});
