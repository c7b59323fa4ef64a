/** A function of one number. */
export interface CurveKind {
  readonly parameters: number;
  /** What they are where nobody says. */
  readonly usual: readonly number[];
  readonly value: (sum: number, parameters: readonly number[]) => number;
  readonly slope: (sum: number, parameters: readonly number[]) => number;
  /** The largest slope there is. */
  readonly steepest: (parameters: readonly number[]) => number;
  /** Where it has its minimum, if it falls first and rises then. */
  readonly turn?: number;
}

const sigmoid = (sum: number) => 1 / (1 + Math.exp(-sum));
const hardSigmoid = (sum: number, slope: number, offset: number) =>
  Math.min(Math.max(slope * sum + offset, 0), 1);

const bell = (sum: number) => sigmoid(sum) * (1 - sigmoid(sum));
const hardSigmoidSlope = (sum: number, slope: number, offset: number) =>
  Math.abs(slope * sum + offset - 0.5) < 0.5 ? slope : 0;
const softplus = (sum: number) => Math.max(sum, 0) + Math.log1p(Math.exp(-Math.abs(sum)));
const GELU = Math.sqrt(2 / Math.PI);
const GELU_CUBE = 0.044715;

/** The share of a normal distribution below a number, by a series of positive terms; past 9 it is 0 or 1 to the last bit. */
function normal(value: number): number {
  if (Math.abs(value) > 9) return value < 0 ? 0 : 1;
  let [term, sum] = [value, 0];
  for (let odd = 3; Math.abs(term) > Number.EPSILON * Math.abs(sum); odd += 2) {
    sum += term;
    term *= value ** 2 / odd;
  }
  return 0.5 + (sum * Math.exp(-(value ** 2) / 2)) / Math.sqrt(2 * Math.PI);
}

const plain = { parameters: 0, usual: [] };

/** Smooth and other functions of one number, with their parameters. */
export const CURVES = {
  sigmoid: { ...plain, value: sigmoid, slope: bell, steepest: () => 1 / 4 },
  tanh: { ...plain, value: Math.tanh, slope: (sum) => 1 - Math.tanh(sum) ** 2, steepest: () => 1 },
  /** Slope and offset: 0.2 and 0.5 in Keras 2 and ONNX, 1/6 and 0.5 in Keras 3 and PyTorch. */
  hard_sigmoid: {
    parameters: 2,
    usual: [1 / 6, 0.5],
    value: (sum, [slope, offset]) => hardSigmoid(sum, slope, offset),
    slope: (sum, [slope, offset]) => hardSigmoidSlope(sum, slope, offset),
    steepest: ([slope]) => Math.abs(slope),
  },
  hard_swish: {
    ...plain,
    value: (sum) => sum * hardSigmoid(sum, 1 / 6, 0.5),
    slope: (sum) => hardSigmoid(sum, 1 / 6, 0.5) + sum * hardSigmoidSlope(sum, 1 / 6, 0.5),
    steepest: () => 1.5,
    turn: -1.5,
  },
  silu: {
    ...plain,
    value: (sum) => sum * sigmoid(sum),
    slope: (sum) => sigmoid(sum) + sum * bell(sum),
    steepest: () => 1.1,
    turn: -1.278464542761074,
  },
  /** What a large negative sum becomes, as a positive number. */
  elu: {
    parameters: 1,
    usual: [1],
    value: (sum, [alpha]) => (sum < 0 ? alpha * Math.expm1(sum) : sum),
    slope: (sum, [alpha]) => (sum < 0 ? alpha * Math.exp(sum) : 1),
    steepest: ([alpha]) => Math.max(1, Math.abs(alpha)),
  },
  /** Of what a large negative sum becomes, and of all: rounded to 32 bits in every framework. */
  selu: {
    parameters: 2,
    usual: [Math.fround(1.6732632423543772), Math.fround(1.0507009873554805)],
    value: (sum, [alpha, scale]) => scale * (sum < 0 ? alpha * Math.expm1(sum) : sum),
    slope: (sum, [alpha, scale]) => scale * (sum < 0 ? alpha * Math.exp(sum) : 1),
    steepest: ([alpha, scale]) => Math.abs(scale) * Math.max(1, Math.abs(alpha)),
  },
  gelu: {
    ...plain,
    value: (sum) => sum * normal(sum),
    slope: (sum) => normal(sum) + (sum * Math.exp(-(sum ** 2) / 2)) / Math.sqrt(2 * Math.PI),
    steepest: () => 1.13,
    turn: -0.7517915246935645,
  },
  /** The other one of that name, with a tanh in place of the normal distribution. */
  gelu_tanh: {
    ...plain,
    value: (sum) => sum * sigmoid(2 * GELU * (sum + GELU_CUBE * sum ** 3)),
    slope: (sum) => {
      const inner = 2 * GELU * (sum + GELU_CUBE * sum ** 3);
      return sigmoid(inner) + sum * bell(inner) * 2 * GELU * (1 + 3 * GELU_CUBE * sum ** 2);
    },
    steepest: () => 1.13,
    turn: -0.7524614220710163,
  },
  mish: {
    ...plain,
    value: (sum) => sum * Math.tanh(softplus(sum)),
    slope: (sum) => {
      const gate = Math.tanh(softplus(sum));
      return gate + sum * (1 - gate ** 2) * sigmoid(sum);
    },
    steepest: () => 1.09,
    turn: -1.1924312145154954,
  },
  softplus: {
    ...plain,
    value: softplus,
    slope: sigmoid,
    steepest: () => 1,
  },
  softsign: {
    ...plain,
    value: (sum) => sum / (1 + Math.abs(sum)),
    slope: (sum) => (1 + Math.abs(sum)) ** -2,
    steepest: () => 1,
  },
} satisfies Record<string, CurveKind>;

export type CurveName = keyof typeof CURVES;
