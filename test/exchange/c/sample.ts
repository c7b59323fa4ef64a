import { networkFromJson } from '../../../src/network/json.js';
import type { QuantizedNetwork } from '../../../src/network/types.js';

/** Three inputs, two hidden units, one logit: a pruned weight, a full layer, a probability table, named classes. */
export function sampleNetwork(change: Record<string, unknown> = {}): QuantizedNetwork {
  const network = {
    schema: 'espalier/network',
    version: 1,
    name: 'tiny',
    input: {
      size: 3,
      format: 'ufixed<4,0>',
      names: ['radius', 'texture', 'constant'],
      encoder: { kind: 'minmax', minimum: [-1.5, 0, 7], maximum: [2.5, 0.1, 7] },
    },
    layers: [
      {
        kind: 'dense',
        name: 'hidden',
        kernel: {
          format: 'fixed<4,2>',
          codes: [
            [3, -2],
            [0, 5],
            [0, 0],
          ],
        },
        bias: { format: 'fixed<6,2>', codes: [4, -8] },
        activation: 'relu',
        output: { format: 'ufixed<4,1>', rounding: 'RND', overflow: 'SAT' },
      },
      {
        kind: 'dense',
        name: 'logit',
        kernel: { format: 'fixed<4,2>', codes: [[-7], [6]] },
        bias: { format: 'fixed<8,4>', codes: [1] },
        activation: 'linear',
        output: 'exact',
      },
    ],
    head: {
      kind: 'binary',
      probability: {
        index: { format: 'fixed<2,1>', rounding: 'RND_CONV', overflow: 'SAT' },
        format: 'ufixed<4,0>',
        codes: [1, 5, 8, 14],
      },
    },
    labels: ['benign', 'malignant'],
    ...change,
  };
  return networkFromJson(JSON.stringify(network));
}
