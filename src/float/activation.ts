import { assertNever } from '../core/assert.js';
import { ROUNDINGS, type Rounding } from '../fixed/requantize.js';
import {
  ACTIVATIONS_WANTED,
  type Activation,
  activateReal,
  isActivation,
  parseActivation,
  printActivation,
} from '../network/activation.js';
import { CURVES, type CurveKind, type CurveName } from './curves.js';

/** What a layer does with its sums: what the integer network can do exactly, and what it has to round. */
export type FloatActivation = Activation | Slopes | Clamp | Curve | Table;

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

/** Numbers in a list: a sum is rounded to a whole number of steps, and that is a place in it, or past one of its ends. */
export interface Table {
  readonly kind: 'table';
  readonly step: number;
  /** How many steps the first of them stands for. */
  readonly lowest: number;
  readonly rounding: Rounding;
  readonly values: readonly number[];
}

const STEPS: Readonly<Record<Rounding, (steps: number) => number>> = {
  TRN: Math.floor,
  RND: (steps) => Math.floor(steps + 0.5),
  RND_CONV: (steps) => (Math.abs(steps % 1) === 0.5 ? 2 * Math.round(steps / 2) : Math.round(steps)),
};

function lookedUp({ step, lowest, rounding, values }: Table, sum: number): number {
  const place = STEPS[rounding](sum / step) - lowest;
  return values[Math.min(Math.max(place, 0), values.length - 1)];
}

const kindOf = ({ curve }: Curve): CurveKind => CURVES[curve];

export const isCurve = (activation: FloatActivation): activation is Curve =>
  typeof activation === 'object' && activation.kind === 'curve';

/** The value of a curve. */
export const curveValue = (curve: Curve, sum: number): number => kindOf(curve).value(sum, curve.parameters);

/** By how much more than its sum a curve's value changes at most. */
export const steepestOf = (curve: Curve): number => kindOf(curve).steepest(curve.parameters);

/** The derivative of a curve. */
export const curveSlope = (curve: Curve, sum: number): number => kindOf(curve).slope(sum, curve.parameters);

/** What {@link parseCurve} reads, for errors. */
export const CHAIN_ACTIVATIONS_WANTED = `${ACTIVATIONS_WANTED}; or by a table ${Object.keys(CURVES).join(', ')}`;

/** Reads an activation of a chain's layer: one that the integer network has, or a curve, such as `tanh` or `elu:0.5`. */
export function parseChainActivation(text: string): Activation | Curve | undefined {
  const [name, ...rest] = text.split(':');
  if (!Object.hasOwn(CURVES, name)) return parseActivation(text);
  const kind: CurveKind = CURVES[name as CurveName];
  const parameters = rest.length === 0 ? kind.usual : rest.map(Number);
  const curve = { kind: 'curve', curve: name as CurveName, parameters } as const;
  return isFloatActivation(curve) && rest.every((part) => part.trim() !== '') ? curve : undefined;
}

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
    case 'curve': {
      const { curve, parameters } = activation;
      const isUsual = parameters.every((parameter, at) => parameter === kindOf(activation).usual[at]);
      return [curve, ...(isUsual ? [] : parameters)].join(':');
    }
    case 'table':
      return `table of ${activation.values.length} numbers`;
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
      return curveValue(activation, sum);
    case 'table':
      return lookedUp(activation, sum);
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
  if (activation.kind === 'table')
    return activation.values.map((_, at) => activation.step * (activation.lowest + at));
  const turn = activation.kind === 'curve' ? kindOf(activation).turn : undefined;
  return turn === undefined ? [] : [turn];
}

/** Whether a larger sum never becomes less. */
export function isRising(activation: FloatActivation): boolean {
  if (typeof activation === 'string') return true;
  if (activation.kind === 'slopes') return activation.slopes.every((slope) => slope >= 0);
  if (activation.kind === 'table')
    return activation.values.every((value, at) => at === 0 || value >= activation.values[at - 1]);
  return turnsOf(activation).length === 0;
}

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
    Omit<Slopes, 'kind'> & Omit<Clamp, 'kind'> & Omit<Curve, 'kind'> & Omit<Table, 'kind'>
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
    case 'table':
      return (
        members === 'lowest,rounding,step,values' &&
        areNumbers(rest.values) &&
        rest.values.length > 0 &&
        Number.isSafeInteger(rest.lowest) &&
        Number(rest.step) > 0 &&
        Number.isFinite(rest.step) &&
        ROUNDINGS.includes(rest.rounding as Rounding)
      );
    default:
      return false;
  }
}
