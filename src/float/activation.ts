import { assertNever } from '../core/assert.js';
import { type Activation, activateReal, isActivation, printActivation } from '../network/activation.js';

/** What a layer does with its sums: what the integer network can do exactly, and what it has to round. */
export type FloatActivation = Activation | Slopes | Clamp | Curve;

/** Negative sums times any slope: one for all, or one per item of the last axis (PReLU). */
export interface Slopes {
  readonly kind: 'slopes';
  readonly slopes: readonly number[];
}

/** Not below `low`, not above `high`, where these are there. */
export interface Clamp {
  readonly kind: 'clamp';
  readonly low?: number;
  readonly high?: number;
}

/** One of {@link CURVES}. */
export interface Curve {
  readonly kind: 'curve';
  readonly curve: CurveName;
  readonly parameters: readonly number[];
}

export type CurveName = keyof typeof CURVES;

interface CurveKind {
  readonly parameters: number;
  readonly value: (sum: number, parameters: readonly number[]) => number;
  /** Where it has its minimum, if it falls first and rises then. */
  readonly turn?: number;
}

const sigmoid = (sum: number) => 1 / (1 + Math.exp(-sum));
const hardSigmoid = (sum: number, slope: number, offset: number) =>
  Math.min(Math.max(slope * sum + offset, 0), 1);

/** Smooth and other functions of one number, with their parameters. */
export const CURVES = {
  sigmoid: { parameters: 0, value: sigmoid },
  tanh: { parameters: 0, value: Math.tanh },
  /** Slope and offset: 0.2 and 0.5 in Keras 2 and ONNX, 1/6 and 0.5 in Keras 3 and PyTorch. */
  hard_sigmoid: { parameters: 2, value: (sum, [slope, offset]) => hardSigmoid(sum, slope, offset) },
  hard_swish: { parameters: 0, value: (sum) => sum * hardSigmoid(sum, 1 / 6, 0.5), turn: -1.5 },
  silu: { parameters: 0, value: (sum) => sum * sigmoid(sum), turn: -1.278464542761074 },
  /** What a large negative sum becomes, as a positive number. */
  elu: { parameters: 1, value: (sum, [alpha]) => (sum < 0 ? alpha * Math.expm1(sum) : sum) },
  softplus: { parameters: 0, value: (sum) => Math.max(sum, 0) + Math.log1p(Math.exp(-Math.abs(sum))) },
  softsign: { parameters: 0, value: (sum) => sum / (1 + Math.abs(sum)) },
} satisfies Record<string, CurveKind>;

const curveOf = ({ curve }: Curve): CurveKind => CURVES[curve];

/** As messages and tables show it. */
export function printFloatActivation(activation: FloatActivation): string {
  if (typeof activation === 'string') return activation;
  switch (activation.kind) {
    case 'leaky_relu':
    case 'clip':
      return printActivation(activation);
    case 'slopes':
      return activation.slopes.length === 1
        ? `leaky_relu:${activation.slopes[0]}`
        : `prelu of ${activation.slopes.length} slopes`;
    case 'clamp':
      return `clamp:${activation.low ?? ''}:${activation.high ?? ''}`;
    case 'curve':
      return [activation.curve, ...activation.parameters].join(':');
    default:
      return assertNever(activation);
  }
}

/** The activation of a real number. @param channel the sum's place along the last axis */
export function activateFloat(activation: FloatActivation, sum: number, channel: number): number {
  if (typeof activation === 'string') return activateReal(activation, sum);
  switch (activation.kind) {
    case 'leaky_relu':
    case 'clip':
      return activateReal(activation, sum);
    case 'slopes':
      return sum < 0 ? sum * slopeAt(activation, channel) : sum;
    case 'clamp': {
      const { low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY } = activation;
      return Math.min(Math.max(sum, low), high);
    }
    case 'curve':
      return curveOf(activation).value(sum, activation.parameters);
    default:
      return assertNever(activation);
  }
}

const slopeAt = ({ slopes }: Slopes, channel: number) => slopes[slopes.length === 1 ? 0 : channel];

/** Puts the activation of every sum in its place. @param channels of the last axis */
export function activateAll(activation: FloatActivation, sums: Float64Array, channels: number): Float64Array {
  if (activation === 'linear') return sums;
  for (let at = 0; at < sums.length; at++) sums[at] = activateFloat(activation, sums[at], at % channels);
  return sums;
}

/** Where an activation may have its least value, beside the ends of a range. */
function turnsOf(activation: FloatActivation): readonly number[] {
  if (typeof activation === 'string') return [];
  if (activation.kind === 'slopes') return [0];
  const turn = activation.kind === 'curve' ? curveOf(activation).turn : undefined;
  return turn === undefined ? [] : [turn];
}

/** Whether a larger sum never becomes less. */
export const isRising = (activation: FloatActivation): boolean =>
  typeof activation === 'object' && activation.kind === 'slopes'
    ? activation.slopes.every((slope) => slope >= 0)
    : turnsOf(activation).length === 0;

/** What sums between two numbers become at least and at most. */
export function activatedRange(
  activation: FloatActivation,
  low: number,
  high: number,
  channel: number,
): { low: number; high: number } {
  const turns = turnsOf(activation).filter((turn) => turn > low && turn < high);
  const values = [low, high, ...turns].map((sum) => activateFloat(activation, sum, channel));
  return { low: Math.min(...values), high: Math.max(...values) };
}

export function isFloatActivation(value: unknown): value is FloatActivation {
  if (isActivation(value)) return true;
  if (typeof value !== 'object' || value === null) return false;
  const { kind, ...rest } = value as { kind?: string } & Partial<
    Omit<Slopes, 'kind'> & Omit<Clamp, 'kind'> & Omit<Curve, 'kind'>
  >;
  const members = Object.keys(rest).sort().join();
  const areNumbers = (list: unknown): list is number[] => Array.isArray(list) && list.every(Number.isFinite);
  switch (kind) {
    case 'slopes':
      return members === 'slopes' && areNumbers(rest.slopes) && rest.slopes.length > 0;
    case 'clamp': {
      const bounds = [rest.low, rest.high].filter((bound) => bound !== undefined);
      const isOrdered = bounds.length < 2 || bounds[0] < bounds[1];
      return ['high', 'low', 'high,low'].includes(members) && bounds.every(Number.isFinite) && isOrdered;
    }
    case 'curve': {
      const known = Object.hasOwn(CURVES, String(rest.curve)) ? CURVES[rest.curve as CurveName] : undefined;
      return (
        members === 'curve,parameters' &&
        areNumbers(rest.parameters) &&
        rest.parameters.length === known?.parameters
      );
    }
    default:
      return false;
  }
}
