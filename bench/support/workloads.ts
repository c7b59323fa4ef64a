import { Random } from '../../src/core/random.js';
import { type Format, unsignedWidth } from '../../src/fixed/format.js';
import type { DenseLayer } from '../../src/network/layers/dense.js';
import { chainOf, chainRanges } from '../../src/network/stages.js';
import type { DenseNetwork } from '../../src/network/types.js';

/** A seeded network for measurements, of the kind that papers on unrolled networks measure. */
export interface Workload {
  readonly title: string;
  /** Units, the inputs first. */
  readonly shape: readonly number[];
  readonly input: Format;
  readonly weight: Format;
  /** Of a layer's gaussian weights, from its number of inputs. */
  readonly deviation: (inputs: number) => number;
  /** Part of every layer's weights, the smallest, that is zero. */
  readonly pruned: number;
}

const PIXELS: Format = { signed: false, width: 8, integer: 0 };
const SIGNALS: Format = { signed: true, width: 8, integer: 3 };

const gaussian = {
  shape: [30, 16, 1],
  input: PIXELS,
  weight: { signed: true, width: 8, integer: 2 },
  deviation: () => 0.5,
};
const he = {
  shape: [16, 64, 32, 32, 5],
  input: SIGNALS,
  weight: { signed: true, width: 6, integer: 1 },
  deviation: (inputs: number) => Math.sqrt(2 / inputs),
};

export const WORKLOADS: readonly Workload[] = [
  { title: '30-16-1, 8-bit weights, dense', ...gaussian, pruned: 0 },
  { title: '30-16-1, 8-bit weights, 60 % pruned', ...gaussian, pruned: 0.6 },
  { title: '16-64-32-32-5, 6-bit weights, dense', ...he, pruned: 0 },
  { title: '16-64-32-32-5, 6-bit weights, 70 % pruned', ...he, pruned: 0.7 },
];

/** ReLU to 8 bits that hold all that can come, truncated; exact sums at the end. */
export function workloadNetwork(workload: Workload, seed = 1): DenseNetwork {
  const { shape, input } = workload;
  const random = new Random(seed, `workload ${workload.title}`);
  let network: DenseNetwork = {
    name: 'bench',
    input: { formats: Array(shape[0]).fill(input), names: [] },
    layers: [],
    head: { kind: 'values' },
    labels: [],
    provenance: {},
  };
  shape.slice(1).forEach((units, index) => {
    const isLast = index === shape.length - 2;
    const layer = denseLayer(workload, random, index, units, isLast);
    const exact = { ...network, layers: [...network.layers, layer] };
    network = isLast ? exact : { ...network, layers: [...network.layers, covered(layer, exact)] };
  });
  return network;
}

function denseLayer(
  workload: Workload,
  random: Random,
  index: number,
  units: number,
  isLast: boolean,
): DenseLayer {
  const { shape, weight, deviation, pruned } = workload;
  const limit = 2 ** (weight.width - 1);
  const scale = 2 ** (weight.width - weight.integer);
  const code = (value: number) => Math.min(limit - 1, Math.max(-limit, Math.round(value * scale)));
  const weights = Array.from({ length: shape[index] }, () =>
    Array.from({ length: units }, () => random.normal() * deviation(shape[index])),
  );
  const sizes = weights
    .flat()
    .map(Math.abs)
    .sort((a, b) => a - b);
  const cut = pruned === 0 ? 0 : sizes[Math.floor(pruned * sizes.length)];
  return {
    kind: 'dense',
    name: isLast ? 'output' : `hidden${index + 1}`,
    kernel: {
      formats: Array(units).fill(weight),
      codes: weights.map((row) => row.map((value) => (Math.abs(value) < cut ? 0 : code(value)))),
    },
    bias: {
      formats: Array(units).fill(weight),
      codes: Array.from({ length: units }, () => code(0.1 * random.normal())),
    },
    activation: isLast ? 'linear' : 'relu',
    output: 'exact',
  };
}

/** The network's last layer, its codes the upper 8 bits of what its sums can be. */
function covered(layer: DenseLayer, network: DenseNetwork): DenseLayer {
  const chain = chainOf(network);
  const units = chainRanges(network, chain)[network.layers.length - 1];
  const bits = unsignedWidth(Math.max(...units.map(({ high }) => high)));
  const last = chain.stages[network.layers.length - 1];
  const fraction = last.kind === 'sums' ? last.rows[0].row.fraction : 0;
  const format = {
    signed: false,
    width: 8,
    integer: bits - fraction,
  };
  return { ...layer, output: units.map(() => ({ format, rounding: 'TRN', overflow: 'WRAP' })) };
}
