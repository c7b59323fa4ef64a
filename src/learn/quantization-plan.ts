import { fractionOf, rangeOf, valueOfCode } from '../fixed/format.js';
import { encode, type Requantize } from '../fixed/requantize.js';
import type { DenseChain } from '../float/chain.js';
import { inputsOf } from '../float/graph.js';
import { mapped } from '../float/tensor.js';
import type { LayerOutput, UnitOutput } from '../network/layer-output.js';
import { problems } from './problems.js';
import type { Samples } from './samples.js';

/** The formats that a network in training has to live with: those of the integer network it shall become. */
export interface QuantizationPlan {
  /** Of the input codes, one per input; features are rounded half up and saturated, as by the encoder. */
  readonly input: readonly Requantize[];
  readonly layers: readonly LayerQuantization[];
}

/** One item per unit. */
export interface LayerQuantization {
  readonly weights: readonly WeightFormat[];
  readonly bias: readonly Requantize[];
  readonly output: LayerOutput;
}

export interface WeightFormat extends Requantize {
  /** The lowest code of a signed format is not used: the codes are symmetric, and a weight of 2 bits is ternary. */
  readonly narrow: boolean;
}

/** The value that the hardware would have in a real value's place. */
export function fakeQuantize(value: number, wanted: Requantize): number {
  return valueOfCode(encode(value, wanted), fractionOf(wanted.format));
}

/** The same for a unit's output, of what it rounds: its activation, or the sum that a table is asked for. */
export function fakeOutput(value: number, wanted: UnitOutput): number {
  const { low, high } = wanted.limits ?? rangeOf(wanted.format);
  const code = Math.min(Math.max(encode(value, wanted), low), high);
  const { table } = wanted;
  return table === undefined
    ? valueOfCode(code, fractionOf(wanted.format))
    : valueOfCode(table.codes[code - low], fractionOf(table.format));
}

/** The same for a weight. */
export function fakeQuantizeWeight(weight: number, wanted: WeightFormat): number {
  const code = encode(weight, wanted);
  const lowest = wanted.narrow && wanted.format.signed ? rangeOf(wanted.format).low + 1 : code;
  return valueOfCode(Math.max(code, lowest), fractionOf(wanted.format));
}

/** The samples with every feature at the value of its code. */
export function quantizeSamples(samples: Samples, { input }: QuantizationPlan): Samples {
  return {
    ...samples,
    features: samples.features.map((row) => row.map((value, at) => fakeQuantize(value, input[at]))),
  };
}

/** The network with every weight and bias at the value of its code. */
export function roundToPlan(network: DenseChain, plan: QuantizationPlan): DenseChain {
  const layers = network.layers.map((layer, index) => {
    const { weights, bias } = plan.layers[index];
    return {
      ...layer,
      kernel: mapped(layer.kernel, (weight, at) => fakeQuantizeWeight(weight, weights[at % weights.length])),
      bias: layer.bias.map((value, unit) => fakeQuantize(value, bias[unit])),
    };
  });
  return { ...network, layers };
}

/** Batches lie on the backend as 32-bit floats, which hold such codes exactly. */
const WIDEST_INPUT = 24;

/** @throws learn/plan when a plan has not one format for every input and unit of the network, or too wide inputs */
export function checkPlan(network: DenseChain, plan: QuantizationPlan): void {
  const require = (where: string, got: number, wanted: number, what: string) => {
    if (got !== wanted) throw problems.learnPlan(where, `${got} ${what}`, `${wanted} ${what}`);
  };
  require('plan', plan.layers.length, network.layers.length, 'layers');
  require('plan.input', plan.input.length, inputsOf(network), 'formats');
  const widest = Math.max(...plan.input.map(({ format }) => format.width));
  if (widest > WIDEST_INPUT) {
    throw problems.learnPlan('plan.input', `a width of ${widest} bits`, `at most ${WIDEST_INPUT} bits`);
  }
  network.layers.forEach(({ name, bias }, index) => {
    const layer = plan.layers[index];
    require(`plan, ${name}.weights`, layer.weights.length, bias.length, 'formats');
    require(`plan, ${name}.bias`, layer.bias.length, bias.length, 'formats');
    if (layer.output === 'exact') return;
    require(`plan, ${name}.output`, layer.output.length, bias.length, 'formats');
    if (layer.output.some(({ scale }) => scale !== undefined))
      throw problems.learnPlan(`plan, ${name}.output`, 'a multiplier', 'formats, which say the scale');
  });
}
