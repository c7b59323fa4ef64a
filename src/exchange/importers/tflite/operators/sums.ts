import type { FloatActivation } from '../../../../float/activation.js';
import { clip } from '../../../../network/activation.js';
import { scaleOf } from '../../../../network/real-scale.js';
import { printShape, sizeOf } from '../../../../network/tensor.js';
import { roundHalfEven } from '../../../tflite/numbers.js';
import { ACTIVATION, ARITHMETIC_OPTIONS, FULLY_CONNECTED_OPTIONS } from '../../../tflite/schema.js';
import type { Codes } from '../../integer/codes.js';
import { added, type CodeReading, single, sums } from '../../integer/layers.js';
import type { Activation, Node, Operator } from '../conversion.js';
import type { Tensor } from '../model.js';
import { activated, rescaling, weightScalings } from '../quantization.js';
import { biasesOf, nested, realOf, transposed, weightCodes } from '../weights.js';

/** Products with weights, and arithmetic of whole numbers. */

/** What is fused into an operator, as a layer of values says it. */
export function fusedFloat(node: Node, field: number): FloatActivation {
  const fused = node.int8(field);
  switch (fused) {
    case ACTIVATION.none:
      return 'linear';
    case ACTIVATION.relu:
      return 'relu';
    case ACTIVATION.relu6:
      return clip(6)!;
    case ACTIVATION.reluN1To1:
      return { kind: 'clamp', low: -1, high: 1 };
    case ACTIVATION.tanh:
      return { kind: 'curve', curve: 'tanh', parameters: [] };
    default:
      return node.refuse(`the fused activation ${fused}`, 'none, RELU, RELU_N1_TO_1, RELU6 or TANH');
  }
}

/** The codes that an operator gives, with what is fused into it. */
export function fusedCodes(node: Node, field: number): Codes {
  const fused = node.int8(field);
  const wanted = 'none, RELU, RELU_N1_TO_1 or RELU6';
  return (
    activated(node.outputCodes, fused) ??
    node.refuse(`the fused activation ${fused} of whole numbers`, wanted)
  );
}

/** What a matrix is multiplied with: all numbers as a list, or the last axis where there are more. */
function listRead(node: Node, inputs: number): { read: Activation; rows: number } {
  const value = node.activation(0);
  const rows = sizeOf(value) / inputs;
  if (!Number.isInteger(rows) || rows === 0)
    node.refuse(`${sizeOf(value)} values`, `${inputs}, as the weights have, or several lists of so many`);
  const shape = rows === 1 ? [inputs] : [1, rows, inputs];
  return { read: node.conversion.reshaped(value, shape, node.where), rows };
}

const fullyConnected: Operator = (node) => {
  const weights = node.constant(1);
  const [units, inputs] = weights.shape;
  if (weights.shape.length !== 2 || units === 0 || inputs === 0)
    node.refuse(`weights of ${printShape(weights.shape)}`, 'units x inputs');
  if (node.int8(FULLY_CONNECTED_OPTIONS.weightsFormat) !== 0)
    node.refuse('shuffled weights', 'weights in order');
  const { read, rows } = listRead(node, inputs);
  const bias = biasesOf(node, 2, units);
  const isMap = rows > 1;
  const turned = (values: Float64Array) => transposed(values, [units, inputs], [1, 0]);
  const stored = isMap ? [1, rows, units] : [units];
  const shape = isMap ? [rows, units] : [units];
  if (!node.isInteger) {
    const kernel = turned(realOf(weights));
    const activation = fusedFloat(node, FULLY_CONNECTED_OPTIONS.activation);
    const layer = isMap
      ? {
          kind: 'conv2d',
          kernel: { shape: [1, 1, inputs, units], values: kernel },
          bias,
          ...PLAIN_WINDOW,
          groups: 1,
          activation,
        }
      : { kind: 'dense', kernel: { shape: [inputs, units], values: kernel }, bias, activation };
    return node.layer(layer, [read], { shape, stored });
  }
  const { codes, scales } = weightCodes(node, weights, 0);
  const output = fusedCodes(node, FULLY_CONNECTED_OPTIONS.activation);
  const from = node.integers(read);
  const { kernel } = node.conversion;
  const given = sums(node.conversion, {
    name: node.label,
    read: from,
    weights: {
      kernel: nested(turned(codes), [1, 1, inputs, units]),
      scales: [1],
      bias: Array.from(bias),
      ...(isMap ? { window: PLAIN_WINDOW } : {}),
      groups: 1,
    },
    output,
    scalings: weightScalings(kernel, from.codes.scale, scales, output.scale, scales.length > 1),
  });
  node.giveReading(given, shape);
};

const PLAIN_WINDOW = { strides: [1, 1], padding: [0, 0, 0, 0], dilation: [1, 1] } as const;

/** One number, or one for each item of the last axis. */
export function perChannel(node: Node, value: Activation, tensor: Tensor, values: Float64Array): number[] {
  const channels = value.stored[value.stored.length - 1];
  if (values.length === 1 || (values.length === channels && tensor.shape.at(-1) === channels))
    return Array.from({ length: channels }, (_, at) => values[at % values.length]);
  return node.refuse(
    `a constant of ${printShape(tensor.shape)} with a tensor of ${printShape(value.shape)}`,
    'one number, or one per channel',
  );
}

/** Bits of the products' fraction in XNNPACK, and by how many the other kernels lift codes before they scale them. */
const ADD_BITS = 20;

/** Of whole numbers. */
export function plusCodes(node: Node, sign: 1 | -1): void {
  if ([0, 1].some((at) => node.input(at).kind === 'constant'))
    node.refuse('a constant among whole numbers', 'two tensors that change');
  const [first, second] = [node.activation(0), node.activation(1)];
  if (printShape(first.shape) !== printShape(second.shape))
    node.refuse(
      `tensors of ${printShape(first.shape)} and ${printShape(second.shape)}`,
      'tensors of one shape',
    );
  const output = fusedCodes(node, ARITHMETIC_OPTIONS.activation);
  const read = [node.integers(first), node.integers(second)];
  const terms =
    node.conversion.kernel === 'float' ? weighted(node, read, output) : lifted(node, read, output);
  const given = added(node.conversion, { name: node.label, signs: [1, sign], output, ...terms });
  node.giveReading(given, first.shape);
}

type Terms = Pick<Parameters<typeof added>[1], 'read' | 'factors' | 'scaling'>;

/** As XNNPACK adds: each code times a whole number, and one rounding. */
function weighted({ conversion }: Node, read: readonly CodeReading[], output: Codes): Terms {
  const ratios = read.map(({ codes }) => Math.fround(codes.scale / output.scale));
  const shift = ADD_BITS - Math.floor(Math.log2(Math.max(...ratios)));
  return {
    read: read.map((one) => plain(conversion, one)),
    factors: ratios.map((ratio) => roundHalfEven(ratio * 2 ** shift)),
    scaling: { rounding: 'RND', scale: { multiplier: 1, shift } },
  };
}

/** As the other kernels add: each code lifted and scaled to a common scale, and the sum once more. */
function lifted({ conversion, label }: Node, read: readonly CodeReading[], output: Codes): Terms {
  const { kernel } = conversion;
  const common = 2 * Math.max(...read.map(({ codes }) => codes.scale));
  const codes = { scale: common / 2 ** ADD_BITS, zeroPoint: 0, offset: 0, fraction: 0, ...LIFTED };
  return {
    read: read.map((one) =>
      single(conversion, {
        name: `${label}_in`,
        read: one,
        weights: [2 ** ADD_BITS],
        output: codes,
        scalings: [scaleOf(one.codes.scale / common, kernel)],
      }),
    ),
    scaling: scaleOf(common / (2 ** ADD_BITS * output.scale), kernel),
  };
}

/** Half of the largest lifted code, either way. */
const LIFTED = { low: -(2 ** (ADD_BITS + 7)), high: 2 ** (ADD_BITS + 7) };

/** Codes whose format has no fraction, so that sums of several count them as they are. */
const plain = (sink: Node['conversion'], read: CodeReading): CodeReading =>
  read.codes.fraction === 0
    ? read
    : single(sink, {
        name: `${read.layer}_codes`,
        read,
        weights: [1],
        output: { ...read.codes, offset: read.codes.zeroPoint, fraction: 0 },
        scalings: [{ rounding: 'RND', scale: { multiplier: 1, shift: 0 } }],
      });

/** Of whole numbers with a constant. */
export function timesCodes(node: Node): void {
  const at = node.input(0).kind === 'constant' ? 1 : 0;
  if (node.input(1 - at).kind !== 'constant')
    node.refuse('a product of two tensors that change', 'a product with a constant');
  const [read, tensor] = [node.activation(at), node.constant(1 - at)];
  const { codes, scales } = weightCodes(node, tensor, tensor.shape.length - 1);
  const output = fusedCodes(node, ARITHMETIC_OPTIONS.activation);
  const from = node.integers(read);
  const { kernel } = node.conversion;
  const given = single(node.conversion, {
    name: node.label,
    read: from,
    weights: perChannel(node, read, tensor, codes),
    output,
    scalings: weightScalings(kernel, from.codes.scale, scales, output.scale, false),
  });
  node.giveReading(given, read.shape);
}

/** The same values in codes of another scale. @param scaling as the kernels of the operator do it */
export function requantized(
  node: Node,
  read: Activation & CodeReading,
  output: Codes,
  scaling: typeof rescaling = rescaling,
): CodeReading {
  const { kernel } = node.conversion;
  return single(node.conversion, {
    name: node.label,
    read,
    weights: [1],
    output,
    scalings: [scaling(kernel, read.codes.scale, output.scale)],
  });
}

export const SUMS: Readonly<Record<string, Operator>> = {
  FULLY_CONNECTED: fullyConnected,
};
