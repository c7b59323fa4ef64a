import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { augment } from '../../src/learn/augment.js';
import { trainBase } from '../../src/learn/base.js';
import { messageOf, messageOfAsync } from '../support/messages.js';

/** 2 x 3 pixels of two channels. */
const PICTURE = [1, 10, 2, 20, 3, 30, 4, 40, 5, 50, 6, 60];
const changed = (how: { shift: number; flip: boolean }, count = 200) => {
  const values = Float32Array.from(Array.from({ length: count }, () => PICTURE).flat());
  augment(values, [2, 3, 2], how, new Random(3, 'test'));
  return Array.from({ length: count }, (_, at) =>
    Array.from(values.subarray(at * PICTURE.length, (at + 1) * PICTURE.length)).join(' '),
  );
};

describe('pictures that are changed a little', () => {
  it('are moved by each distance, zeros coming in', () => {
    const seen = new Set(changed({ shift: 1, flip: false }));
    expect(seen.size).toBe(9);
    expect(seen).toContain(PICTURE.join(' '));
    // Down, and to the left.
    expect(seen).toContain('0 0 0 0 0 0 1 10 2 20 3 30');
    expect(seen).toContain('2 20 3 30 0 0 5 50 6 60 0 0');
  });

  it('are mirrored now and then', () => {
    expect(new Set(changed({ shift: 0, flip: true }))).toEqual(
      new Set([PICTURE.join(' '), '3 30 2 20 1 10 6 60 5 50 4 40']),
    );
  });

  it('are the same from the same seed, and must be pictures', async () => {
    expect(changed({ shift: 1, flip: true })).toEqual(changed({ shift: 1, flip: true }));
    expect(messageOf(() => augment(new Float32Array(4), [4], { shift: 1, flip: false }, new Random(1)))).toBe(
      'augment: got {"shift":1,"flip":false}, wanted samples that are maps [learn/option]',
    );
    const samples = { features: [[0], [1]], labels: [0, 1], classes: ['a', 'b'] };
    expect(
      await messageOfAsync(() => trainBase(samples, { augment: { shift: -1, flip: false }, epochs: 1 })),
    ).toBe('augment.shift: got -1, wanted a whole number of at least 0 [learn/option]');
  });
});
