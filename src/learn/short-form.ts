import { z } from 'zod';
import { fitShape } from '../core/shape.js';
import { checkFloatNetwork } from '../float/check.js';
import { floatKindOf } from '../float/layers/index.js';
import type { FloatLayer, FloatNetwork } from '../float/types.js';
import { ACTIVATIONS_WANTED, parseActivation } from '../network/activation.js';
import { sizeOf } from '../network/tensor.js';
import { problems } from './problems.js';

/** A layer as a person states it: one member says the kind and its main number, others what differs from the usual. */
export type ShortLayer = Readonly<Record<string, unknown>>;

/** A network that is yet to be trained: kernels 0, other numbers as a training begins with them. */
export interface Planned {
  readonly network: FloatNetwork;
  /** Shares of dropout by the name of the layer behind which they stand. */
  readonly dropout: Readonly<Record<string, number>>;
}

interface ShortKind<S> {
  /** The member that says the kind. */
  readonly key: string;
  readonly members: z.ZodType<S>;
  /** Its layer, without the name. */
  readonly layer: (members: S, read: readonly number[]) => Omit<FloatLayer, 'name'> & Record<string, unknown>;
}

const count = z.int().min(1).max(65_536);
const pair = z
  .union([count, z.tuple([count, count])])
  .transform((size): [number, number] => (typeof size === 'number' ? [size, size] : size));
const padding = z.enum(['same', 'valid']).default('valid');
const activation = z
  .string()
  .transform((text, context) => {
    const parsed = parseActivation(text);
    if (parsed !== undefined) return parsed;
    context.addIssue({ code: 'custom', message: ACTIVATIONS_WANTED });
    return z.NEVER;
  })
  .default('linear');
const name = z.string().min(1).optional();
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
const lastOf = (shape: readonly number[]) => shape[shape.length - 1];

const kind = <S>(key: string, members: z.ZodType<S>, layer: ShortKind<S>['layer']): ShortKind<unknown> =>
  ({ key, members, layer }) as ShortKind<unknown>;

const window = { stride: pair.optional(), padding };

const SHORT_KINDS: readonly ShortKind<unknown>[] = [
  kind(
    'conv',
    z.strictObject({
      ...{ conv: count, kernel: pair.prefault(3), stride: pair.prefault(1), padding, activation, name },
      ...{ dilation: pair.prefault(1), groups: count.default(1) },
    }),
    ({ conv, kernel, stride, dilation, groups, padding, activation }, read) => ({
      kind: 'conv2d',
      kernel: zeros(...kernel, Math.ceil(lastOf(read) / groups), conv),
      bias: filled(conv, 0),
      strides: stride,
      ...{ padding, dilation, groups, activation },
    }),
  ),
  kind(
    'depthwise',
    z.strictObject({
      ...{ depthwise: count, kernel: pair.prefault(3), stride: pair.prefault(1), padding, activation, name },
      dilation: pair.prefault(1),
    }),
    ({ depthwise, kernel, stride, dilation, padding, activation }, read) => ({
      kind: 'conv2d',
      kernel: zeros(...kernel, 1, lastOf(read) * depthwise),
      bias: filled(lastOf(read) * depthwise, 0),
      strides: stride,
      groups: lastOf(read),
      ...{ padding, dilation, activation },
    }),
  ),
  kind('maxPool', z.strictObject({ maxPool: pair, ...window, name }), ({ maxPool, stride, padding }) => ({
    kind: 'max_pool',
    window: maxPool,
    strides: stride ?? maxPool,
    padding,
  })),
  kind('averagePool', z.strictObject({ averagePool: pair, ...window, name }), (members) => ({
    kind: 'average_pool',
    window: members.averagePool,
    strides: members.stride ?? members.averagePool,
    padding: members.padding,
    countPadding: false,
    activation: 'linear',
  })),
  kind('globalPool', z.strictObject({ globalPool: isOn, name }), (_, [height, width]) => ({
    kind: 'average_pool',
    window: [height, width],
    strides: [1, 1],
    padding: 'valid',
    countPadding: false,
    activation: 'linear',
  })),
  kind('batchNorm', z.strictObject({ batchNorm: isOn, name }), (_, read) => ({
    kind: 'batch_norm',
    gamma: filled(lastOf(read), 1),
    beta: filled(lastOf(read), 0),
    mean: filled(lastOf(read), 0),
    variance: filled(lastOf(read), 1),
    epsilon: 0.001,
  })),
  kind('activation', z.strictObject({ activation, name }), (members) => ({
    kind: 'activation',
    activation: members.activation,
  })),
  kind('upsample', z.strictObject({ upsample: pair, name }), ({ upsample }) => ({
    kind: 'upsample',
    factors: upsample,
  })),
  kind('flatten', z.strictObject({ flatten: isOn, name }), (_, read) => ({
    kind: 'move',
    move: { kind: 'reshape', shape: [sizeOf({ shape: read })] },
  })),
  kind('dense', z.strictObject({ dense: count, activation, name }), (members, read) => ({
    kind: 'dense',
    kernel: zeros(lastOf(read), members.dense),
    bias: filled(members.dense, 0),
    activation: members.activation,
  })),
];

const DROPOUT = z.strictObject({ dropout: z.number().min(0).lt(1) });

/** The kind that a layer names; `activation` is a member of others too. @throws learn/layers */
function kindNamed(layer: ShortLayer, where: string): ShortKind<unknown> {
  const named = SHORT_KINDS.filter(({ key }) => Object.hasOwn(layer, key));
  const [found, ...others] = named.length > 1 ? named.filter(({ key }) => key !== 'activation') : named;
  if (found !== undefined && others.length === 0) return found;
  const got = Object.keys(layer).join(', ') || 'no members';
  const kinds = [...SHORT_KINDS.map(({ key }) => key), 'dropout'].join(', ');
  throw problems.learnLayers(where, got, `a layer that names one kind: ${kinds}`);
}

/**
 * The network that a list of layers states, each reading the one before. It ends in one logit for two classes, or in
 * one per class.
 *
 * @param input the shape of a sample
 * @throws learn/layers, float/shape, network/window, network/shape
 */
export function plannedNetwork(
  title: string,
  input: readonly number[],
  stated: readonly ShortLayer[],
  classes: number,
  path = 'layers',
): Planned {
  const layers: FloatLayer[] = [];
  const dropout: Record<string, number> = {};
  let read = input;
  stated.forEach((short, index) => {
    const where = `${path}[${index}]`;
    if (Object.hasOwn(short, 'dropout')) {
      const last = layers.at(-1);
      if (last === undefined) throw problems.learnLayers(where, 'dropout', 'a layer before it');
      dropout[last.name] = fitShape(DROPOUT, short, where, problems.learnLayers).dropout;
      return;
    }
    const kindOf = kindNamed(short, where);
    const members = fitShape(kindOf.members, short, where, problems.learnLayers);
    const given = (members as { name?: string }).name;
    const number = layers.filter(({ name }) => name.replace(/\d+$/, '') === kindOf.key).length + 1;
    const layer = { name: given ?? `${kindOf.key}${number}`, ...kindOf.layer(members, read) } as FloatLayer;
    read = floatKindOf(layer).shape(layer, [read], `${where} (${layer.name})`);
    layers.push(layer);
  });
  const head = sizeOf({ shape: read }) === 1 && classes === 2 ? 'binary' : 'argmax';
  const outputs = sizeOf({ shape: read });
  if (head === 'argmax' && outputs !== classes) {
    const wanted = classes === 2 ? 'one logit, or two' : `${classes}, one per class`;
    throw problems.learnLayers(path, `${outputs} outputs`, wanted);
  }
  const network: FloatNetwork = { name: title, input: { shape: input }, layers, head };
  checkFloatNetwork(network, path);
  return { network, dropout };
}
