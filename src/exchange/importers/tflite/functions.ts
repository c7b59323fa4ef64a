import { activateFloat, type Curve, curveValue, type FloatActivation } from '../../../float/activation.js';
import { CURVES, type CurveName } from '../../../float/curves.js';
import { printShape } from '../../../network/tensor.js';
import type { FunctionOf, Node, RealFunction, Value } from './conversion.js';

/**
 * Functions that a file builds of several operators, such as x × LOGISTIC(x): followed from the tensor that they begin at,
 * and known by their values.
 */

/** Functions that are known have fewer operators; a file may build ones that take for ever. */
const MOST_OPERATORS = 64;

/** Undefined of constants and other values that no function gives; of what has too many operators as if it began there. */
export function functionOf(node: Node, value: Value): FunctionOf | undefined {
  if (value.kind === 'function') return value;
  if (value.kind !== 'activation') return undefined;
  const known = node.conversion.functions.get(value.layer);
  const isShort = known !== undefined && known.size < MOST_OPERATORS / 2;
  return isShort && printShape(known.of.shape) === printShape(value.shape)
    ? known
    : { of: value, value: (real) => real, size: 0 };
}

/** Says what the operator makes of one tensor: of a layer's values a layer, of a part of a function another part. */
export function giveActivation(node: Node, activation: FloatActivation, at = 0): void {
  const value = (real: number) => activateFloat(activation, real, 0);
  const isAlike =
    typeof activation === 'string' || activation.kind !== 'slopes' || activation.slopes.length === 1;
  const layer = { kind: 'activation', activation };
  if (isAlike) giveFunction(node, at, value, layer);
  else node.layer(layer, [node.activation(at)], node.activation(at));
}

/** @param at the input that it is a function of @param layer what does the same to the values of a layer, if one does */
export function giveFunction(
  node: Node,
  at: number,
  function_: RealFunction,
  layer?: Parameters<Node['layer']>[0],
): void {
  const read = node.input(at);
  const before = functionOf(node, read);
  if (before === undefined) {
    // Refuses what is no function of anything.
    node.activation(at);
    return;
  }
  const value = (real: number) => function_(before.value(real));
  const whole = { of: before.of, value, size: before.size + 1 };
  if (before.size > 0 && giveCurve(node, whole)) return;
  if (layer === undefined || read.kind === 'function') {
    givePart(node, whole);
    return;
  }
  const given = node.activation(at);
  const name = node.layer(layer, [given], given);
  node.conversion.functions.set(name, whole);
}

/** Whether two tensors that change are functions of one, and together a curve, or part of one where no layer has both. */
export function giveJoined(
  node: Node,
  join: (one: number, other: number) => number,
  hasLayer: boolean,
): boolean {
  const [one, other] = [0, 1].map((at) => functionOf(node, node.input(at)));
  if (one === undefined || other === undefined || one.of.layer !== other.of.layer) return false;
  const value = (real: number) => join(one.value(real), other.value(real));
  const whole = { of: one.of, value, size: one.size + other.size + 1 };
  if (giveCurve(node, whole)) return true;
  const isPart = [0, 1].some((at) => node.input(at).kind === 'function');
  if (hasLayer && !isPart) return false;
  givePart(node, whole);
  return true;
}

function givePart(node: Node, whole: FunctionOf): void {
  if (whole.size > MOST_OPERATORS)
    node.refuse(
      'a function of many operators',
      `one of at most ${MOST_OPERATORS}, which is known by its values`,
    );
  node.give({ kind: 'function', ...whole }, { what: 'folded', into: 'the function that it is a part of' });
}

function giveCurve(node: Node, whole: FunctionOf): boolean {
  const curve = curveOf(whole.value);
  if (curve === undefined) return false;
  const name = node.layer({ kind: 'activation', activation: curve }, [whole.of], whole.of);
  node.conversion.functions.set(name, whole);
  return true;
}

/** Where functions are compared: from so far below 0 to so far above, so many times for each whole number. */
const REACH = 24;
const STEPS = 8;
const TOLERANCE = 1e-5;

/** The parameters that a curve would have, were it the function; files have them in 32 bits. */
const PARAMETERS: Readonly<Record<CurveName, (value: RealFunction) => readonly number[]>> = {
  sigmoid: () => [],
  tanh: () => [],
  hard_sigmoid: (value) => [STEPS * (value(1 / STEPS) - value(0)), value(0)],
  hard_swish: () => [],
  silu: () => [],
  elu: (value) => [value(-REACH) / Math.expm1(-REACH)],
  selu: (value) => [value(-REACH) / Math.expm1(-REACH) / value(1), value(1)],
  gelu: () => [],
  gelu_tanh: () => [],
  mish: () => [],
  softplus: () => [],
  softsign: () => [],
};

/** The curve that gives the same values; undefined where there is none. */
export function curveOf(value: RealFunction): Curve | undefined {
  for (const name of Object.keys(CURVES) as CurveName[]) {
    const { usual } = CURVES[name];
    const parameters = PARAMETERS[name](value).map((parameter, at) =>
      Math.abs(parameter - usual[at]) < TOLERANCE ? usual[at] : Math.fround(parameter),
    );
    const curve = { kind: 'curve', curve: name, parameters } as const;
    // Others than positive ones are those of simpler functions.
    if (
      parameters.every((parameter) => parameter > 0 && parameter < Number.POSITIVE_INFINITY) &&
      isAlike(value, curve)
    )
      return curve;
  }
  return undefined;
}

function isAlike(value: RealFunction, curve: Curve): boolean {
  for (let step = -REACH * STEPS; step <= REACH * STEPS; step++) {
    const wanted = curveValue(curve, step / STEPS);
    if (!(Math.abs(value(step / STEPS) - wanted) <= TOLERANCE * Math.max(1, Math.abs(wanted)))) return false;
  }
  return true;
}
