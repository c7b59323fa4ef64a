import { mapEach } from '../core/lazy-list.js';
import { type Format, fractionOf, rangeOf } from '../fixed/format.js';
import type { Interval } from '../fixed/interval.js';
import { encoder, type Requantize } from '../fixed/requantize.js';
import type { FloatActivation } from '../float/activation.js';
import { inputsOf, placeFloatLayers } from '../float/graph.js';
import { floatKindOf } from '../float/layers/index.js';
import { withParameter } from '../float/layers/parts.js';
import type { FloatLayer, FloatNetwork } from '../float/types.js';
import { type Activation, isActivation } from '../network/activation.js';
import { type LayerOutput, outputFormat, type UnitOutput } from '../network/layer-output.js';
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

/** A real value in, the value that the hardware would have in its place out. */
type Fake = (value: number) => number;

/** What all values of a format have in common is worked out once. */
export function fakeQuantizer(wanted: Requantize): Fake {
  const code = encoder(wanted);
  const step = stepOf(wanted.format);
  return (value) => code(value) * step;
}

/** The same for a unit's output, of what it rounds: its activation, or the sum that a table is asked for. */
export function fakeOutput(wanted: UnitOutput): Fake {
  const { low, high } = codesOf(wanted);
  const code = encoder(wanted);
  const index: Fake = (value) => Math.min(Math.max(code(value), low), high);
  const { table } = wanted;
  const step = stepOf(outputFormat(wanted));
  if (table === undefined) return (value) => index(value) * step;
  const values = Float64Array.from(table.codes, (one) => one * step);
  return (value) => values[index(value) - low];
}

/** The same for a weight. */
function fakeWeight(wanted: WeightFormat): Fake {
  const code = encoder(wanted);
  const step = stepOf(wanted.format);
  const isNarrow = wanted.narrow && wanted.format.signed;
  const lowest = isNarrow ? rangeOf(wanted.format).low + 1 : Number.NEGATIVE_INFINITY;
  // Most weights of a pruned network are 0, and 0 is a code of every format.
  return (weight) => (weight === 0 ? 0 : Math.max(code(weight), lowest) * step);
}

/** The codes that a unit's sum is rounded to. */
export const codesOf = ({ format, limits }: Pick<UnitOutput, 'format' | 'limits'>): Interval =>
  limits ?? rangeOf(format);

/** The value of code 1. */
export const stepOf = (format: Format): number => 2 ** -fractionOf(format);

/** The samples with every feature at the value of its code. */
export function quantizeSamples(samples: Samples, { input }: QuantizationPlan): Samples {
  const fakes = input.map(fakeQuantizer);
  const rounded = (row: readonly number[]) => row.map((value, at) => fakes[at](value));
  return { ...samples, features: mapEach(samples.features, rounded) };
}

/** The network with every weight and bias at the value of its code. */
export function roundToPlan<N extends FloatNetwork>(network: N, plan: QuantizationPlan): N {
  const layers = network.layers.map((layer, number) => {
    const own = plan.layers[number];
    if (own === undefined || own.weights.length === 0) return layer;
    const weights = own.weights.map(fakeWeight);
    const biases = own.bias.map(fakeQuantizer);
    return floatKindOf(layer)
      .parameters(layer)
      .reduce((rounded, { role, member, values }) => {
        const fakes = role === 'weights' ? weights : biases;
        const codes = values.map((value, at) => fakes[at % fakes.length](value));
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
  const widest = plan.input.reduce((most, { format }) => Math.max(most, format.width), 0);
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
