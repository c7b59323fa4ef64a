import { z } from 'zod';
import { CHAIN_ACTIVATIONS_WANTED, type FloatActivation, parseChainActivation } from '../float/activation.js';
import type { Shape } from '../float/layers/kind.js';
import type { FloatPadding } from '../float/layers/parts.js';
import type { FloatLayer } from '../float/types.js';
import { sizeOf } from '../network/tensor.js';
import { problems } from './problems.js';

/** A kind of layer in its short form: the member that names it, the members it may have, and the layer it means. */
export interface ShortKind<S = unknown> {
  readonly key: string;
  readonly members: z.ZodType<S>;
  /** The layer but for its name and what it reads. @param inputs shapes that it reads */
  readonly layer: (
    members: S,
    inputs: readonly Shape[],
    place: Pick<ShortForm, 'usual'> & { readonly where: string },
  ) => Omit<FloatLayer, 'name'> & Record<string, unknown>;
}

/** What layers have that do not state it. */
export interface UsualMembers {
  /** Of batch norms. */
  readonly epsilon: number;
  /** Whether an average counts cells of the padding, as zeros. */
  readonly countPadding: boolean;
}

/** The words of a list of layers. */
export interface ShortForm {
  readonly kinds: readonly ShortKind[];
  /** Names of what there is not, and what comes nearest to it. */
  readonly others: Readonly<Record<string, string>>;
  readonly usual: UsualMembers;
}

const count = z.int().min(1).max(65_536);
export const pair = z
  .union([count, z.tuple([count, count])])
  .transform((size): [number, number] => (typeof size === 'number' ? [size, size] : size));
const cells = z.int().min(0).max(65_536);
/** By a word, or in cells above and below, and on the left and the right: one number for both, or two. */
const padding = z
  .union([z.enum(['same', 'valid']), cells, z.tuple([cells, cells])])
  .transform((given): FloatPadding => {
    if (typeof given === 'string') return given;
    const [down, across] = typeof given === 'number' ? [given, given] : given;
    return [down, down, across, across];
  })
  .prefault('valid');

const ACTIVATION_WANTED = `${CHAIN_ACTIVATIONS_WANTED}; or {leaky: SLOPE}`;
const named = z
  .string()
  .refine((text) => parseChainActivation(text) !== undefined, ACTIVATION_WANTED)
  .transform((text): FloatActivation => parseChainActivation(text) as FloatActivation);
const leaky = z
  .strictObject({ leaky: z.number().gt(0).lt(1) })
  .transform(({ leaky: slope }): FloatActivation => ({ kind: 'slopes', slopes: [slope] }));
const activation = z.union([named, leaky], ACTIVATION_WANTED);

const layerName = z.string('the name of a layer').min(1, 'the name of a layer');
/** What every layer may say. */
export const NAMES = { name: layerName.optional(), from: layerName.optional() };
const active = { activation: activation.prefault('linear') };
const several = z.array(layerName, 'a list of names of layers').min(2, 'at least two names of layers');
const isOn = z.literal(true);

/** Weights of a layer, at most: more than any device here holds. */
const MOST_WEIGHTS = 2 ** 26;

function zeros(...shape: readonly number[]) {
  const size = sizeOf({ shape });
  if (size > MOST_WEIGHTS)
    throw problems.learnLayers('layers', `${size} weights in one layer`, `at most ${MOST_WEIGHTS}`);
  return { shape, values: new Float64Array(size) };
}

const filled = (length: number, value: number) => new Float64Array(length).fill(value);
const lastOf = (shape: Shape) => shape[shape.length - 1];

export const shortKind = <S>(key: string, members: z.ZodType<S>, layer: ShortKind<S>['layer']): ShortKind =>
  ({ key, members, layer }) as ShortKind;

const convolution = {
  kernel: pair.prefault(3),
  stride: pair.prefault(1),
  dilation: pair.prefault(1),
  padding,
};
const pooling = { stride: pair.optional(), padding };

/** Every kind, one item each; a dropout is none, it belongs to the layer before it. */
export const SHORT_KINDS: readonly ShortKind[] = [
  shortKind(
    'conv',
    z.strictObject({ conv: count, ...convolution, groups: count.default(1), ...active, ...NAMES }),
    ({ conv, kernel, stride, dilation, groups, padding, activation }, [read]) => ({
      kind: 'conv2d',
      kernel: zeros(...kernel, Math.ceil(lastOf(read) / groups), conv),
      bias: filled(conv, 0),
      strides: stride,
      ...{ padding, dilation, groups, activation },
    }),
  ),
  shortKind(
    'depthwise',
    z.strictObject({ depthwise: count, ...convolution, ...active, ...NAMES }),
    ({ depthwise, kernel, stride, dilation, padding, activation }, [read]) => ({
      kind: 'conv2d',
      kernel: zeros(...kernel, 1, lastOf(read) * depthwise),
      bias: filled(lastOf(read) * depthwise, 0),
      strides: stride,
      groups: lastOf(read),
      ...{ padding, dilation, activation },
    }),
  ),
  shortKind(
    'maxPool',
    z.strictObject({ maxPool: pair, ...pooling, ...NAMES }),
    ({ maxPool, stride, padding }) => ({
      kind: 'max_pool',
      window: maxPool,
      strides: stride ?? maxPool,
      padding,
    }),
  ),
  shortKind(
    'averagePool',
    z.strictObject({ averagePool: pair, ...pooling, countPadding: z.boolean().optional(), ...NAMES }),
    ({ averagePool, stride, padding, countPadding }, _, { usual: { countPadding: counts } }) => ({
      kind: 'average_pool',
      window: averagePool,
      strides: stride ?? averagePool,
      padding,
      countPadding: countPadding ?? counts,
      activation: 'linear',
    }),
  ),
  shortKind('globalPool', z.strictObject({ globalPool: isOn, ...NAMES }), (_, [[height, width]]) => ({
    kind: 'average_pool',
    window: [height, width],
    strides: [1, 1],
    padding: 'valid',
    countPadding: false,
    activation: 'linear',
  })),
  shortKind(
    'batchNorm',
    z.strictObject({ batchNorm: isOn, epsilon: z.number().gt(0).optional(), ...NAMES }),
    ({ epsilon }, [read], { usual: { epsilon: small } }) => ({
      kind: 'batch_norm',
      gamma: filled(lastOf(read), 1),
      beta: filled(lastOf(read), 0),
      mean: filled(lastOf(read), 0),
      variance: filled(lastOf(read), 1),
      epsilon: epsilon ?? small,
    }),
  ),
  shortKind('activation', z.strictObject({ activation, ...NAMES }), (members) => ({
    kind: 'activation',
    activation: members.activation,
  })),
  shortKind('upsample', z.strictObject({ upsample: pair, ...NAMES }), ({ upsample }) => ({
    kind: 'upsample',
    factors: upsample,
  })),
  shortKind('flatten', z.strictObject({ flatten: isOn, ...NAMES }), (_, [read]) => ({
    kind: 'move',
    move: { kind: 'reshape', shape: [sizeOf({ shape: read })] },
  })),
  shortKind('dense', z.strictObject({ dense: count, ...active, ...NAMES }), (members, [read]) => ({
    kind: 'dense',
    kernel: zeros(lastOf(read), members.dense),
    bias: filled(members.dense, 0),
    activation: members.activation,
  })),
  shortKind('add', z.strictObject({ add: several, ...active, name: NAMES.name }), (members) => ({
    kind: 'add',
    signs: members.add.map(() => 1),
    activation: members.activation,
  })),
  shortKind('concat', z.strictObject({ concat: several, name: NAMES.name }), (_, [read]) => ({
    kind: 'concat',
    axis: read.length - 1,
  })),
];

export const DROPOUT = z.strictObject({ dropout: z.number().min(0).lt(1) });

/** What can be trained; what a layer does not state is as in Keras. */
export const TRAINED: ShortForm = {
  kinds: SHORT_KINDS,
  others: {},
  usual: { epsilon: 0.001, countPadding: false },
};
