import type { OnnxNode, OnnxTensor } from '../onnx.js';
import { codes, list, scalar } from '../onnx-runs.js';
import { type Case, type Cases, LIST, MAP, random, SIGNAL, several, tensor } from './case.js';

/** Operators on codes, by their names. */

/** Scales and zero points of codes, by the letter of a tensor. */
function q(
  scales: Readonly<Record<string, readonly [scale: number, zero: number]>>,
  type: 'int8' | 'uint8' = 'uint8',
) {
  const tensors = Object.entries(scales).flatMap(([name, [scale, zero]]) => [
    [`${name}s`, scalar(scale)],
    [`${name}z`, scalar(zero, type)],
  ]);
  return Object.fromEntries(tensors) as Record<string, OnnxTensor>;
}
/** Scales and zero points of weights, one for each unit. */
const perUnit = (name: string, ...scales: number[]) => ({
  [`${name}s`]: list(...scales),
  [`${name}z`]: { dims: [scales.length], type: 'int8', values: scales.map(() => 0) } as OnnxTensor,
});

/** Scale and zero point of the input. */
export const X = [0.0173, 119] as const;
/** From features to codes, an operator on them, and values again. */
function whole(
  what: string,
  input: readonly number[],
  nodes: readonly OnnxNode[],
  tensors: Readonly<Record<string, OnnxTensor>>,
): Case {
  const first: OnnxNode = { op: 'QuantizeLinear', inputs: ['x', 'xs', 'xz'], output: 'xq' };
  const last: OnnxNode = { op: 'DequantizeLinear', inputs: ['yq', 'ys', 'yz'] };
  const inner = nodes.map((node, at) => ({ output: at === nodes.length - 1 ? 'yq' : `q${at}`, ...node }));
  return { what, input, nodes: [first, ...inner, last], tensors: { ...q({ x: X }), ...tensors } };
}
const weights = (...dims: number[]) => codes(random, 'int8', dims, -127, 127);
const biases = (units: number) => codes(random, 'int32', [units], -3000, 3000);
const y = (scale: number, zero: number) => q({ y: [scale, zero] });
const SCALES = [0.011, 0.0071, 0.0132, 0.0094];
const withY = ['xq', 'xs', 'xz', 'ys', 'yz'];

const WHOLE: Cases = {
  QuantizeLinear: [
    several(
      'to uint8 and int8',
      LIST,
      [
        { op: 'QuantizeLinear', inputs: ['x', 'xs', 'xz'], output: 'xq' },
        { op: 'DequantizeLinear', inputs: ['xq', 'xs', 'xz'], output: 'xd' },
        { op: 'QuantizeLinear', inputs: ['xd', 'ys', 'yz'], output: 'yq' },
        { op: 'DequantizeLinear', inputs: ['yq', 'ys', 'yz'] },
      ],
      { ...q({ x: X }), ...q({ y: [0.031, -7] }, 'int8') },
    ),
    several(
      'of constant weights',
      LIST,
      [
        { op: 'QuantizeLinear', inputs: ['x', 'xs', 'xz'], output: 'xq' },
        { op: 'DequantizeLinear', inputs: ['xq', 'xs', 'xz'], output: 'xd' },
        { op: 'QuantizeLinear', inputs: ['w', 'ws', 'wz'], output: 'wq', attributes: { axis: 1 } },
        { op: 'DequantizeLinear', inputs: ['wq', 'ws', 'wz'], output: 'wd', attributes: { axis: 1 } },
        { op: 'MatMul', inputs: ['xd', 'wd'], output: 'm' },
        { op: 'QuantizeLinear', inputs: ['m', 'ys', 'yz'], output: 'yq' },
        { op: 'DequantizeLinear', inputs: ['yq', 'ys', 'yz'] },
      ],
      { ...q({ x: X }), ...y(0.043, 128), w: tensor(6, 3), ...perUnit('w', ...SCALES.slice(0, 3)) },
    ),
  ],
  DequantizeLinear: [
    several(
      'of weights with an axis of scales',
      LIST,
      [
        { op: 'QuantizeLinear', inputs: ['x', 'xs', 'xz'], output: 'xq' },
        { op: 'DequantizeLinear', inputs: ['xq', 'xs', 'xz'], output: 'xd' },
        { op: 'DequantizeLinear', inputs: ['w', 'ws', 'wz'], output: 'wd', attributes: { axis: 0 } },
        { op: 'Gemm', inputs: ['xd', 'wd'], output: 'm', attributes: { transB: 1 } },
        { op: 'QuantizeLinear', inputs: ['m', 'ys', 'yz'], output: 'yq' },
        { op: 'DequantizeLinear', inputs: ['yq', 'ys', 'yz'] },
      ],
      { ...q({ x: X }), ...y(0.041, 120), w: weights(3, 6), ...perUnit('w', ...SCALES.slice(0, 3)) },
    ),
  ],
  QLinearConv: [
    whole(
      'of maps, a scale for each channel',
      MAP,
      [
        {
          op: 'QLinearConv',
          inputs: ['xq', 'xs', 'xz', 'w', 'ws', 'wz', 'ys', 'yz', 'b'],
          attributes: { pads: [1, 0, 1, 1], strides: [2, 1] },
        },
      ],
      { w: weights(4, 3, 3, 2), b: biases(4), ...perUnit('w', ...SCALES), ...y(0.094, 131) },
    ),
    whole(
      'for each channel by itself, one scale, without biases',
      MAP,
      [
        {
          op: 'QLinearConv',
          inputs: ['xq', 'xs', 'xz', 'w', 'ws', 'wz', 'ys', 'yz'],
          attributes: { group: 3, dilations: [2, 1] },
        },
      ],
      { w: weights(3, 1, 2, 2), ws: scalar(0.0093), wz: scalar(0, 'int8'), ...y(0.03, 99) },
    ),
    whole(
      'of signals',
      SIGNAL,
      [{ op: 'QLinearConv', inputs: ['xq', 'xs', 'xz', 'w', 'ws', 'wz', 'ys', 'yz', 'b'] }],
      { w: weights(4, 3, 3), b: biases(4), ...perUnit('w', ...SCALES), ...y(0.07, 110) },
    ),
  ],
  QLinearMatMul: [
    whole(
      'of one scale',
      LIST,
      [{ op: 'QLinearMatMul', inputs: ['xq', 'xs', 'xz', 'w', 'ws', 'wz', 'ys', 'yz'] }],
      {
        w: weights(6, 4),
        ws: scalar(0.0087),
        wz: scalar(0, 'int8'),
        ...y(0.05, 128),
      },
    ),
    whole(
      'of a scale for each unit',
      LIST,
      [{ op: 'QLinearMatMul', inputs: ['xq', 'xs', 'xz', 'w', 'ws', 'wz', 'ys', 'yz'] }],
      { w: weights(6, 4), ...perUnit('w', ...SCALES), ...y(0.05, 128) },
    ),
  ],
  QGemm: [
    whole(
      'of units x inputs',
      LIST,
      [
        {
          op: 'QGemm',
          domain: 'com.microsoft',
          inputs: ['xq', 'xs', 'xz', 'w', 'ws', 'wz', 'b', 'ys', 'yz'],
          attributes: { transB: 1 },
        },
      ],
      { w: weights(4, 6), b: biases(4), ...perUnit('w', ...SCALES), ...y(0.06, 127) },
    ),
    whole(
      'without biases',
      LIST,
      [{ op: 'QGemm', domain: 'com.microsoft', inputs: ['xq', 'xs', 'xz', 'w', 'ws', 'wz', '', 'ys', 'yz'] }],
      { w: weights(6, 4), ws: scalar(0.0087), wz: scalar(0, 'int8'), ...y(0.06, 127) },
    ),
    several(
      'whose sums leave as values',
      LIST,
      [
        { op: 'QuantizeLinear', inputs: ['x', 'xs', 'xz'], output: 'xq' },
        { op: 'QGemm', domain: 'com.microsoft', inputs: ['xq', 'xs', 'xz', 'w', 'ws', 'wz', 'b'] },
      ],
      { ...q({ x: X }), w: weights(6, 4), b: biases(4), ws: scalar(0.0087), wz: scalar(0, 'int8') },
    ),
  ],
  QLinearAdd: [
    whole(
      'of codes with scales of their own',
      MAP,
      [
        { op: 'QLinearLeakyRelu', domain: 'com.microsoft', inputs: ['xq', 'xs', 'xz', 'as', 'az'] },
        {
          op: 'QLinearAdd',
          domain: 'com.microsoft',
          inputs: ['q0', 'as', 'az', 'xq', 'xs', 'xz', 'ys', 'yz'],
        },
      ],
      { ...q({ a: [0.0219, 31], y: [0.037, 126] }) },
    ),
  ],
  QLinearConcat: [
    whole(
      'of codes with scales of their own',
      MAP,
      [
        { op: 'QLinearLeakyRelu', domain: 'com.microsoft', inputs: ['xq', 'xs', 'xz', 'as', 'az'] },
        {
          op: 'QLinearConcat',
          domain: 'com.microsoft',
          inputs: ['ys', 'yz', 'q0', 'as', 'az', 'xq', 'xs', 'xz'],
          attributes: { axis: 1 },
        },
      ],
      { ...q({ a: [0.0219, 31], y: [0.029, 100] }) },
    ),
  ],
  QLinearAveragePool: [
    whole(
      'of maps',
      MAP,
      [
        {
          op: 'QLinearAveragePool',
          domain: 'com.microsoft',
          inputs: withY,
          attributes: { kernel_shape: [2, 2], strides: [1, 2] },
        },
      ],
      y(0.0141, 117),
    ),
  ],
  QLinearGlobalAveragePool: [
    whole(
      'of maps',
      MAP,
      [{ op: 'QLinearGlobalAveragePool', domain: 'com.microsoft', inputs: withY }],
      y(0.0091, 121),
    ),
  ],
  QLinearSigmoid: [
    whole(
      'by a table',
      LIST,
      [{ op: 'QLinearSigmoid', domain: 'com.microsoft', inputs: withY }],
      y(1 / 256, 0),
    ),
  ],
  QLinearLeakyRelu: [
    whole(
      'by a table',
      LIST,
      [{ op: 'QLinearLeakyRelu', domain: 'com.microsoft', inputs: withY, floats: { alpha: 0.2 } }],
      y(0.019, 40),
    ),
  ],
  ConvInteger: [
    several(
      'whose sums become codes',
      MAP,
      [
        { op: 'QuantizeLinear', inputs: ['x', 'xs', 'xz'], output: 'xq' },
        {
          op: 'ConvInteger',
          inputs: ['xq', 'w', 'xz', 'wz'],
          attributes: { pads: [1, 1, 1, 1] },
          output: 'c',
        },
        { op: 'Cast', inputs: ['c'], attributes: { to: 1 }, output: 'f' },
        { op: 'Mul', inputs: ['f', 'cs'], output: 'm' },
        { op: 'QuantizeLinear', inputs: ['m', 'ys', 'yz'], output: 'yq' },
        { op: 'DequantizeLinear', inputs: ['yq', 'ys', 'yz'] },
      ],
      { ...q({ x: X }), ...y(0.11, 130), w: weights(4, 3, 3, 3), wz: scalar(0, 'int8'), cs: scalar(0.00021) },
    ),
    several(
      'whose sums leave as they are',
      SIGNAL,
      [
        { op: 'QuantizeLinear', inputs: ['x', 'xs', 'xz'], output: 'xq' },
        { op: 'ConvInteger', inputs: ['xq', 'w', 'xz'] },
      ],
      { ...q({ x: X }), w: weights(4, 3, 3) },
    ),
  ],
  MatMulInteger: [
    several(
      'whose sums become codes',
      LIST,
      [
        { op: 'QuantizeLinear', inputs: ['x', 'xs', 'xz'], output: 'xq' },
        { op: 'MatMulInteger', inputs: ['xq', 'w', 'xz'], output: 'c' },
        { op: 'Cast', inputs: ['c'], attributes: { to: 1 }, output: 'f' },
        { op: 'Mul', inputs: ['f', 'cs'], output: 'm' },
        { op: 'Add', inputs: ['m', 'b'], output: 'a' },
        { op: 'QuantizeLinear', inputs: ['a', 'ys', 'yz'], output: 'yq' },
        { op: 'DequantizeLinear', inputs: ['yq', 'ys', 'yz'] },
      ],
      { ...q({ x: X }), ...y(0.05, 128), w: weights(6, 4), cs: scalar(0.00017), b: tensor(4) },
    ),
    several(
      'whose weights have a zero point, and whose sums leave as they are',
      LIST,
      [
        { op: 'QuantizeLinear', inputs: ['x', 'xs', 'xz'], output: 'xq' },
        { op: 'MatMulInteger', inputs: ['xq', 'w', 'xz', 'wz'] },
      ],
      { ...q({ x: X }), w: codes(random, 'uint8', [6, 4], 0, 255), wz: scalar(117, 'uint8') },
    ),
  ],
};

const bitsOf = (width: number): OnnxTensor => ({ dims: [], values: [width] });
const QONNX = 'qonnx.custom_op.general';
const inputQuant: OnnxNode = {
  op: 'Quant',
  domain: QONNX,
  inputs: ['x', 'one', 'zero', 'eight'],
  output: 'xq',
};
const qonnx = {
  one: scalar(1 / 64),
  zero: scalar(0),
  eight: bitsOf(8),
  four: bitsOf(4),
  odd: scalar(0.37),
};

const QUANTIZERS: Cases = {
  Quant: [
    several(
      'of values, and of weights by channels',
      MAP,
      [
        inputQuant,
        {
          op: 'Quant',
          domain: QONNX,
          inputs: ['w', 'ws', 'zero', 'four'],
          output: 'wq',
          attributes: { narrow: 1 },
        },
        { op: 'Conv', inputs: ['xq', 'wq'], output: 'c' },
        { op: 'Relu', inputs: ['c'], output: 'r' },
        { op: 'Quant', domain: QONNX, inputs: ['r', 'as', 'zero', 'four'], attributes: { signed: 0 } },
      ],
      {
        ...qonnx,
        w: tensor(4, 3, 2, 2),
        ws: { dims: [4, 1, 1, 1], values: [0.25, 0.125, 0.5, 0.25] },
        as: scalar(0.43),
      },
    ),
    ...['ROUND', 'FLOOR'].map((mode) =>
      several(
        `that rounds by ${mode}`,
        LIST,
        [
          inputQuant,
          {
            op: 'Quant',
            domain: QONNX,
            inputs: ['xq', 'odd', 'zero', 'four'],
            attributes: { rounding_mode: mode },
          },
        ],
        qonnx,
      ),
    ),
    ...['CEIL', 'ROUND_TO_ZERO'].map((mode) =>
      several(
        `of weights that rounds by ${mode}`,
        LIST,
        [
          inputQuant,
          {
            op: 'Quant',
            domain: QONNX,
            inputs: ['w', 'odd', 'zero', 'four'],
            output: 'wq',
            attributes: { rounding_mode: mode },
          },
          { op: 'MatMul', inputs: ['xq', 'wq'] },
        ],
        { ...qonnx, w: tensor(6, 3) },
      ),
    ),
  ],
  BipolarQuant: [
    several(
      'of weights and of sums',
      LIST,
      [
        inputQuant,
        { op: 'BipolarQuant', domain: QONNX, inputs: ['w', 'odd'], output: 'wq' },
        { op: 'MatMul', inputs: ['xq', 'wq'], output: 'm' },
        { op: 'BipolarQuant', domain: QONNX, inputs: ['m', 'one'] },
      ],
      { ...qonnx, w: tensor(6, 3) },
    ),
  ],
  Trunc: [
    several(
      'of a sum of four',
      MAP,
      [
        inputQuant,
        {
          op: 'AveragePool',
          inputs: ['xq'],
          output: 'p',
          attributes: { kernel_shape: [2, 2], strides: [2, 2] },
        },
        { op: 'Mul', inputs: ['p', 'n'], output: 's' },
        { op: 'Trunc', domain: QONNX, inputs: ['s', 'one', 'zero', 'ten', 'eight'] },
      ],
      { ...qonnx, n: scalar(4), ten: bitsOf(10) },
    ),
  ],
};

export const CODE_CASES: Cases = { ...WHOLE, ...QUANTIZERS };
