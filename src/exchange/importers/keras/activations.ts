import { z } from 'zod';
import type { Format } from '../../../fixed/format.js';
import type { FloatActivation } from '../../../float/activation.js';
import { CURVES, type CurveName } from '../../../float/curves.js';
import { clip } from '../../../network/activation.js';
import { sizeOf } from '../../../network/tensor.js';
import { problems } from '../../problems.js';
import {
  ACTIVATION_QUANTIZERS,
  isQuantizerName,
  OTHER_QUANTIZERS,
  type QuantizedActivation,
} from './quantizers/activations.js';
import type { QuantizerPlace } from './quantizers/place.js';
import { type QuantizerSpec, quantizerSpec } from './quantizers/spec.js';

/** Where an activation stands. */
export type ActivationPlace = {
  /** Whether the network ends behind it. */
  readonly isEnd: boolean;
  readonly conversion: { readonly generation: 2 | 3 };
  /** For errors. */
  readonly where: string;
} & QuantizerPlace;

/** What an activation becomes at its place. */
export interface Activated extends Omit<QuantizedActivation, 'format'> {
  /** In which its values are rounded, half to even, where the file says so. */
  readonly format?: Format;
  /** Says that the network ends there, and that what is left out changes no class. */
  readonly head?: 'binary' | 'argmax';
}

type Named = (shape: readonly number[], place: ActivationPlace) => Activated;

const always =
  (activation: FloatActivation): Named =>
  () => ({ activation });
const curve = (name: CurveName, ...parameters: number[]) =>
  always({ kind: 'curve', curve: name, parameters });

const sigmoid: Named = (shape, { isEnd }) =>
  isEnd && sizeOf({ shape }) === 1
    ? { activation: 'linear', head: 'binary' }
    : { activation: { kind: 'curve', curve: 'sigmoid', parameters: [] } };

/** What softmax puts in order is in that order before. */
const softmax: Named = (shape, place) => {
  if (place.isEnd && shape.length === 1 && shape[0] > 1) return { activation: 'linear', head: 'argmax' };
  return place.refuse(
    place.isEnd ? `softmax on a tensor of ${shape.join('x')}` : 'softmax inside of the network',
    'softmax of several units at the end, where the class is the same without it',
  );
};

const hardSigmoid: Named = (_, { conversion }) => ({
  activation: {
    kind: 'curve',
    curve: 'hard_sigmoid',
    parameters: conversion.generation === 2 ? [0.2, 0.5] : [1 / 6, 0.5],
  },
});

/** Functions of Keras and TensorFlow.js, by all names that they have there. */
const ACTIVATIONS: Readonly<Record<string, Named>> = {
  linear: always('linear'),
  relu: always('relu'),
  relu6: always(clip(6)!),
  leaky_relu: always({ kind: 'slopes', slopes: [0.2] }),
  sigmoid,
  softmax,
  log_softmax: softmax,
  tanh: curve('tanh'),
  hard_sigmoid: hardSigmoid,
  hardSigmoid,
  silu: curve('silu'),
  swish: curve('silu'),
  hard_silu: curve('hard_swish'),
  hard_swish: curve('hard_swish'),
  elu: curve('elu', 1),
  selu: curve('selu', ...CURVES.selu.usual),
  gelu: curve('gelu'),
  gelu_new: curve('gelu_tanh'),
  mish: curve('mish'),
  softplus: curve('softplus'),
  softsign: curve('softsign'),
};

export const ACTIVATION_NAMES: readonly string[] = Object.keys(ACTIVATIONS);

const OBJECT = z.looseObject({ class_name: z.string(), config: z.unknown().optional() });

/** The name, of a function that is written as an object too. */
function nameOf(given: unknown): string {
  if (given === undefined || given === null) return 'linear';
  const object = OBJECT.safeParse(given);
  if (!object.success) return typeof given === 'string' ? given : JSON.stringify(given);
  const { class_name: className, config } = object.data;
  return className === 'function' && typeof config === 'string' ? config : className;
}

/** @param given a member `activation` @throws exchange/import-attribute */
export function activationOf(given: unknown, shape: readonly number[], place: ActivationPlace): Activated {
  const name = nameOf(given);
  const spec = quantizerSpec(given);
  if (spec !== undefined && isQuantizerName(spec.name)) return quantized(spec, place);
  if (Object.hasOwn(ACTIVATIONS, name)) return ACTIVATIONS[name](shape, place);
  return place.refuse(`the activation ${name}`, `one of ${ACTIVATION_NAMES.join(', ')}`);
}

function quantized({ name, config }: QuantizerSpec, place: ActivationPlace): Activated {
  const known = Object.keys(ACTIVATION_QUANTIZERS);
  if (known.includes(name)) return ACTIVATION_QUANTIZERS[name](config, place);
  throw problems.importQuantizer(place.where, 'values', name, known, `nearest is ${OTHER_QUANTIZERS[name]}`);
}
