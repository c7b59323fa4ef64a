import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { fractionOf } from '../../src/fixed/format.js';
import { type AffineLayer, lowerNetwork } from '../../src/network/affine.js';
import { addedBits } from '../../src/network/finish.js';
import type { DenseLayer } from '../../src/network/layers/dense.js';
import { referenceModel } from '../../src/network/reference.js';
import { runLowered } from '../support/lowered.js';
import { randomInput, randomNetwork } from '../support/networks.js';

const rowsOf = (layer: AffineLayer) => (layer.kind === 'sums' ? layer.rows : []);

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
        expect(runLowered(affine, input)).toEqual(run(input).outputs);
      }
      affine.outputs.forEach((output, unit) => {
        if (output.kind === 'row') {
          const row = rowsOf(affine.layers[affine.layers.length - 1])[output.row];
          expect(row.unit).toBe(unit);
          const given = (network.layers.at(-1) as DenseLayer).output;
          if (given !== 'exact' && (given[unit].table ?? given[unit].scale) !== undefined) return;
          expect(fractionOf(row.format)).toBe(
            row.fraction + addedBits(row.finish.activation) - row.finish.scaling.shift,
          );
        }
      });
      for (const layer of affine.layers) {
        for (const row of rowsOf(layer)) expect(row.terms.every((term) => term.weight !== 0)).toBe(true);
      }
    }
    // The test says something only if it met both.
    expect(folded).toBeGreaterThan(100);
    expect(unread).toBeGreaterThan(50);
  });
});
