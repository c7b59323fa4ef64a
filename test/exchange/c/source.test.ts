import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { mnistStudent, resnet8 } from '../../../bench/support/map-networks.js';
import { EspalierError } from '../../../src/core/errors.js';
import { Random } from '../../../src/core/random.js';
import { exportC } from '../../../src/exchange/c/source.js';
import { C_STYLES } from '../../../src/exchange/c/style.js';
import { checkNetwork } from '../../../src/network/check.js';
import { networkFromJson } from '../../../src/network/json.js';
import { referenceModel } from '../../../src/network/reference.js';
import type { QuantizedNetwork } from '../../../src/network/types.js';
import { randomGraph } from '../../support/graphs.js';
import { randomInput, randomNetwork } from '../../support/networks.js';
import { GENERATOR, inFolder, runAll, STRICT } from './harness.js';
import { sampleNetwork } from './sample.js';

const SAMPLES = 40;

/** The same networks, their output formats moved far to the left or right: shifts by 40 bits either way. */
function farFormats(random: Random): QuantizedNetwork {
  for (;;) {
    const network = randomNetwork(random, { maxWidth: 14 });
    const layers = network.layers.map((layer) => {
      if (layer.output === 'exact') return layer;
      const moved = random.integer(-40, 40);
      return {
        ...layer,
        output: layer.output.map((wanted) => ({
          ...wanted,
          format: { ...wanted.format, integer: wanted.format.integer + moved },
        })),
      };
    });
    const far = { ...network, layers };
    try {
      checkNetwork(far);
      return far;
    } catch (error) {
      if (!(error instanceof EspalierError)) throw error;
    }
  }
}

/** Sums of up to 53 bits. */
function wideNetwork(random: Random): QuantizedNetwork {
  for (;;) {
    try {
      return randomNetwork(random, { maxWidth: 26, maxLayers: 2 });
    } catch (error) {
      if (!(error instanceof EspalierError)) throw error;
    }
  }
}

const MAKERS: readonly [string, (random: Random) => QuantizedNetwork][] = [
  ['all formats, roundings, overflows and heads', (random) => randomNetwork(random)],
  ['all that a finish can be', (random) => randomNetwork(random, { anyFinishes: true })],
  ['finishes of wide sums', (random) => randomNetwork(random, { anyFinishes: true, maxWidth: 14 })],
  ['requantizations that shift far', farFormats],
  ['sums of up to 53 bits', wideNetwork],
  ['graphs of all kinds', (random) => randomGraph(random)],
  ['graphs over larger maps', (random) => randomGraph(random, { maxCodes: 60, maxInputs: 12 })],
];

/** A convolution of two channels and a pool over its whole map. */
const mapNetwork = (size: number): QuantizedNetwork =>
  networkFromJson(
    JSON.stringify({
      schema: 'espalier/network',
      version: 2,
      name: 'map',
      input: { shape: [size, size, 1], format: 'ufixed<4,4>' },
      layers: [
        {
          kind: 'conv2d',
          name: 'conv',
          kernel: {
            format: 'fixed<4,4>',
            codes: [0, 1, 2].map((row) => [0, 1, 2].map((column) => [[row - column, row === 1 ? 0 : 3]])),
          },
          bias: { format: 'fixed<4,4>', codes: [1, -2] },
          strides: [1, 1],
          padding: [1, 1, 1, 1],
          finish: {
            activation: 'relu',
            output: { format: 'ufixed<6,6>', rounding: 'TRN', overflow: 'SAT' },
          },
        },
        { kind: 'max_pool', name: 'pool', window: [size, size], strides: [1, 1] },
        { kind: 'move', name: 'flat', move: { kind: 'reshape', shape: [2] } },
      ],
      head: { kind: 'values' },
    }),
  );

describe.each(C_STYLES)('C in the style %s', (style) => {
  it.each(MAKERS)('says what the reference model says: %s', (stream, make) => {
    const random = new Random(11, stream);
    const networks = Array.from({ length: 25 }, () => make(random));
    const samples = networks.map((network) =>
      Array.from({ length: SAMPLES }, () => randomInput(random, network)),
    );
    const answers = runAll(networks, samples, style);
    networks.forEach((network, index) => {
      const run = referenceModel(network);
      const expected = samples[index].map((codes) => {
        const { layers: _, ...outcome } = run(codes);
        return outcome;
      });
      expect(answers[index], `network ${index}`).toEqual(expected);
    });
  });
});

describe('the exported C', () => {
  it.each(C_STYLES)('reads as the samples in test/samples/c: %s', async (style) => {
    for (const [name, text] of exportC(sampleNetwork(), GENERATOR, style)) {
      await expect(text).toMatchFileSnapshot(`../../samples/c/${style}/${name}`);
    }
  });

  it.each(C_STYLES)('holds partial sums that are wider than any sum: %s', (style) => {
    // 2^24 × (250 to 255), twice, with opposite signs: the sum has 28 bits, its first part 33.
    const hidden = {
      kind: 'dense',
      name: 'hidden',
      kernel: { format: 'fixed<4,4>', codes: [[5, 3]] },
      bias: { format: 'fixed<10,10>', codes: [250, 251] },
      activation: 'relu',
      output: { format: 'ufixed<8,8>', rounding: 'TRN', overflow: 'SAT' },
    };
    const sum = {
      ...hidden,
      name: 'sum',
      kernel: { format: 'fixed<26,26>', codes: [[2 ** 24], [-(2 ** 24)]] },
      bias: { format: 'fixed<2,2>', codes: [0] },
      activation: 'linear',
      output: 'exact',
    };
    const input = { size: 1, format: 'ufixed<1,1>' };
    const network = sampleNetwork({
      name: 'partial',
      input,
      layers: [hidden, sum],
      head: { kind: 'values' },
    });
    const answers = runAll([network], [[[0], [1]]], style)[0];
    expect(answers.map(({ outputs }) => outputs)).toEqual([[-(2 ** 24)], [2 ** 24]]);
  });

  it.each(C_STYLES)('is as long for a large map as for a small one, and says what it needs: %s', (style) => {
    const sources = [20, 40].map((size) => {
      const network = mapNetwork(size);
      const source = exportC(network, GENERATOR, style).get('map.c') as string;
      const samples = [Array.from({ length: size * size }, (_, at) => (at * 7) % 16)];
      const { outputs } = runAll([network], [samples], style)[0][0];
      expect(outputs).toEqual(referenceModel(network)(samples[0]).outputs);
      return source;
    });
    const [small, large] = sources;
    // The line about memory, and longer numbers.
    expect(large.length - small.length).toBeLessThan(120);
    expect(small).not.toContain('static: one call');
    expect(large).toContain('Memory between the layers: 3200 bytes, static: one call at a time.');
  });

  it.each([
    ['with pools, and a dense layer behind its map', mnistStudent(0.5)],
    ['with branches', resnet8(0.02)],
  ])('has as much static memory as it says for a network over maps: %s', (_, network) => {
    const files = exportC(network, GENERATOR);
    const source = files.get(`${network.name}.c`) as string;
    const [, stated] = source.match(/Memory between the layers: (\d+) bytes, static/) as RegExpMatchArray;
    const symbols = inFolder(files, (folder) => {
      execFileSync('gcc', [...STRICT, '-O1', '-c', `${network.name}.c`], { cwd: folder, stdio: 'pipe' });
      return execFileSync('nm', ['-S', '-t', 'd', `${network.name}.o`], { cwd: folder, encoding: 'utf8' });
    });
    // What is written to: neither code nor tables.
    const sizes = [...symbols.matchAll(/^\d+ (\d+) [bBdD] /gm)].map(([, bytes]) => Number(bytes));
    expect(sizes.reduce((sum, bytes) => sum + bytes, 0)).toBe(Number(stated));
  });

  it('decides among outputs of unequal fractions, the first of equals', () => {
    const network = argmaxNetwork(['fixed<8,8>', 'fixed<8,4>', 'fixed<8,6>']);
    // In quarters: the first output drops them, the second stops at -8.
    const samples = [
      [4, 4, 4],
      [4, 5, 4],
      [7, 5, 6],
      [-4, -4, -5],
      [-128, -128, -128],
      [0, 0, 1],
    ];
    const classes = runAll([network], [samples], 'tables')[0].map((answer) => answer.class);
    expect(classes).toEqual([0, 1, 2, 0, 1, 2]);
  });

  it('refuses an argmax that 64 bits cannot decide', () => {
    const network = argmaxNetwork(['fixed<8,60>', 'fixed<8,-4>']);
    expect(() => exportC(network, GENERATOR)).toThrow(
      expect.objectContaining({
        message:
          'wide: output: got formats too far apart to compare in 64 bits, wanted output formats with closer ' +
          'fractions, for the head argmax in C [exchange/c-argmax-too-wide]',
      }),
    );
  });

  it.each([
    ['time', 'time_2'],
    ['Signal', 'Signal_2'],
    ['stdint', 'stdint_2'],
    ['class', 'class'],
    ['time_2', 'time_2'],
  ])('stands in no header’s place, and is C++ too: %s', (name, wanted) => {
    const files = exportC(sampleNetwork({ name }), GENERATOR);
    expect([...files.keys()]).toEqual([`${wanted}.h`, `${wanted}.c`]);
    const main = `#include <time.h>\n#include <signal.h>\n#include "${wanted}.h"\nint main() { return ${wanted}_run == nullptr; }\n`;
    inFolder(new Map([...files, ['main.cpp', main]]), (folder) => {
      const options = { cwd: folder, stdio: 'pipe' } as const;
      execFileSync('gcc', [...STRICT, '-I.', '-c', `${wanted}.c`], options);
      const strict = ['-std=c++11', '-Wall', '-Wextra', '-Wpedantic', '-Wno-address', '-Werror'];
      execFileSync('g++', [...strict, '-I.', '-o', 'main', 'main.cpp', `${wanted}.o`], options);
      execFileSync(path.join(folder, 'main'), options);
    });
  });

  it('compiles whatever the names and the labels are', () => {
    const network = sampleNetwork({ name: 'double', labels: ['*/ #error', 'line\nbreak \\'] });
    const layers = network.layers.map((layer, index) => ({ ...layer, name: ['run', 'class'][index] }));
    const odd = { ...network, layers };
    const expected = referenceModel(odd)([8, 12, 0]);
    expect(runAll([odd], [[[8, 12, 0]]], 'unrolled')[0][0].outputs).toEqual(expected.outputs);
  });
});

/** One layer that brings its inputs into formats of their own. */
function argmaxNetwork(formats: readonly string[]): QuantizedNetwork {
  const identity = formats.map((_, row) => formats.map((__, unit) => (row === unit ? 1 : 0)));
  const json = {
    schema: 'espalier/network',
    version: 1,
    name: 'wide',
    input: { size: formats.length, format: 'fixed<8,6>' },
    layers: [
      {
        kind: 'dense',
        name: 'scores',
        kernel: { format: 'fixed<2,2>', codes: identity },
        bias: { format: 'fixed<2,2>', codes: formats.map(() => 0) },
        activation: 'linear',
        output: formats.map((format) => ({ format, rounding: 'TRN', overflow: 'SAT' })),
      },
    ],
    head: { kind: 'argmax' },
  };
  return networkFromJson(JSON.stringify(json));
}
