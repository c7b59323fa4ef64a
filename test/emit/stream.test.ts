import { describe, expect, it } from 'vitest';
import { streamText } from '../../src/cli/stream-text.js';
import type { HardwareConfig } from '../../src/emit/hardware-config.js';
import { planDesign } from '../../src/emit/plan.js';
import type { QuantizedNetwork } from '../../src/network/types.js';
import { layoutFor } from '../../src/pipeline/sample-layout.js';
import { conv, mapNetwork, POOL } from './map-networks.js';

const TWO = {
  kind: 'dense',
  name: 'two',
  kernel: {
    format: 'fixed<2,2>',
    codes: Array.from({ length: 400 }, (_, input) => [input % 2, (input % 3) - 1]),
  },
  bias: { format: 'fixed<2,2>', codes: [0, 0] },
  finish: {
    activation: 'relu',
    output: { format: 'ufixed<8,8>', rounding: 'RND', overflow: 'SAT' },
  },
};

/** Three pools in a row, so that little comes out. */
const pooled = (shape: readonly number[], format: string) =>
  mapNetwork(
    shape,
    ['first', 'second', 'third'].map((name) => ({ ...POOL, name })),
    format,
  );

const streamsOf = (network: QuantizedNetwork, options: Partial<HardwareConfig> = {}) => {
  const { input, output } = planDesign(network, { architecture: 'serial', ...options }).facts.stream;
  return [input.beats, input.width, output.beats, output.width];
};

describe('beats of which nobody says how wide they are', () => {
  it.each([
    ['a small map: one', pooled([8, 8, 1], 'ufixed<8,8>'), [1, 512, 1, 8]],
    ['the largest sample in one', pooled([8, 16, 1], 'ufixed<8,8>'), [1, 1024, 1, 16]],
    ['a grey picture: a pixel', pooled([28, 28, 1], 'ufixed<8,8>'), [784, 8, 9, 8]],
    ['a coloured one: wide enough for a pixel', pooled([32, 32, 3], 'ufixed<8,8>'), [768, 32, 12, 32]],
    ['many channels: 64 bits', pooled([8, 8, 12], 'ufixed<8,8>'), [96, 64, 2, 64]],
    [
      'codes of which beats of 32 and 64 bits cut words apart: 16',
      pooled([32, 32, 3], 'ufixed<6,6>'),
      [1536, 16, 24, 16],
    ],
    ['few bits: 8', pooled([64, 64, 1], 'ufixed<1,1>'), [512, 8, 8, 8]],
  ])('%s', (_, network, wanted) => {
    expect(streamsOf(network)).toEqual(wanted);
  });

  it('hang on the results, too', () => {
    // 16 x 16 cells of two channels of 6 bits come of 4 bits each.
    expect(streamsOf(mapNetwork([16, 16, 1], [conv(1)]), { architecture: 'parallel' })).toEqual([
      128, 8, 512, 8,
    ]);
  });

  it('have 32 bits where samples are lists', () => {
    const list = mapNetwork(
      [20, 20, 1],
      [{ kind: 'move', name: 'flat', move: { kind: 'reshape', shape: [400] } }, TWO],
    );
    const { shape: _, ...input } = list.input;
    expect(streamsOf({ ...list, input })).toEqual([50, 32, 1, 32]);
  });

  it.each([
    ['all', [1, 6272, 1, 72]],
    [64, [98, 64, 2, 64]],
  ] as const)('are as wide as somebody says: %s', (width, wanted) => {
    expect(streamsOf(pooled([28, 28, 1], 'ufixed<8,8>'), { stream: { width } })).toEqual(wanted);
  });

  it.each([
    // Of 18 bits: one in each beat, in place of 5 codes of 3 channels.
    ['coloured', [32, 32, 3], 'ufixed<6,6>', 32, [1024, 32]],
    // Of 5 codes a beat the last one would lack one.
    ['grey', [28, 28, 1], 'ufixed<6,6>', 32, [196, 32]],
    // Of 42 bits: two beats each, in place of 5 codes a beat.
    ['of seven channels', [8, 8, 7], 'ufixed<6,6>', 32, [128, 32]],
  ] as const)(
    'of any width have positions that come in whole words, and no register has all of them: %s',
    (_, shape, format, width, wanted) => {
      const hardware = { architecture: 'serial', stream: { width } };
      const { stream, frames } = planDesign(pooled([...shape], format), hardware).facts;
      expect([stream.input.beats, stream.input.width]).toEqual(wanted);
      expect(frames?.beats).toBeDefined();
    },
  );

  it('are the same where an encoder is written from the network alone', () => {
    const network = pooled([32, 32, 3], 'ufixed<8,8>');
    const { input } = planDesign(network, { architecture: 'serial' }).facts.stream;
    expect(layoutFor('nowhere', undefined)(network)).toEqual(input);
  });

  it('are told', () => {
    const { stream } = planDesign(pooled([28, 28, 1], 'ufixed<8,8>'), { architecture: 'serial' }).facts;
    expect(streamText(stream)).toBe(
      'a sample comes in 784 beats of 8 bits, its result in 9 beats of 8 bits (--beat)',
    );
  });
});
