import type { FloatActivation } from '../../../../float/activation.js';
import { CURVES, type CurveName } from '../../../../float/curves.js';
import { clip } from '../../../../network/activation.js';
import { printShape, sizeOf } from '../../../../network/tensor.js';
import { ACTIVATION, GELU_OPTIONS, LEAKY_RELU_OPTIONS } from '../../../tflite/schema.js';
import type { Codes } from '../../integer/codes.js';
import { curveCode, tabled } from '../../integer/tables.js';
import type { Node, Operator } from '../conversion.js';
import { giveActivation } from '../functions.js';
import { hardSwishCode } from '../hard-swish.js';
import { activated, codeScaling, codesOf, scaledBy } from '../quantization.js';
import { realOf } from '../weights.js';
import { requantized } from './sums.js';

/** A layer of values, or codes of another scale within limits. */
const limited =
  (fused: number, activation: FloatActivation): Operator =>
  (node) => {
    if (!node.isInteger) return giveActivation(node, activation);
    const read = node.activation(0);
    const output = activated(node.outputCodes, fused)!;
    node.giveReading(requantized(node, node.integers(read), output), read.shape);
  };

/** What becomes of a code of the input. */
type CodeFunction = (given: Codes, wanted: Codes, node: Node) => (code: number) => number;

/** A layer of values, or a table of all codes. */
const curved =
  (activation: (node: Node) => FloatActivation, codeOf: CodeFunction): Operator =>
  (node) => {
    if (!node.isInteger) return giveActivation(node, activation(node));
    const read = node.activation(0);
    const { codes, ...from } = node.integers(read);
    const output = node.outputCodes;
    const given = tabled(
      node.conversion,
      node.label,
      { ...from, codes },
      [codeOf(codes, output, node)],
      output,
    );
    node.giveReading(given, read.shape);
  };

const curve = (name: CurveName, codeOf?: CodeFunction): Operator => {
  const { value, usual } = CURVES[name];
  return curved(
    () => ({ kind: 'curve', curve: name, parameters: usual }),
    codeOf ?? ((given, wanted) => curveCode(given, (real) => value(real, usual), wanted)),
  );
};

const slopeOf = (node: Node) => node.option((options) => options.float32(LEAKY_RELU_OPTIONS.alpha), 0);

const leaky = curved(
  (node) => ({ kind: 'slopes', slopes: [slopeOf(node)] }),
  (given, wanted, node) => {
    const { kernel } = node.conversion;
    const slope = slopeOf(node);
    if (!(slope > 0)) node.refuse(`the slope ${slope} of whole numbers`, 'a slope above 0');
    const [below, above] = [slope, 1].map((one) => codeScaling(kernel, given.scale, wanted.scale, one));
    return (code) => {
      const number = code - given.zeroPoint;
      return scaledBy(number < 0 ? below : above, number) + wanted.zeroPoint;
    };
  },
);

const prelu: Operator = (node) => {
  const read = node.activation(0);
  const tensor = node.constant(1);
  const slopes = realOf(tensor);
  const channels = read.shape.at(-1)!;
  if (slopes.length !== 1 && (slopes.length !== channels || tensor.shape.at(-1) !== channels))
    node.refuse(`${slopes.length} slopes`, `one, or ${channels}, one per channel`);
  if (node.isInteger) node.refuse('slopes of whole numbers', 'a RELU, or a LEAKY_RELU');
  giveActivation(node, { kind: 'slopes', slopes: Array.from(slopes) });
};

const gelu: Operator = (node) => {
  const name = node.option((options) => options.bool(GELU_OPTIONS.approximate), false) ? 'gelu_tanh' : 'gelu';
  curve(name)(node);
};

/** The larger or the smaller one of each value and a constant. */
const bounded =
  (end: 'low' | 'high'): Operator =>
  (node) => {
    const at = node.input(0).kind === 'constant' ? 1 : 0;
    const bounds = realOf(node.constant(1 - at));
    if (bounds.length !== 1) node.refuse(`${bounds.length} bounds`, 'one');
    const [bound] = bounds;
    if (!node.isInteger) {
      const activation: FloatActivation =
        end === 'low' && bound === 0 ? 'relu' : { kind: 'clamp', [end]: bound };
      return giveActivation(node, activation, at);
    }
    const read = node.reading(at);
    const output = node.outputCodes;
    const { scale, zeroPoint } = codesOf(node.constant(1 - at), `${node.where}, its bound`);
    if ([read.codes, output].some((codes) => codes.scale !== scale || codes.zeroPoint !== zeroPoint))
      node.refuse('codes and a bound that mean different things', 'one scale and zero point');
    const code = Math.round(bound / scale) + zeroPoint;
    const within =
      end === 'low' ? { low: Math.max(output.low, code) } : { high: Math.min(output.high, code) };
    node.giveReading(requantized(node, read, { ...output, ...within }), read.shape);
  };

/** What a head says at the end is no layer: the class is the same without it. */
const last =
  (
    head: 'binary' | 'argmax',
    isOne: (units: number) => boolean,
    otherwise: Operator,
    axisOf: (node: Node) => number = () => -1,
  ): Operator =>
  (node) => {
    const { conversion } = node;
    if (!conversion.isEnd(node.outputNumber)) return otherwise(node);
    const read = node.activation(0);
    if (!isOne(sizeOf(read))) return otherwise(node);
    const axis = axisOf(node);
    const { shape } = read;
    // All other axes beside the batch are 1 long, or each place would have a class of its own.
    if ((axis === 0 ? 1 : shape.at(axis < 0 ? axis : axis - 1)) !== sizeOf(read)) {
      const wanted = 'the axis of the classes, all others beside the batch 1 long';
      node.refuse(`axis ${axis} of ${printShape([1, ...shape])}`, wanted);
    }
    conversion.head = head;
    node.drop(read, `the class is the same without it (head ${head})`);
  };

const inside: Operator = (node) =>
  node.refuse('inside of the network', 'at its end, where the class is the same without it');
const several = (units: number) => units > 1;

export const ACTIVATIONS: Readonly<Record<string, Operator>> = {
  RELU: limited(ACTIVATION.relu, 'relu'),
  RELU6: limited(ACTIVATION.relu6, clip(6)!),
  RELU_N1_TO_1: limited(ACTIVATION.reluN1To1, { kind: 'clamp', low: -1, high: 1 }),
  LEAKY_RELU: leaky,
  PRELU: prelu,
  TANH: curve('tanh'),
  HARD_SWISH: curve('hard_swish', hardSwishCode),
  ELU: curve('elu'),
  GELU: gelu,
  MAXIMUM: bounded('low'),
  MINIMUM: bounded('high'),
  LOGISTIC: last('binary', (units) => units === 1, curve('sigmoid')),
  SOFTMAX: last('argmax', several, inside),
  LOG_SOFTMAX: last('argmax', several, inside),
  ARG_MAX: last('argmax', several, inside, (node) => node.numbers(1)[0]),
};
