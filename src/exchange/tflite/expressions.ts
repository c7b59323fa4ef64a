import type { Curve, Table } from '../../float/activation.js';
import type { CurveName } from '../../float/curves.js';
import type { MapOperator } from './graph.js';
import { byte, real } from './layer-writer.js';
import { ACTIVATION, ARITHMETIC_OPTIONS, GELU_OPTIONS, LEAKY_RELU_OPTIONS } from './schema.js';

/** A function of x that is built of operators: x itself, a constant, or an operator of such. */
export type Expression = 'x' | number | Operation;

export interface Operation extends Pick<MapOperator, 'operator'> {
  readonly inputs: readonly Expression[];
  readonly options?: NonNullable<MapOperator['options']>;
}

const of = (operator: string, ...inputs: Expression[]): Operation => ({ operator, inputs });

/** An operator of the members that BuiltinOptions has for arithmetic. */
const arithmetic =
  (operator: string, type: number) =>
  (one: Expression, other: Expression, fused: number = ACTIVATION.none): Operation => ({
    operator,
    inputs: [one, other],
    options: { type, fields: [byte(ARITHMETIC_OPTIONS.activation, fused)] },
  });

const plus = arithmetic('ADD', 11);
const minus = arithmetic('SUB', 28);
const times = arithmetic('MUL', 21);
const over = arithmetic('DIV', 29);

const sloped = (input: Expression, slope: number): Operation => ({
  operator: 'LEAKY_RELU',
  inputs: [input],
  options: { type: 75, fields: [real(LEAKY_RELU_OPTIONS.alpha, slope)] },
});
const gelu = (isApproximate: boolean): Operation => ({
  operator: 'GELU',
  inputs: ['x'],
  options: { type: 116, fields: [byte(GELU_OPTIONS.approximate, isApproximate ? 1 : 0)] },
});

/** max(x, 0) + log(1 + e^−|x|): nothing in it grows past what floats hold. */
const softplus = minus(of('RELU', 'x'), of('LOG', of('LOGISTIC', of('ABS', 'x'))));

/** α (e^x − 1) below 0, which is where e^x − 1 is below 0. */
const elu = (alpha: number): Operation => (alpha === 1 ? of('ELU', 'x') : sloped(of('ELU', 'x'), alpha));

/** Between 0 and 1, as six times that between 0 and 6. */
function hardSigmoid(slope: number, offset: number): Operation {
  const sum = 6 * slope === 1 ? 'x' : times('x', 6 * slope);
  return times(plus(sum, 6 * offset, ACTIVATION.relu6), 1 / 6);
}

const EXPRESSIONS: Readonly<Record<CurveName, (parameters: readonly number[]) => Operation>> = {
  sigmoid: () => of('LOGISTIC', 'x'),
  tanh: () => of('TANH', 'x'),
  hard_sigmoid: ([slope, offset]) => hardSigmoid(slope, offset),
  hard_swish: () => of('HARD_SWISH', 'x'),
  silu: () => times('x', of('LOGISTIC', 'x')),
  elu: ([alpha]) => elu(alpha),
  selu: ([alpha, scale]) => times(elu(alpha), scale),
  gelu: () => gelu(false),
  gelu_tanh: () => gelu(true),
  mish: () => times('x', of('TANH', softplus)),
  softplus: () => softplus,
  softsign: () => over('x', plus(of('ABS', 'x'), 1)),
};

const WHOLE: Readonly<Record<Table['rounding'], (steps: Expression) => Operation>> = {
  TRN: (steps) => of('FLOOR', steps),
  RND: (steps) => of('FLOOR', plus(steps, 0.5)),
  RND_CONV: (steps) => of('ROUND', steps),
};

/** The place in a table, from 0 on. */
export function placesOf({ step, lowest, rounding, values }: Table): Operation {
  const steps = step === 1 ? 'x' : times('x', 1 / step);
  return of('MINIMUM', plus(WHOLE[rounding](steps), -lowest, ACTIVATION.relu), values.length - 1);
}

export const expressionOf = ({ curve, parameters }: Curve): Operation => EXPRESSIONS[curve](parameters);
