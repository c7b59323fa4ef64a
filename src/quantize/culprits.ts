import { fractionOf, valueOfCode } from '../fixed/format.js';
import { encode, type Requantize } from '../fixed/requantize.js';
import { floatKindOf } from '../float/layers/index.js';
import { withParameter } from '../float/layers/parts.js';
import { classOf, logitsOf } from '../float/model.js';
import type { FloatNetwork } from '../float/types.js';
import { outputFormat } from '../network/layer-output.js';
import { kindOf } from '../network/layers/index.js';
import type { Layer, QuantizedNetwork } from '../network/types.js';
import { inputCodes } from './input-codes.js';
import { outputOf } from './output-of.js';
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
  network: QuantizedNetwork,
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
function roundings(float: FloatNetwork, network: QuantizedNetwork): (Omit<Culprit, 'harm'> & { run: Run })[] {
  const inputFractions = network.input.formats.map(fractionOf);
  const rounded = (row: readonly number[]) =>
    inputCodes(network, row).map((code, at) => valueOfCode(code, inputFractions[at]));
  const last = logitsOf(float);
  return [
    { layer: 'input', tensor: 'input', run: (row) => last(rounded(row)) },
    ...network.layers.flatMap((layer, index) => [
      ...withCodes(float, layer, index),
      ...withOutput(float, layer, index),
    ]),
  ];
}

/** With the values of a layer's codes in the place of its weights, and of its biases. */
function withCodes(float: FloatNetwork, layer: Layer, index: number) {
  const own = float.layers[index];
  return kindOf(layer)
    .weights(layer)
    .flatMap(({ role, codes, formats }) => {
      const parameter = floatKindOf(own)
        .parameters(own)
        .find((one) => one.role === role);
      if (parameter === undefined) return [];
      const fractions = formats.map(fractionOf);
      const values = Float64Array.from(codes, (code, at) =>
        valueOfCode(code, fractions[at % fractions.length]),
      );
      const layers = float.layers.with(index, withParameter(own, parameter.member, values));
      return [{ layer: layer.name, tensor: role, run: logitsOf({ ...float, layers }) }];
    });
}

function withOutput(float: FloatNetwork, layer: Layer, index: number) {
  const output = outputOf(layer);
  if (output === undefined || output === 'exact') return [];
  const wanted = output.map((unit): Requantize => ({ ...unit, format: outputFormat(unit) }));
  const fractions = wanted.map(({ format }) => fractionOf(format));
  const run = logitsOf(float, (values, at) =>
    at === index
      ? values.map((value, place) => {
          const unit = place % wanted.length;
          return valueOfCode(encode(value, wanted[unit]), fractions[unit]);
        })
      : values,
  );
  return [{ layer: layer.name, tensor: 'output' as const, run }];
}
