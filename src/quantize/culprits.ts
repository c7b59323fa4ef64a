import { fractionOf, valueOfCode } from '../fixed/format.js';
import { encode } from '../fixed/requantize.js';
import type { ChainLayer, DenseChain } from '../float/chain.js';
import { classOf, floatModel, logitsOf } from '../float/model.js';
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
  float: DenseChain,
  network: DenseNetwork,
  rows: readonly (readonly number[])[],
  spread: number,
): Culprit[] {
  const some = rows.slice(0, SAMPLES);
  const exact = some.map(logitsOf(float));
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
function roundings(float: DenseChain, network: DenseNetwork): (Omit<Culprit, 'harm'> & { run: Run })[] {
  const inputFractions = network.input.formats.map(fractionOf);
  const rounded = (row: readonly number[]) =>
    inputCodes(network, row).map((code, at) => valueOfCode(code, inputFractions[at]));
  const last = logitsOf(float);
  return [
    { layer: 'input', tensor: 'input', run: (row) => last(rounded(row)) },
    ...network.layers.flatMap(({ name: layer, kernel, bias }, index) => {
      const values = (codes: readonly number[], formats: typeof kernel.formats) =>
        Float64Array.from(codes, (code, at) => valueOfCode(code, fractionOf(formats[at % formats.length])));
      const { shape } = float.layers[index].kernel;
      const weights = { kernel: { shape, values: values(kernel.codes.flat(), kernel.formats) } };
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

function withLayer(float: DenseChain, index: number, change: Partial<ChainLayer>): Run {
  const layers = float.layers.map((layer, at) => (at === index ? { ...layer, ...change } : layer));
  return logitsOf({ ...float, layers });
}

function withOutput(float: DenseChain, { layers }: DenseNetwork, index: number) {
  const { name: layer, output } = layers[index];
  if (output === 'exact') return [];
  const model = floatModel(float);
  const after = float.layers.slice(index + 1);
  const rest =
    after.length === 0 ? undefined : logitsOf({ ...float, input: { shape: [output.length] }, layers: after });
  const run: Run = (row) => {
    const values = Array.from(model(row)[index], (value, unit) =>
      valueOfCode(encode(value, output[unit]), fractionOf(output[unit].format)),
    );
    return rest === undefined ? values : rest(values);
  };
  return [{ layer, tensor: 'output' as const, run }];
}
