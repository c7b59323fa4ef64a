import type { FloatActivation } from '../../../../float/activation.js';
import { CURVES, type CurveName } from '../../../../float/curves.js';
import { clip } from '../../../../network/activation.js';
import { printShape, sizeOf } from '../../../../network/tensor.js';
import type { Node, Operator } from '../conversion.js';

const activate =
  (activation: FloatActivation | ((node: Node) => FloatActivation)): Operator =>
  (node) => {
    const read = node.conversion.channelsLast(node.activation(0));
    const wanted = typeof activation === 'function' ? activation(node) : activation;
    node.layer({ kind: 'activation', activation: wanted }, [read], read);
  };

const curve = (name: CurveName, parameters: (node: Node) => readonly number[] = () => []) =>
  activate((node) => ({ kind: 'curve', curve: name, parameters: parameters(node) }));

const SELU = CURVES.selu.usual;

const gelu = activate((node) => {
  const approximate = node.text('approximate', 'none');
  const curve = { none: 'gelu', tanh: 'gelu_tanh' }[approximate] as CurveName | undefined;
  if (curve === undefined) return node.refuse(`approximate ${approximate}`, 'none or tanh');
  return { kind: 'curve', curve, parameters: [] };
});

function clamp(node: Node): FloatActivation {
  const bound = (at: number, name: string, none: number) => {
    const value = node.optionalConstant(at)?.values[0] ?? node.float(name, none);
    return Number.isFinite(value) && Math.abs(value) < 3e38 ? value : undefined;
  };
  const [low, high] = [bound(1, 'min', Number.NEGATIVE_INFINITY), bound(2, 'max', Number.POSITIVE_INFINITY)];
  if (low === undefined && high === undefined) return 'linear';
  if (low !== undefined && high !== undefined && !(low < high)) {
    return node.refuse(`bounds ${low} and ${high}`, 'a lower bound below the upper one');
  }
  if (low === 0) return high === undefined ? 'relu' : clip(high)!;
  return { kind: 'clamp', ...(low === undefined ? {} : { low }), ...(high === undefined ? {} : { high }) };
}

/** The larger or the smaller one of each value and a constant. */
const bounded =
  (end: 'low' | 'high'): Operator =>
  (node) => {
    const [first, second] = [node.input(0), node.input(1)];
    const [value, bound] = first.kind === 'activation' ? [first, second] : [second, first];
    if (
      node.inputs.length !== 2 ||
      value.kind !== 'activation' ||
      bound.kind !== 'constant' ||
      bound.values.length !== 1
    )
      return node.refuse('other inputs', 'what a layer gives, and one number');
    const [number] = bound.values;
    const activation: FloatActivation =
      end === 'low' && number === 0 ? 'relu' : { kind: 'clamp', [end]: number };
    const read = node.conversion.channelsLast(value);
    node.layer({ kind: 'activation', activation }, [read], read);
  };

function slopes(node: Node): FloatActivation {
  const { values } = node.constant(1);
  const [channels] = node.activation(0).shape;
  if (values.length === 1 || values.length === channels)
    return { kind: 'slopes', slopes: Array.from(values) };
  return node.refuse(`${values.length} slopes`, `one, or ${channels}, one per channel`);
}

/** What a head says at the end is no layer: the class is the same without it. */
const last =
  (
    head: 'binary' | 'argmax',
    isOne: (units: number) => boolean,
    otherwise: Operator,
    check: (node: Node) => void = () => {},
  ): Operator =>
  (node) => {
    const { conversion, proto } = node;
    const isEnd = conversion.outputs.has(proto.output[0]) && !conversion.readers.has(proto.output[0]);
    const read = node.activation(0);
    if (!isEnd || !isOne(sizeOf(read)) || conversion.outputs.size > 1) return otherwise(node);
    check(node);
    conversion.head = head;
    node.give(read, { what: 'dropped', into: `the class is the same without it (head ${head})` });
  };

const inside: Operator = (node) =>
  node.refuse('inside of the network', 'at its end, where the class is the same without it');

/** Classes lie along one axis, and all others beside the batch are 1 long. @param isFlat whether from it on all are one */
function checkClasses(node: Node, axis: number, isFlat = false): void {
  const { shape } = node.activation(0);
  const at = axis < 0 ? axis + shape.length : axis - 1;
  const classes = isFlat ? sizeOf({ shape: shape.slice(at) }) : shape[at];
  if (at >= 0 && classes === sizeOf({ shape })) return;
  const wanted = 'the axis of the classes, all others beside the batch 1 long';
  node.refuse(`axis ${axis} of ${printShape([1, ...shape])}`, wanted);
}

const several = (units: number) => units > 1;

/** Before opset 13 all axes from the one that is named on are one list. */
const softmax = last('argmax', several, inside, (node) => {
  const isFlat = node.conversion.opset < 13;
  checkClasses(node, node.int('axis', isFlat ? 1 : -1), isFlat);
});

const argMax = last('argmax', several, inside, (node) => checkClasses(node, node.int('axis', 0)));

export const ACTIVATIONS: Readonly<Record<string, Operator>> = {
  Relu: activate('relu'),
  Clip: activate(clamp),
  Max: bounded('low'),
  Min: bounded('high'),
  LeakyRelu: activate((node) => ({ kind: 'slopes', slopes: [node.float('alpha', 0.01)] })),
  PRelu: activate(slopes),
  Tanh: curve('tanh'),
  HardSigmoid: curve('hard_sigmoid', (node) => [node.float('alpha', 0.2), node.float('beta', 0.5)]),
  HardSwish: curve('hard_swish'),
  Elu: curve('elu', (node) => [node.float('alpha', 1)]),
  Selu: curve('selu', (node) => [node.float('alpha', SELU[0]), node.float('gamma', SELU[1])]),
  Gelu: gelu,
  Mish: curve('mish'),
  Softplus: curve('softplus'),
  Softsign: curve('softsign'),
  Sigmoid: last('binary', (units) => units === 1, curve('sigmoid')),
  Softmax: softmax,
  LogSoftmax: softmax,
  ArgMax: argMax,
};
