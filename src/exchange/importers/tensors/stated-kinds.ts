import { z } from 'zod';
import type { Shape } from '../../../float/layers/kind.js';
import {
  NAMES,
  pair,
  SHORT_KINDS,
  type ShortForm,
  type ShortKind,
  shortKind,
} from '../../../learn/short-kinds.js';
import { isMap, printShape } from '../../../network/tensor.js';
import { problems } from '../../problems.js';
import type { TensorFile } from './named-tensors.js';

const isOn = z.literal(true);
const cells = z.int().min(0).max(65_536);

/** Cells around a map: as `padding` has them, or on the left, the right, above and below, as in PyTorch. */
const around = z
  .union([cells, z.tuple([cells, cells]), z.tuple([cells, cells, cells, cells])])
  .transform((given): readonly [left: number, right: number, above: number, below: number] => {
    if (typeof given === 'number') return [given, given, given, given];
    return given.length === 4 ? given : [given[1], given[1], given[0], given[0]];
  });

function checkMap(shape: Shape, where: string): readonly [height: number, width: number, depth: number] {
  if (isMap(shape)) return shape as [number, number, number];
  throw problems.importTensor(where, `a list of ${printShape(shape)} values before it`, 'a map');
}

/** A pool whose windows are as large as its output needs. */
function adaptive(size: readonly [number, number], shape: Shape, where: string) {
  const map = checkMap(shape, where);
  const window = size.map((given, axis) => map[axis] / given);
  if (window.every(Number.isInteger)) return { window, strides: window, padding: 'valid' };
  const wanted = 'a size that divides the one of the map, so that all windows are alike';
  const hint = 'the pool of PyTorch has windows of several sizes here: averagePool and maxPool have one';
  throw problems.importTensor(where, `${printShape(map.slice(0, 2))} to ${printShape(size)}`, wanted, hint);
}

/** What may stand at the end, and is dropped there. */
export const ENDS: readonly string[] = ['softmax', 'logSoftmax'];

/** What is only imported, beside what is trained too. */
const IMPORTED: readonly ShortKind[] = [
  shortKind('prelu', z.strictObject({ prelu: isOn, ...NAMES }), (_, [read]) => ({
    kind: 'activation',
    activation: { kind: 'slopes', slopes: Array.from({ length: read[read.length - 1] }, () => 0.25) },
  })),
  shortKind('zeroPad', z.strictObject({ zeroPad: around, ...NAMES }), ({ zeroPad }, [read], { where }) => {
    checkMap(read, where);
    const [left, right, above, below] = zeroPad;
    return { kind: 'move', move: { kind: 'pad', before: [above, left, 0], after: [below, right, 0] } };
  }),
  shortKind(
    'adaptiveAveragePool',
    z.strictObject({ adaptiveAveragePool: pair, ...NAMES }),
    ({ adaptiveAveragePool: size }, [read], { where }) => ({
      kind: 'average_pool',
      ...adaptive(size, read, where),
      countPadding: false,
      activation: 'linear',
    }),
  ),
  shortKind(
    'adaptiveMaxPool',
    z.strictObject({ adaptiveMaxPool: pair, ...NAMES }),
    ({ adaptiveMaxPool: size }, [read], { where }) => ({ kind: 'max_pool', ...adaptive(size, read, where) }),
  ),
  ...ENDS.map((word) =>
    shortKind(word, z.strictObject({ [word]: isOn, name: NAMES.name }), (_, __, { where }) => {
      const wanted = 'it at the end, where the class is the same without it';
      throw problems.importTensor(where, `${word} inside of the network`, wanted);
    }),
  ),
];

const RECURRENT = 'there are no recurrent layers in hardware yet';
const SAMPLES_OWN =
  'what it divides by changes from sample to sample: train with batchNorm, which is folded away';

/** Names that PyTorch's layers have, and what there is instead. */
const OTHERS: Readonly<Record<string, string>> = {
  linear: '{dense: 10} is a Linear layer of 10 outputs',
  relu: '{activation: relu}',
  convTranspose: 'an upsample and a conv behind it give maps of the same size: train the model with these',
  lstm: RECURRENT,
  gru: RECURRENT,
  rnn: RECURRENT,
  embedding: 'its rows of numbers can be the input of the network',
  attention: 'there is no attention in hardware yet',
  layerNorm: SAMPLES_OWN,
  groupNorm: SAMPLES_OWN,
  instanceNorm: SAMPLES_OWN,
};

/** What layers have that do not state it, in the two worlds. */
const USUAL: Readonly<Record<TensorFile['channels'], ShortForm['usual']>> = {
  first: { epsilon: 1e-5, countPadding: true },
  last: { epsilon: 1e-3, countPadding: false },
};

/** The words in which the layers of a file with weights only are stated. */
export const statedForm = (channels: TensorFile['channels']): ShortForm => ({
  kinds: [...SHORT_KINDS, ...IMPORTED],
  others: OTHERS,
  usual: USUAL[channels],
});
