import { type Format, fractionOf, rangeOf, valueOfCode } from '../fixed/format.js';
import { encode, type Requantize } from '../fixed/requantize.js';
import type { FloatActivation } from '../float/activation.js';
import { inputsOf, placeFloatLayers } from '../float/graph.js';
import { floatKindOf } from '../float/layers/index.js';
import { withParameter } from '../float/layers/parts.js';
import type { FloatLayer, FloatNetwork } from '../float/types.js';
import { type Activation, isActivation } from '../network/activation.js';
import type { LayerOutput, UnitOutput } from '../network/layer-output.js';
import { problems } from './problems.js';
import type { Samples } from './samples.js';

/** The formats that a network in training has to live with: those of the integer network it shall become. */
export interface QuantizationPlan {
  /** Of the input codes, one per input; features are rounded half up and saturated, as by the encoder. */
  readonly input: readonly Requantize[];
  /** Undefined of a layer that moves codes or chooses among them, and makes none. */
  readonly layers: readonly (LayerPlan | undefined)[];
}

export interface LayerPlan {
  /** One per unit or channel; none of a layer without weights. */
  readonly weights: readonly WeightFormat[];
  readonly bias: readonly Requantize[];
  /** What the integer network does with exact sums, where that is not what the float layer says. */
  readonly activation?: Activation;
  /** Of an average: 1/count is a number of this format. */
  readonly reciprocal?: Format;
  readonly output: LayerOutput;
}

/** What exact sums go through before they are rounded; a table is asked for the sum itself. */
export function activationOf(layer: FloatLayer, { activation }: LayerPlan): Activation {
  const stated = activation ?? (layer as { readonly activation?: FloatActivation }).activation;
  return isActivation(stated) ? stated : 'linear';
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
export function roundToPlan<N extends FloatNetwork>(network: N, plan: QuantizationPlan): N {
  const layers = network.layers.map((layer, number) => {
    const own = plan.layers[number];
    if (own === undefined || own.weights.length === 0) return layer;
    const { weights, bias } = own;
    return floatKindOf(layer)
      .parameters(layer)
      .reduce((rounded, { role, member, values }) => {
        // Most weights of a pruned network are 0, and 0 is a code of every format.
        const round = (value: number, at: number) =>
          value === 0 ? 0 : fakeQuantizeWeight(value, weights[at % weights.length]);
        const codes =
          role === 'weights'
            ? values.map(round)
            : values.map((value, unit) => fakeQuantize(value, bias[unit]));
        return withParameter(rounded, member, codes);
      }, layer);
  });
  return { ...network, layers };
}

/** Batches lie on the backend as 32-bit floats, which hold such codes exactly. */
const WIDEST_INPUT = 24;

/** @throws learn/plan when a plan has not one format for every input and unit of the network, or too wide inputs */
export function checkPlan(network: FloatNetwork, plan: QuantizationPlan): void {
  const require = (where: string, got: number, wanted: number, what: string) => {
    if (got !== wanted) throw problems.learnPlan(where, `${got} ${what}`, `${wanted} ${what}`);
  };
  require('plan', plan.layers.length, network.layers.length, 'layers');
  require('plan.input', plan.input.length, inputsOf(network), 'formats');
  const widest = Math.max(...plan.input.map(({ format }) => format.width));
  if (widest > WIDEST_INPUT) {
    throw problems.learnPlan('plan.input', `a width of ${widest} bits`, `at most ${WIDEST_INPUT} bits`);
  }
  placeFloatLayers(network).forEach(({ layer, output: shape }, index) => {
    const own = plan.layers[index];
    if (own === undefined) return;
    const { name } = layer;
    const units = shape[shape.length - 1];
    if (floatKindOf(layer).parameters(layer).length > 0) {
      require(`plan, ${name}.weights`, own.weights.length, units, 'formats');
      require(`plan, ${name}.bias`, own.bias.length, units, 'formats');
    }
    if (own.output === 'exact') return;
    require(`plan, ${name}.output`, own.output.length, units, 'formats');
    if (own.output.some(({ scale }) => scale !== undefined))
      throw problems.learnPlan(`plan, ${name}.output`, 'a multiplier', 'formats, which say the scale');
  });
}
