import { isCurve } from '../../../../float/activation.js';
import type { CurveName } from '../../../../float/curves.js';
import type { FloatActivationLayer } from '../../../../float/layers/activation-layer.js';
import { printShape } from '../../../../network/tensor.js';
import type { Node, Operator } from '../conversion.js';
import { type Activation, type Constant, constant, unitScales } from '../value.js';

/** Products with weights, sums, and arithmetic with constants. */

/** A list of what a matrix is multiplied with. */
const listRead = (node: Node, read: Activation): Activation => {
  if (read.shape.length === 1) return read;
  const [first] = read.shape;
  if (read.shape.slice(1).every((length) => length === 1))
    return node.conversion.reshaped(read, [first], node.where);
  return node.refuse(
    `a tensor of ${printShape(read.shape)}`,
    'a list of units: a Flatten before it makes one',
  );
};

function dense(
  node: Node,
  weights: Constant,
  bias: Float64Array,
  isTransposed: boolean,
  alpha: number,
): void {
  const read = listRead(node, node.activation(0));
  const [rows, columns] = isTransposed ? [weights.shape[1], weights.shape[0]] : weights.shape;
  if (weights.shape.length !== 2 || rows !== read.shape[0] || !(columns >= 1)) {
    node.refuse(`weights of ${printShape(weights.shape)}`, `a matrix for ${read.shape[0]} units`);
  }
  const values = Float64Array.from({ length: rows * columns }, (_, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    return alpha * weights.values[isTransposed ? column * rows + row : at];
  });
  if (bias.length !== columns && bias.length > 1)
    node.refuse(`${bias.length} biases`, `${columns}, one per unit`);
  const units = unitScales(weights, isTransposed ? 0 : 1).scales?.map((scale) => scale * alpha);
  const scales = units === undefined ? {} : { scales: units };
  const full = bias.length === columns ? bias : new Float64Array(columns).fill(bias[0] ?? 0);
  const layer = {
    kind: 'dense',
    kernel: { shape: [rows, columns], values },
    bias: full,
    activation: 'linear',
    ...scales,
  };
  node.layer(layer, [read], { shape: [columns], stored: [columns], places: [0] });
}

const gemm: Operator = (node) => {
  if (node.int('transA', 0) !== 0) node.refuse('transA', 'samples in rows');
  const beta = node.float('beta', 1);
  const bias = node.optionalConstant(2)?.values.map((value) => beta * value) ?? new Float64Array();
  dense(node, node.constant(1), bias, node.int('transB', 0) !== 0, node.float('alpha', 1));
};

const matMul: Operator = (node) => dense(node, node.constant(1), new Float64Array(), false, 1);

/** A constant for each item of an activation's last stored axis, as broadcasting spreads it. */
function perChannel(node: Node, value: Activation, { shape, values }: Constant): Float64Array {
  const channels = value.stored[value.stored.length - 1];
  if (values.length === 1) return new Float64Array(channels).fill(values[0]);
  // Broadcasting counts axes from the end; the first of ONNX's is the batch.
  const axis = value.shape.findIndex(
    (length, at) =>
      length === values.length && shape[shape.length - value.shape.length + at] === values.length,
  );
  const isLast = value.places[axis] === value.stored.length - 1;
  if (axis >= 0 && isLast && values.length === channels) return values;
  return node.refuse(
    `a constant of ${printShape(shape)} with a tensor of ${printShape(value.shape)}`,
    'one number, or one per channel',
  );
}

type Factors = (values: Float64Array) => { factors: Float64Array; offsets: Float64Array };

/** An activation and a constant: each value times a factor, and an offset. */
function scaled(node: Node, value: Activation, given: Constant, make: Factors): void {
  const channelsLast = value.shape.length === 1 ? value : node.conversion.channelsLast(value);
  const { factors, offsets } = make(perChannel(node, channelsLast, given));
  node.layer({ kind: 'scale', factors, offsets, activation: 'linear' }, [channelsLast], channelsLast);
}

const ones = (values: Float64Array) => values.map(() => 1);
const zeros = (values: Float64Array) => values.map(() => 0);

interface Arithmetic {
  readonly constants: (a: number, b: number) => number;
  /** activation ∘ constant, and constant ∘ activation. */
  readonly right: Factors;
  readonly left?: Factors;
  /** Of two activations. */
  readonly signs?: readonly (1 | -1)[];
}

const ARITHMETIC: Readonly<Record<string, Arithmetic>> = {
  Add: {
    constants: (a, b) => a + b,
    right: (values) => ({ factors: ones(values), offsets: values }),
    left: (values) => ({ factors: ones(values), offsets: values }),
    signs: [1, 1],
  },
  Sub: {
    constants: (a, b) => a - b,
    right: (values) => ({ factors: ones(values), offsets: values.map((value) => -value) }),
    left: (values) => ({ factors: values.map(() => -1), offsets: values }),
    signs: [1, -1],
  },
  Mul: {
    constants: (a, b) => a * b,
    right: (values) => ({ factors: values, offsets: zeros(values) }),
    left: (values) => ({ factors: values, offsets: zeros(values) }),
  },
  Div: {
    constants: (a, b) => a / b,
    right: (values) => ({ factors: values.map((value) => 1 / value), offsets: zeros(values) }),
  },
};

/** Of two constants. */
function ofConstants(node: Node, a: Constant, b: Constant, of: Arithmetic['constants']): void {
  const longer = a.values.length >= b.values.length ? a : b;
  if (a.values.length !== b.values.length && Math.min(a.values.length, b.values.length) !== 1)
    node.refuse(`constants of ${printShape(a.shape)} and ${printShape(b.shape)}`, 'constants of one shape');
  const at = ({ values }: Constant, index: number) => values[values.length === 1 ? 0 : index];
  const values = longer.values.map((_, index) => of(at(a, index), at(b, index)));
  node.give(constant(longer.shape, values));
}

const arithmetic =
  ({ constants, right, left, signs }: Arithmetic): Operator =>
  (node) => {
    const [a, b] = [node.input(0), node.input(1)];
    if (a.kind === 'constant' && b.kind === 'constant') return ofConstants(node, a, b, constants);
    if (a.kind === 'activation' && b.kind === 'constant') return scaled(node, a, b, right);
    if (a.kind === 'constant' && b.kind === 'activation') {
      return left === undefined
        ? node.refuse('a constant divided by values', 'values divided by a constant')
        : scaled(node, b, a, left);
    }
    if (a.kind === 'activation' && b.kind === 'activation') return added(node, a, b, signs);
  };

function added(node: Node, a: Activation, b: Activation, signs: Arithmetic['signs']): void {
  if (signs === undefined) {
    gated(node, a, b);
    return;
  }
  if (printShape(a.shape) !== printShape(b.shape)) {
    node.refuse(`tensors of ${printShape(a.shape)} and ${printShape(b.shape)}`, 'tensors of one shape');
  }
  const [left, right] = [node.conversion.channelsLast(a), node.conversion.channelsLast(b)];
  node.layer({ kind: 'add', signs, activation: 'linear' }, [left, right], left);
}

/** What x times a function of x is called. */
const GATES: Readonly<Record<string, CurveName>> = {
  sigmoid: 'silu',
  'hard_sigmoid:0.166667:0.5': 'hard_swish',
};

/** Of two tensors that change one product is known: x times its own sigmoid, as exporters write SiLU and HardSwish. */
function gated(node: Node, a: Activation, b: Activation): void {
  const curve = gateOf(node, a, b) ?? gateOf(node, b, a);
  if (curve === undefined) {
    node.refuse(
      'a product of two tensors that change',
      'a product with a constant, or with its own Sigmoid',
      'where one of them is the same for all samples, export it as a constant',
    );
  }
  const read = gateOf(node, a, b) === undefined ? b : a;
  node.layer({ kind: 'activation', activation: { kind: 'curve', curve, parameters: [] } }, [read], read);
}

function gateOf({ conversion }: Node, value: Activation, gate: Activation): CurveName | undefined {
  const layer = conversion.layers.find(({ name }) => name === gate.layer);
  const isAlike = value.places.join() === gate.places.join();
  if (layer?.kind !== 'activation' || layer.from?.[0] !== value.layer || !isAlike) return undefined;
  const { activation } = layer as FloatActivationLayer;
  if (!isCurve(activation)) return undefined;
  const parameters = activation.parameters.map((one) => Number(one.toFixed(6)));
  return GATES[[activation.curve, ...parameters].join(':')];
}

const power: Operator = (node) => {
  const [base, exponent] = [node.input(0), node.constant(1)];
  if (base.kind === 'constant') return ofConstants(node, base, exponent, (a, b) => a ** b);
  if (exponent.values.every((one) => one === 1))
    return node.give(base, { what: 'dropped', into: 'its exponent is 1' });
  const got = `the exponent ${Array.from(exponent.values.subarray(0, 3)).join(', ')} of what a layer gives`;
  node.refuse(got, 'the exponent 1, or a constant to any power', NO_POWER);
};
const NO_POWER = 'no layer multiplies values with one another: a layer of its own before the model can do it';

const negated: Operator = (node) => {
  const value = node.input(0);
  if (value.kind === 'constant')
    return node.give(
      constant(
        value.shape,
        value.values.map((one) => -one),
      ),
    );
  scaled(node, value, constant([], [-1]), ARITHMETIC.Mul.right);
};

const sum: Operator = (node) => {
  const terms = node.inputs.map((_, at) => node.conversion.channelsLast(node.activation(at)));
  const [first] = terms;
  const other = terms.find(({ shape }) => printShape(shape) !== printShape(first.shape));
  if (other !== undefined)
    node.refuse(
      `tensors of ${printShape(first.shape)} and ${printShape(other.shape)}`,
      'tensors of one shape',
    );
  if (terms.length === 1) return node.give(first, { what: 'dropped', into: 'it has one input' });
  node.layer({ kind: 'add', signs: terms.map(() => 1), activation: 'linear' }, terms, first);
};

const batchNorm: Operator = (node) => {
  const read = node.conversion.channelsLast(node.activation(0));
  const [gamma, beta, mean, variance] = [1, 2, 3, 4].map((at) => node.constant(at).values);
  if (node.int('training_mode', 0) !== 0) node.refuse('training_mode', 'a network that is trained');
  node.layer(
    { kind: 'batch_norm', gamma, beta, mean, variance, epsilon: node.float('epsilon', 1e-5) },
    [read],
    read,
  );
};

export const SUMS: Readonly<Record<string, Operator>> = {
  Gemm: gemm,
  MatMul: matMul,
  Sum: sum,
  Pow: power,
  Neg: negated,
  BatchNormalization: batchNorm,
  ...Object.fromEntries(Object.entries(ARITHMETIC).map(([name, one]) => [name, arithmetic(one)])),
};
