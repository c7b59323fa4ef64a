import type { FloatActivation } from '../../float/activation.js';
import type { FloatAdd } from '../../float/layers/add.js';
import type { FloatAveragePool } from '../../float/layers/average-pool.js';
import type { FloatConcat } from '../../float/layers/concat.js';
import { convWindow, type FloatConv2d } from '../../float/layers/conv2d.js';
import type { FloatDense } from '../../float/layers/dense.js';
import type { Shape } from '../../float/layers/kind.js';
import type { FloatMaxPool } from '../../float/layers/max-pool.js';
import type { FloatMove } from '../../float/layers/move.js';
import { type FloatWindow, windowOn } from '../../float/layers/parts.js';
import type { FloatScale } from '../../float/layers/scale.js';
import type { FloatUpsample } from '../../float/layers/upsample.js';
import type { Padding } from '../../network/window.js';
import { problems } from '../problems.js';
import { activation } from './activations.js';
import { byte, type LayerWriter, whole } from './layer-writer.js';
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
import { fusedNumber, namedPadding } from './spread.js';

/** The number of what a spread network leaves inside of an operator. */
const fused = (activation: FloatActivation): number => fusedNumber(activation) as number;

const dense: LayerWriter<FloatDense> = ({ draft, layer, read: [input], output }) => {
  const { name, kernel } = layer;
  const bias = Array.from(layer.bias);
  const [inputs, units] = kernel.shape;
  const values = Array.from(
    { length: inputs * units },
    (_, at) => kernel.values[(at % inputs) * units + Math.floor(at / inputs)],
  );
  const weights = { shape: [units, inputs], values, bias, axis: 0 };
  const constants = draft.weights(name, weights, input, draft.granularity);
  const flavours = { float32: 'float', float16: 'float', dynamic: 'hybrid', int8: 'int8' } as const;
  return draft.operator({
    kind: 'fullyConnected',
    input,
    ...constants,
    output: output(),
    activation: fused(layer.activation),
    flavour: flavours[draft.mode.mode],
  });
};

const conv2d: LayerWriter<FloatConv2d> = ({ draft, layer, read: [given], inputs: [shape], output }) => {
  const { name, kernel, strides, dilation, groups } = layer;
  const [rows, columns, depth, units] = kernel.shape;
  const isDepthwise = groups > 1 && groups === shape[2];
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
  const constants = draft.weights(name, weights, input, 'unit');
  const slots = isDepthwise ? DEPTHWISE_OPTIONS : CONV_OPTIONS;
  const fields = [
    byte(slots.padding, padding),
    whole(slots.strideW, strides[1]),
    whole(slots.strideH, strides[0]),
    byte(slots.activation, fused(layer.activation)),
    whole(slots.dilationW, dilation[1]),
    whole(slots.dilationH, dilation[0]),
    ...(isDepthwise ? [whole(DEPTHWISE_OPTIONS.multiplier, units / groups)] : []),
  ];
  return draft.plain(
    {
      operator: isDepthwise ? 'DEPTHWISE_CONV_2D' : 'CONV_2D',
      inputs: [input, constants.weights, constants.bias],
      output: output(),
      options: { type: isDepthwise ? 2 : 1, fields },
    },
    isDepthwise ? depthwiseVersions(layer, draft) : convVersions(layer, draft),
  );
};

const isHybrid = (draft: MapDraft) => draft.mode.mode === 'dynamic';

function depthwiseVersions({ dilation }: FloatConv2d, draft: MapDraft): readonly [number, number] {
  if (isHybrid(draft)) return [6, 3];
  return [dilation.join() === '1,1' ? 1 : 2, 3];
}

/** Groups of several channels are known from version 6 on. */
const convVersions = ({ groups }: FloatConv2d, draft: MapDraft): readonly [number, number] =>
  groups > 1 ? [6, 6] : [isHybrid(draft) ? 5 : 1, 3];

/** TFLite's own padding where it has such, or cells round it, of 0 or of another value. */
function padded(
  draft: MapDraft,
  name: string,
  window: FloatWindow,
  input: number,
  shape: Shape,
  filling?: number,
) {
  const named = namedPadding(window, shape);
  if (named !== undefined) return { input, padding: PADDING[named] };
  const around = border(draft, `${name}/padded`, windowOn(window, shape).padding, input, shape, filling);
  return { input: around, padding: PADDING.valid };
}

function border(
  draft: MapDraft,
  name: string,
  [top, bottom, left, right]: Padding,
  input: number,
  [rows, columns, channels]: Shape,
  filling?: number,
): number {
  const sizes = [top + rows + bottom, left + columns + right, channels];
  const cells = { before: [top, left, 0], after: [bottom, right, 0] };
  return pads(draft, name, cells, input, () => draft.like(name, sizes, input), filling);
}

/** Cells along each axis. */
interface Cells {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** @param filling a tensor of one value; 0 where there is none */
function pads(
  draft: MapDraft,
  name: string,
  { before, after }: Cells,
  input: number,
  output: () => number,
  filling?: number,
): number {
  const cells = [0, 0, ...before.flatMap((cell, axis) => [cell, after[axis]])];
  const list = draft.numbers(`${name}/cells`, [before.length + 1, 2], cells);
  return draft.plain(
    filling === undefined
      ? { operator: 'PAD', inputs: [input, list], output: output(), options: { type: 22, fields: [] } }
      : {
          operator: 'PADV2',
          inputs: [input, list, filling],
          output: output(),
          options: { type: 43, fields: [] },
        },
  );
}

const maxPool: LayerWriter<FloatMaxPool> = ({ draft, layer, read: [given], inputs: [shape], output }) => {
  const { name, window: size, strides, padding: stated } = layer;
  const window = { size, strides, padding: stated };
  const filling = namedPadding(window, shape) === undefined ? draft.least(`${name}/least`, given) : undefined;
  const { input, padding } = padded(draft, name, window, given, shape, filling);
  return pool(draft, 'MAX_POOL_2D', layer, { input, padding, activation: ACTIVATION.none }, output);
};

const averagePool: LayerWriter<FloatAveragePool> = ({ draft, layer, read, inputs: [shape], output }) => {
  const { name, window: size, strides, countPadding } = layer;
  const window = { size, strides, padding: layer.padding };
  const activation = fused(layer.activation);
  const named = namedPadding(window, shape);
  if (named === 'valid' || (named === 'same' && !countPadding)) {
    const own = { input: read[0], padding: PADDING[named], activation };
    return pool(draft, 'AVERAGE_POOL_2D', layer, own, output);
  }
  if (!countPadding) {
    const got = 'a mean without its padding, which begins before half of the window lies on the map';
    throw problems.tfliteLayer(`layer ${name.split('/')[0]}`, got, 'less padding, or a mean that counts it');
  }
  // TFLite's own padding never counts.
  const around = border(draft, `${name}/padded`, windowOn(window, shape).padding, read[0], shape);
  return pool(draft, 'AVERAGE_POOL_2D', layer, { input: around, padding: PADDING.valid, activation }, output);
};

function pool(
  draft: MapDraft,
  operator: string,
  { window: size, strides }: FloatMaxPool | FloatAveragePool,
  { input, padding, activation }: { input: number; padding: number; activation: number },
  output: () => number,
): number {
  const fields = [
    byte(POOL_OPTIONS.padding, padding),
    whole(POOL_OPTIONS.strideW, strides[1]),
    whole(POOL_OPTIONS.strideH, strides[0]),
    whole(POOL_OPTIONS.filterW, size[1]),
    whole(POOL_OPTIONS.filterH, size[0]),
    byte(POOL_OPTIONS.activation, activation),
  ];
  return draft.plain({ operator, inputs: [input], output: output(), options: { type: 5, fields } });
}

const add: LayerWriter<FloatAdd> = ({ draft, layer: { signs, activation }, read, output }) => {
  const isSum = signs[1] === 1;
  return draft.plain({
    operator: isSum ? 'ADD' : 'SUB',
    inputs: read,
    output: output(),
    options: {
      type: isSum ? 11 : 28,
      fields: [byte(ARITHMETIC_OPTIONS.activation, fused(activation))],
    },
  });
};

/** Only factors are left: constants go into weights before. */
const scale: LayerWriter<FloatScale> = ({ draft, layer: { name, factors }, read: [input], output }) =>
  draft.plain({
    operator: 'MUL',
    inputs: [input, draft.factors(`${name}/factors`, Array.from(factors))],
    output: output(),
    options: { type: 21, fields: [byte(ARITHMETIC_OPTIONS.activation, ACTIVATION.none)] },
  });

const concat: LayerWriter<FloatConcat> = ({ draft, layer, read, output }) =>
  draft.plain({
    operator: 'CONCATENATION',
    inputs: read,
    output: output(),
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
  const axes = [shape.length + 1];
  switch (wanted.kind) {
    case 'reshape': {
      const list = draft.numbers(`${name}/shape`, [given.length + 1], [1, ...given]);
      const options = { type: 17, fields: [] };
      return draft.plain({ operator: 'RESHAPE', inputs: [input, list], output: output(), options }, [1, 1]);
    }
    case 'permute': {
      const perm = draft.numbers(`${name}/axes`, axes, [0, ...wanted.axes.map((axis) => axis + 1)]);
      const options = { type: 26, fields: [] };
      return draft.plain({ operator: 'TRANSPOSE', inputs: [input, perm], output: output(), options });
    }
    case 'crop': {
      const begin = draft.numbers(`${name}/begin`, axes, [0, ...wanted.begin]);
      const size = draft.numbers(`${name}/size`, axes, [1, ...given]);
      return draft.plain({ operator: 'SLICE', inputs: [input, begin, size], output: output() });
    }
    case 'pad':
      return pads(draft, name, wanted, input, output);
  }
};

const upsample: LayerWriter<FloatUpsample> = ({ draft, layer, read: [input], output, shape }) =>
  draft.plain({
    operator: 'RESIZE_NEAREST_NEIGHBOR',
    inputs: [input, draft.numbers(`${layer.name}/size`, [2], [shape[0], shape[1]])],
    output: output(),
    options: { type: 74, fields: [] },
  });

/** How each kind of a spread network is written. */
export const MAP_WRITERS = {
  dense,
  conv2d,
  max_pool: maxPool,
  average_pool: averagePool,
  add,
  scale,
  activation,
  concat,
  move,
  upsample,
} as unknown as Readonly<Record<string, LayerWriter>>;
