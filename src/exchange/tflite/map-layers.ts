import { type FloatActivation, printFloatActivation } from '../../float/activation.js';
import type { FloatAdd } from '../../float/layers/add.js';
import type { FloatAveragePool } from '../../float/layers/average-pool.js';
import type { FloatConcat } from '../../float/layers/concat.js';
import { convWindow, type FloatConv2d } from '../../float/layers/conv2d.js';
import type { FloatDense } from '../../float/layers/dense.js';
import type { Shape } from '../../float/layers/kind.js';
import type { FloatMaxPool } from '../../float/layers/max-pool.js';
import type { FloatMove } from '../../float/layers/move.js';
import { type FloatWindow, windowOn } from '../../float/layers/parts.js';
import type { FloatUpsample } from '../../float/layers/upsample.js';
import type { FloatLayer } from '../../float/types.js';
import { problems } from '../problems.js';
import type { OptionField } from './graph.js';
import type { MapDraft } from './map-draft.js';
import {
  ACTIVATION,
  ARITHMETIC_OPTIONS,
  CONCATENATION_OPTIONS,
  CONV_OPTIONS,
  DEPTHWISE_OPTIONS,
  PADDING,
  POOL_OPTIONS,
} from './schema.js';

/** What a layer is written of. */
export interface LayerToWrite<L extends FloatLayer = FloatLayer> {
  readonly draft: MapDraft;
  readonly layer: L;
  /** Tensors that it reads, and their shapes without the batch. */
  readonly read: readonly number[];
  readonly inputs: readonly Shape[];
  /** The tensor that it gives. */
  readonly output: number;
  readonly shape: Shape;
}

/** @throws exchange/tflite-layer, exchange/activation */
export type LayerWriter<L extends FloatLayer = FloatLayer> = (wanted: LayerToWrite<L>) => void;

/** Kinds whose values keep their codes. */
export const SAME_CODES: ReadonlySet<string> = new Set([
  'max_pool',
  'average_pool',
  'concat',
  'move',
  'upsample',
]);

/** @throws exchange/activation for those that TFLite's operators have not inside */
function fused(activation: FloatActivation, name: string): number {
  if (activation === 'linear') return ACTIVATION.none;
  if (activation === 'relu') return ACTIVATION.relu;
  if (activation.kind === 'clip' && activation.bound === 6) return ACTIVATION.relu6;
  throw problems.activation(`layer ${name}`, printFloatActivation(activation), 'TFLite');
}

const byte = (slot: number, value: number): OptionField => ({ slot, type: 'int8', value });
const whole = (slot: number, value: number): OptionField => ({ slot, type: 'int32', value });

const dense: LayerWriter<FloatDense> = ({ draft, layer, read: [input], output }) => {
  const { name, kernel, activation } = layer;
  const bias = Array.from(layer.bias);
  const [inputs, units] = kernel.shape;
  const values = Array.from(
    { length: inputs * units },
    (_, at) => kernel.values[(at % inputs) * units + Math.floor(at / inputs)],
  );
  const relu = fused(activation, name);
  if (relu === ACTIVATION.relu6)
    throw problems.activation(`layer ${name}`, printFloatActivation(activation), 'TFLite');
  const constants = draft.weights(name, { shape: [units, inputs], values, bias, axis: 0 }, input);
  const flavours = { float32: 'float', float16: 'float', dynamic: 'hybrid', int8: 'int8' } as const;
  draft.operator({
    kind: 'fullyConnected',
    input,
    ...constants,
    output,
    relu: relu === ACTIVATION.relu,
    flavour: flavours[draft.mode.mode],
  });
};

const conv2d: LayerWriter<FloatConv2d> = ({ draft, layer, read: [given], inputs: [shape], output }) => {
  const { name, kernel, strides, dilation, groups, activation } = layer;
  const [rows, columns, depth, units] = kernel.shape;
  const isDepthwise = groups > 1 && groups === shape[2];
  if (groups > 1 && !isDepthwise)
    throw problems.tfliteLayer(`layer ${name}`, `${groups} groups`, 'one group, or one for each channel');
  const { input, padding } = padded(draft, name, convWindow(layer), given, shape);
  const bias = Array.from(layer.bias);
  const values = isDepthwise
    ? Array.from(kernel.values)
    : Array.from({ length: kernel.values.length }, (_, at) => {
        const each = kernel.values.length / units;
        return kernel.values[(at % each) * units + Math.floor(at / each)];
      });
  const weights = isDepthwise
    ? { shape: [1, rows, columns, units], values, bias, axis: 3 }
    : { shape: [units, rows, columns, depth], values, bias, axis: 0 };
  const constants = draft.weights(name, weights, input);
  const slots = isDepthwise ? DEPTHWISE_OPTIONS : CONV_OPTIONS;
  const fields = [
    byte(slots.padding, padding),
    whole(slots.strideW, strides[1]),
    whole(slots.strideH, strides[0]),
    byte(slots.activation, fused(activation, name)),
    whole(slots.dilationW, dilation[1]),
    whole(slots.dilationH, dilation[0]),
    ...(isDepthwise ? [whole(DEPTHWISE_OPTIONS.multiplier, units / groups)] : []),
  ];
  const isHybrid = draft.mode.mode === 'dynamic';
  draft.plain(
    {
      operator: isDepthwise ? 'DEPTHWISE_CONV_2D' : 'CONV_2D',
      inputs: [input, constants.weights, constants.bias],
      output,
      options: { type: isDepthwise ? 2 : 1, fields },
    },
    isDepthwise ? [isHybrid ? 6 : dilation.join() === '1,1' ? 1 : 2, 3] : [isHybrid ? 5 : 1, 3],
  );
};

/** TFLite's own padding where it has such, or cells of 0 before it. */
function padded(draft: MapDraft, name: string, window: FloatWindow, input: number, shape: Shape) {
  const named = namedPadding(window, shape);
  if (named !== undefined) return { input, padding: named };
  const [top, bottom, left, right] = windowOn(window, shape).padding;
  const sizes = [top + shape[0] + bottom, left + shape[1] + right, shape[2]];
  const around = draft.like(`${name}/padded`, sizes, input);
  pads(draft, `${name}/padded`, [top, left, 0], [bottom, right, 0], input, around);
  return { input: around, padding: PADDING.valid };
}

function namedPadding(window: FloatWindow, shape: Shape): number | undefined {
  const cells = (padding: FloatWindow['padding']) => windowOn({ ...window, padding }, shape).padding.join();
  const named = (['valid', 'same'] as const).find((one) => cells(one) === cells(window.padding));
  return named === undefined ? undefined : PADDING[named];
}

function pads(
  draft: MapDraft,
  name: string,
  before: readonly number[],
  after: readonly number[],
  input: number,
  output: number,
): void {
  const cells = [0, 0, ...before.flatMap((cell, axis) => [cell, after[axis]])];
  const list = draft.numbers(`${name}/cells`, [before.length + 1, 2], cells);
  draft.plain({ operator: 'PAD', inputs: [input, list], output, options: { type: 22, fields: [] } });
}

const pool =
  (operator: 'MAX_POOL_2D' | 'AVERAGE_POOL_2D'): LayerWriter<FloatMaxPool | FloatAveragePool> =>
  ({ draft, layer, read: [given], inputs: [shape], output }) => {
    const { name, window: size, strides } = layer;
    const window = { size, strides, padding: layer.padding };
    const isMean = layer.kind === 'average_pool';
    const isCounted = isMean && layer.countPadding;
    const own = namedPadding(window, shape);
    const isPlain = own === PADDING.valid || (own === PADDING.same && !isCounted);
    if (!isPlain && !isCounted)
      throw problems.tfliteLayer(`layer ${name}`, 'a pool with padding of its own', 'valid or same');
    const { input, padding } = isPlain
      ? { input: given, padding: own }
      : padded(draft, name, { ...window, padding: windowOn(window, shape).padding }, given, shape);
    const fields = [
      byte(POOL_OPTIONS.padding, isPlain ? padding : PADDING.valid),
      whole(POOL_OPTIONS.strideW, strides[1]),
      whole(POOL_OPTIONS.strideH, strides[0]),
      whole(POOL_OPTIONS.filterW, size[1]),
      whole(POOL_OPTIONS.filterH, size[0]),
      byte(POOL_OPTIONS.activation, isMean ? fused(layer.activation, name) : ACTIVATION.none),
    ];
    draft.plain({ operator, inputs: [input], output, options: { type: 5, fields } });
  };

const add: LayerWriter<FloatAdd> = ({ draft, layer, read, output }) => {
  const { name, signs, activation } = layer;
  const isSum = signs.every((sign) => sign === 1);
  if (read.length !== 2 || (!isSum && signs[0] === signs[1]))
    throw problems.tfliteLayer(
      `layer ${name}`,
      `a sum of ${read.length} tensors, signs ${signs.join(' ')}`,
      'a + b or a − b',
    );
  const inputs = signs[0] === 1 ? read : [read[1], read[0]];
  const fields = [byte(ARITHMETIC_OPTIONS.activation, fused(activation, name))];
  draft.plain({
    operator: isSum ? 'ADD' : 'SUB',
    inputs,
    output,
    options: { type: isSum ? 11 : 28, fields },
  });
};

const concat: LayerWriter<FloatConcat> = ({ draft, layer, read, output }) =>
  draft.plain({
    operator: 'CONCATENATION',
    inputs: read,
    output,
    options: { type: 10, fields: [whole(CONCATENATION_OPTIONS.axis, layer.axis + 1)] },
  });

const move: LayerWriter<FloatMove> = ({
  draft,
  layer,
  read: [input],
  inputs: [shape],
  output,
  shape: given,
}) => {
  const { name, move: wanted } = layer;
  switch (wanted.kind) {
    case 'reshape': {
      const list = draft.numbers(`${name}/shape`, [given.length + 1], [1, ...given]);
      return draft.plain(
        { operator: 'RESHAPE', inputs: [input, list], output, options: { type: 17, fields: [] } },
        [1, 1],
      );
    }
    case 'permute': {
      const perm = draft.numbers(
        `${name}/axes`,
        [shape.length + 1],
        [0, ...wanted.axes.map((axis) => axis + 1)],
      );
      return draft.plain({
        operator: 'TRANSPOSE',
        inputs: [input, perm],
        output,
        options: { type: 26, fields: [] },
      });
    }
    case 'crop': {
      const begin = draft.numbers(`${name}/begin`, [shape.length + 1], [0, ...wanted.begin]);
      const size = draft.numbers(`${name}/size`, [shape.length + 1], [1, ...given]);
      return draft.plain({ operator: 'SLICE', inputs: [input, begin, size], output });
    }
    case 'pad':
      return pads(draft, name, wanted.before, wanted.after, input, output);
  }
};

const upsample: LayerWriter<FloatUpsample> = ({ draft, layer, read: [input], output, shape }) => {
  const size = draft.numbers(`${layer.name}/size`, [2], [shape[0], shape[1]]);
  draft.plain({
    operator: 'RESIZE_NEAREST_NEIGHBOR',
    inputs: [input, size],
    output,
    options: { type: 74, fields: [] },
  });
};

/** How each kind of a folded network is written. */
export const MAP_WRITERS = {
  dense,
  conv2d,
  max_pool: pool('MAX_POOL_2D'),
  average_pool: pool('AVERAGE_POOL_2D'),
  add,
  concat,
  move,
  upsample,
} as unknown as Readonly<Record<string, LayerWriter>>;
