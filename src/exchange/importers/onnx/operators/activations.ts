import type { CurveName, FloatActivation } from '../../../../float/activation.js';
import { clip } from '../../../../network/activation.js';
import { sizeOf } from '../../../../network/tensor.js';
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
  (head: 'binary' | 'argmax', isOne: (units: number) => boolean, otherwise: Operator): Operator =>
  (node) => {
    const { conversion, proto } = node;
    const isEnd = conversion.outputs.has(proto.output[0]) && !conversion.readers.has(proto.output[0]);
    const read = node.activation(0);
    if (!isEnd || !isOne(sizeOf(read)) || conversion.outputs.size > 1) return otherwise(node);
    conversion.head = head;
    node.give(read, { what: 'dropped', into: `the class is the same without it (head ${head})` });
  };

const inside: Operator = (node) =>
  node.refuse('inside of the network', 'at its end, where the class is the same without it');

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
  Softplus: curve('softplus'),
  Softsign: curve('softsign'),
  Sigmoid: last('binary', (units) => units === 1, curve('sigmoid')),
  Softmax: last('argmax', (units) => units > 1, inside),
  LogSoftmax: last('argmax', (units) => units > 1, inside),
  ArgMax: last('argmax', (units) => units > 1, inside),
};
