import { fractionOf, valueOfCode } from '../fixed/format.js';
import { encode } from '../fixed/requantize.js';
import { classOf, type FloatDense, type FloatNetwork, runFloat } from '../learn/float-network.js';
import type { DenseNetwork } from '../network/types.js';
import { inputCodes } from './input-codes.js';
import type { TensorRecord } from './quantized.js';

/** A tensor, and what it does to the float network when it alone is rounded to its format. */
export interface Culprit extends Pick<TensorRecord, 'layer' | 'tensor'> {
  /** Share of samples whose class changes; of `values` the root mean square of the change over the outputs' spread. */
  readonly harm: number;
}

/** As many tell which tensor it is. */
const SAMPLES = 500;

type Run = (row: readonly number[]) => readonly number[];

/** Every tensor by the harm that its format does, the worst first. @param spread of the outputs over the rows */
export function culprits(
  float: FloatNetwork,
  network: DenseNetwork,
  rows: readonly (readonly number[])[],
  spread: number,
): Culprit[] {
  const some = rows.slice(0, SAMPLES);
  const exact = some.map((row) => runFloat(float, row).at(-1)!);
  const harmOf = (run: Run) => {
    const changed = some.map(run);
    if (float.head === 'values') {
      const squares = changed.flatMap((outputs, at) =>
        outputs.map((value, unit) => (value - exact[at][unit]) ** 2),
      );
      return spread === 0
        ? 0
        : Math.sqrt(squares.reduce((sum, one) => sum + one, 0) / squares.length) / spread;
    }
    return changed.filter((outputs, at) => classOf(outputs) !== classOf(exact[at])).length / some.length;
  };
  return roundings(float, network)
    .map(({ run, ...place }) => ({ ...place, harm: harmOf(run) }))
    .sort((a, b) => b.harm - a.harm);
}

/** The float network with one tensor rounded, for each of them. */
function roundings(float: FloatNetwork, network: DenseNetwork): (Omit<Culprit, 'harm'> & { run: Run })[] {
  const inputFractions = network.input.formats.map(fractionOf);
  const rounded = (row: readonly number[]) =>
    inputCodes(network, row).map((code, at) => valueOfCode(code, inputFractions[at]));
  const last: Run = (row) => runFloat(float, row).at(-1)!;
  return [
    { layer: 'input', tensor: 'input', run: (row) => last(rounded(row)) },
    ...network.layers.flatMap(({ name: layer, kernel, bias }, index) => {
      const values = (codes: readonly number[], formats: typeof kernel.formats) =>
        codes.map((code, unit) => valueOfCode(code, fractionOf(formats[unit])));
      const weights = { kernel: kernel.codes.map((row) => values(row, kernel.formats)) };
      return [
        { layer, tensor: 'weights' as const, run: withLayer(float, index, weights) },
        {
          layer,
          tensor: 'bias' as const,
          run: withLayer(float, index, { bias: values(bias.codes, bias.formats) }),
        },
        ...withOutput(float, network, index),
      ];
    }),
  ];
}

function withLayer(float: FloatNetwork, index: number, change: Partial<FloatDense>): Run {
  const layers = float.layers.map((layer, at) => (at === index ? { ...layer, ...change } : layer));
  return (row) => runFloat({ ...float, layers }, row).at(-1)!;
}

function withOutput(float: FloatNetwork, { layers }: DenseNetwork, index: number) {
  const { name: layer, output } = layers[index];
  if (output === 'exact') return [];
  const rest = { ...float, inputs: output.length, layers: float.layers.slice(index + 1) };
  const run: Run = (row) => {
    const values = runFloat(float, row)[index].map((value, unit) =>
      valueOfCode(encode(value, output[unit]), fractionOf(output[unit].format)),
    );
    return rest.layers.length === 0 ? values : runFloat(rest, values).at(-1)!;
  };
  return [{ layer, tensor: 'output' as const, run }];
}
