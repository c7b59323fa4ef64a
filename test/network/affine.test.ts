import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { fractionOf } from '../../src/fixed/format.js';
import { type AffineNetwork, lowerNetwork } from '../../src/network/affine.js';
import { addedBits, finish } from '../../src/network/finish.js';
import { referenceModel } from '../../src/network/reference.js';
import { randomInput, randomNetwork } from '../support/networks.js';

function runAffine(network: AffineNetwork, input: readonly number[]): number[] {
  let codes = input;
  for (const layer of network.layers) {
    codes = layer.rows.map((row) => {
      const sum = row.terms.reduce((total, { input: i, weight }) => total + weight * codes[i], row.bias);
      return finish(row.finish, sum);
    });
  }
  return network.outputs.map((output) => (output.kind === 'row' ? codes[output.row] : output.code));
}

describe('folding', () => {
  it('changes nothing that can be seen', () => {
    const random = new Random(3, 'affine');
    let folded = 0;
    let unread = 0;
    for (let round = 0; round < 600; round++) {
      const network = randomNetwork(random, { anyFinishes: round % 2 === 0 });
      const affine = lowerNetwork(network);
      folded += affine.layers.reduce((count, layer) => count + layer.constants.length, 0);
      unread += affine.layers.reduce((count, layer) => count + layer.unread.length, 0);
      const run = referenceModel(network);
      for (let sample = 0; sample < 20; sample++) {
        const input = randomInput(random, network);
        expect(runAffine(affine, input)).toEqual(run(input).outputs);
      }
      affine.outputs.forEach((output, unit) => {
        if (output.kind === 'row') {
          const row = affine.layers[affine.layers.length - 1].rows[output.row];
          expect(row.unit).toBe(unit);
          if (row.finish.table !== undefined) return;
          expect(fractionOf(row.format)).toBe(
            row.fraction + addedBits(row.finish.activation) - row.finish.scaling.shift,
          );
        }
      });
      for (const layer of affine.layers) {
        for (const row of layer.rows) expect(row.terms.every((term) => term.weight !== 0)).toBe(true);
      }
    }
    // The test says something only if it met both.
    expect(folded).toBeGreaterThan(100);
    expect(unread).toBeGreaterThan(50);
  });
});
