import { z } from 'zod';
import type { Random } from '../../core/random.js';
import { type Format, finestFraction, fractionOf } from '../../fixed/format.js';
import { type Activation, printActivation } from '../activation.js';
import { finisher } from '../finish.js';
import {
  activationFromJson,
  formatsFromJson,
  formatsToJson,
  outputFromJson,
  outputToJson,
  readJson,
  type SchemaVersion,
} from '../json-parts.js';
import type { LayerOutput } from '../layer-output.js';
import { problems } from '../problems.js';
import { randomCode, randomFinish, randomFormats } from '../sample.js';
import { allFormats, printShape, sizeOf, type Tensor, vector } from '../tensor.js';
import type { AffineRow, LayerKind, NamedTensor } from './kind.js';
import { checkCode, checkSums, finishesOf, sumFormats } from './sums.js';

/** Every unit reads every input: sum[u] = bias[u] + Σ_i kernel[i][u] × input[i]. */
export interface DenseLayer {
  readonly kind: 'dense';
  readonly name: string;
  readonly from?: readonly string[];
  /** Weight codes [input][unit], as Keras lays a kernel out; one format per unit. */
  readonly kernel: { readonly formats: readonly Format[]; readonly codes: readonly (readonly number[])[] };
  /** Bias codes [unit]; one format per unit. */
  readonly bias: { readonly formats: readonly Format[]; readonly codes: readonly number[] };
  readonly activation: Activation;
  readonly output: LayerOutput;
}

/** Fraction bits at which unit u's products and bias all are whole numbers. */
function sumFraction(layer: DenseLayer, inputs: readonly Format[], unit: number): number {
  const finestInput = finestFraction(inputs);
  const products = finestInput + fractionOf(layer.kernel.formats[unit]);
  return Math.max(products, fractionOf(layer.bias.formats[unit]));
}

function evaluator(
  layer: DenseLayer,
  inputs: readonly Format[],
): (codes: readonly (readonly number[])[]) => number[] {
  const { kernel, bias } = layer;
  const finishes = finishesOf(layer, fractionsOf(layer, inputs));
  const units = bias.codes.map((biasCode, unit) => {
    const fraction = sumFraction(layer, inputs, unit);
    const aligned = (code: number, own: number) => code * 2 ** (fraction - own);
    const read = inputs.flatMap((_, input) => (kernel.codes[input][unit] === 0 ? [] : [input]));
    return {
      finish: finisher(finishes[unit]),
      bias: aligned(biasCode, fractionOf(bias.formats[unit])),
      terms: {
        read: Uint32Array.from(read),
        weights: Float64Array.from(read, (input) =>
          aligned(kernel.codes[input][unit], fractionOf(inputs[input]) + fractionOf(kernel.formats[unit])),
        ),
      },
    };
  });
  const values = new Float64Array(inputs.length);
  return ([codes]) => {
    values.set(codes);
    return units.map(({ bias, terms, finish }) => finish(bias + weigh(terms, values)));
  };
}

/** Weights that are not zero, and the numbers of the inputs that they belong to. */
interface Terms {
  readonly read: Uint32Array;
  readonly weights: Float64Array;
}

/** Exact in any order: in two sums, of which neither addition waits for the other. */
function weigh({ read, weights }: Terms, values: Float64Array): number {
  let [even, odd] = [0, 0];
  for (let term = 1; term < weights.length; term += 2) {
    even += weights[term - 1] * values[read[term - 1]];
    odd += weights[term] * values[read[term]];
  }
  const last = weights.length - 1;
  return last % 2 === 0 ? even + odd + weights[last] * values[read[last]] : even + odd;
}

const fractionsOf = (layer: DenseLayer, inputs: readonly Format[]): number[] =>
  layer.bias.codes.map((_, unit) => sumFraction(layer, inputs, unit));

function rows(layer: DenseLayer, inputs: readonly Format[]): AffineRow[] {
  const finishes = finishesOf(layer, fractionsOf(layer, inputs));
  return layer.bias.codes.map((biasCode, unit) => {
    const fraction = sumFraction(layer, inputs, unit);
    const terms = [];
    for (let input = 0; input < inputs.length; input++) {
      const code = layer.kernel.codes[input][unit];
      if (code === 0) continue;
      const shift = fraction - fractionOf(inputs[input]) - fractionOf(layer.kernel.formats[unit]);
      terms.push({ input, weight: code * 2 ** shift });
    }
    const bias = biasCode * 2 ** (fraction - fractionOf(layer.bias.formats[unit]));
    return { terms, bias, fraction, finish: finishes[unit] };
  });
}

function check(layer: DenseLayer, tensors: readonly Tensor[], path: string): void {
  const inputs = unitsRead(layer, tensors, path);
  const units = layer.bias.codes.length;
  const shape = (member: string, got: number, wanted: number, what: string) => {
    if (got !== wanted)
      throw problems.networkShape(`${path}.${member}`, `${got} ${what}`, `${wanted} ${what}`);
  };
  if (units === 0) throw problems.networkShape(`${path}.bias.codes`, '0 units', 'at least one unit');
  shape('kernel.codes', layer.kernel.codes.length, inputs.length, 'rows (one per input)');
  shape('kernel.format', layer.kernel.formats.length, units, 'formats (one per unit)');
  shape('bias.format', layer.bias.formats.length, units, 'formats (one per unit)');
  if (layer.output !== 'exact') shape('output', layer.output.length, units, 'formats (one per unit)');
  layer.kernel.codes.forEach((row, input) => {
    shape(`kernel.codes[${input}]`, row.length, units, 'codes (one per unit)');
    row.forEach((code, unit) => {
      checkCode(`${path}.kernel.codes[${input}][${unit}]`, code, layer.kernel.formats[unit]);
    });
  });
  layer.bias.codes.forEach((code, unit) => {
    checkCode(`${path}.bias.codes[${unit}]`, code, layer.bias.formats[unit]);
  });
  checkSums(layer, rows(layer, inputs), inputs, `${path} (${layer.name})`);
}

/** @throws network/shape where the layer does not read one list of units */
function unitsRead({ name }: DenseLayer, tensors: readonly Tensor[], path: string): readonly Format[] {
  const [{ shape }] = tensors;
  if (tensors.length !== 1) {
    throw problems.networkShape(`${path} (${name})`, `${tensors.length} layers read`, 'one');
  }
  if (shape.length !== 1) {
    const wanted = `a list of units: a layer of kind move that reshapes to [${sizeOf(tensors[0])}] makes one of it`;
    throw problems.networkShape(`${path} (${name})`, `a map of ${printShape(shape)}`, wanted);
  }
  return allFormats(tensors);
}

/** The activations that version 1 knows. */
const FIRST_ACTIVATIONS = ['relu', 'linear'] as const;

const JSON_MEMBERS = {
  kind: z.literal('dense'),
  name: z.string(),
  kernel: z.strictObject({ format: z.unknown(), codes: z.array(z.array(z.number())) }),
  bias: z.strictObject({ format: z.unknown(), codes: z.array(z.number()) }),
};

/** In version 1, activation and output stand beside the other members. */
const FIRST_SHAPE = z.strictObject({
  ...JSON_MEMBERS,
  activation: z.enum(FIRST_ACTIVATIONS),
  output: z.unknown(),
});

const SHAPE = z.strictObject({
  ...JSON_MEMBERS,
  finish: z.strictObject({ activation: z.string(), output: z.unknown() }),
});

function fromJson(json: unknown, path: string, version: SchemaVersion): DenseLayer {
  const plain = version === 1 ? inSecondForm(readJson(FIRST_SHAPE, json, path)) : readJson(SHAPE, json, path);
  const units = plain.bias.codes.length;
  const finish = version === 1 ? `${path}.` : `${path}.finish.`;
  return {
    kind: 'dense',
    name: plain.name,
    kernel: {
      formats: formatsFromJson(plain.kernel.format, units, `${path}.kernel.format`),
      codes: plain.kernel.codes,
    },
    bias: {
      formats: formatsFromJson(plain.bias.format, units, `${path}.bias.format`),
      codes: plain.bias.codes,
    },
    activation: activationFromJson(plain.finish.activation, `${finish}activation`),
    output: outputFromJson(plain.finish.output, units, `${finish}output`, version),
  };
}

const inSecondForm = ({ activation, output, ...rest }: z.infer<typeof FIRST_SHAPE>) => ({
  ...rest,
  finish: { activation, output },
});

function toJson(layer: DenseLayer, version: SchemaVersion): object {
  const finish = { activation: printActivation(layer.activation), output: outputToJson(layer.output) };
  return {
    kind: 'dense',
    name: layer.name,
    kernel: { format: formatsToJson(layer.kernel.formats), codes: layer.kernel.codes },
    bias: { format: formatsToJson(layer.bias.formats), codes: layer.bias.codes },
    ...(version === 1 ? finish : { finish }),
  };
}

const version = ({ activation, output }: DenseLayer): SchemaVersion => {
  const isFirst = FIRST_ACTIVATIONS.some((first) => first === activation);
  return isFirst &&
    (output === 'exact' || output.every(({ scale, limits, table }) => !scale && !limits && !table))
    ? 1
    : 2;
};

function describe(layer: DenseLayer): string {
  const weights = JSON.stringify(formatsToJson(layer.kernel.formats));
  const biases = JSON.stringify(formatsToJson(layer.bias.formats));
  const output = JSON.stringify(outputToJson(layer.output));
  const shape = `${layer.kernel.codes.length} -> ${layer.bias.codes.length}`;
  return `dense ${shape}, weights ${weights}, bias ${biases}, ${printActivation(layer.activation)}, output ${output}`;
}

function sample(random: Random, name: string, given: readonly NamedTensor[]): DenseLayer | undefined {
  const lists = given.filter(({ tensor }) => tensor.shape.length === 1);
  if (lists.length === 0) return undefined;
  const read = random.pick(lists);
  const shape = {
    inputs: sizeOf(read.tensor),
    units: random.integer(1, 5),
    isLast: false,
    maxWidth: 6,
    anyFinishes: true,
  };
  return { ...randomDense(random, name, shape), from: [read.name] };
}

export interface DenseShape {
  readonly inputs: number;
  readonly units: number;
  /** The last layer's output may be exact. */
  readonly isLast: boolean;
  /** Bits of any format. */
  readonly maxWidth: number;
  /** Slopes, bounds and limits too. */
  readonly anyFinishes?: boolean;
}

/** A layer with everything but its shape left to chance. */
export function randomDense(random: Random, name: string, shape: DenseShape): DenseLayer {
  const { inputs, units, isLast, maxWidth, anyFinishes = false } = shape;
  const kernelFormats = randomFormats(random, units, maxWidth);
  const biasFormats = randomFormats(random, units, maxWidth);
  const zeros = random.pick([0, 0.5, 0.9]);
  const outputFormats = randomFormats(random, units, maxWidth);
  return {
    kind: 'dense',
    name,
    kernel: {
      formats: kernelFormats,
      codes: Array.from({ length: inputs }, () => kernelFormats.map((f) => randomCode(random, f, zeros))),
    },
    bias: { formats: biasFormats, codes: biasFormats.map((f) => randomCode(random, f, 0.3)) },
    ...randomFinish(random, outputFormats, { mayBeExact: isLast, any: anyFinishes }),
  };
}

export const dense: LayerKind<DenseLayer> = {
  kind: 'dense',
  gives: 'sums',
  check,
  type: (layer, inputs) => {
    const formats = allFormats(inputs);
    return vector(sumFormats(layer, rows(layer, formats), formats));
  },
  evaluator: (layer, inputs) => evaluator(layer, allFormats(inputs)),
  lower: (layer, inputs) => {
    const formats = allFormats(inputs);
    const denseTerms = formats.length * layer.bias.codes.length;
    return { kind: 'sums', rows: rows(layer, formats), denseTerms };
  },
  weights: ({ kernel, bias }) => [
    { role: 'weights', codes: kernel.codes.flat(), formats: kernel.formats },
    { role: 'bias', ...bias },
  ],
  toJson,
  fromJson,
  version,
  describe,
  sample,
};
