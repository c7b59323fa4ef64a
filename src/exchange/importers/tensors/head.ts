import path from 'node:path';
import { type FloatActivation, isCurve } from '../../../float/activation.js';
import type { FloatLayer, FloatNetwork } from '../../../float/types.js';
import { identifier } from '../identifiers.js';
import type { Imported, ImportNote } from '../importer.js';

/**
 * The network of layers that each read the one before. A sigmoid of one output is dropped: its class is the sign of what
 * it reads. So is a softmax behind them all.
 *
 * @param softmax what stands behind them, by its word
 */
export function finishedNetwork(
  file: string,
  input: readonly number[],
  layers: readonly FloatLayer[],
  outputs: number,
  softmax?: string,
): Imported {
  const last = layers[layers.length - 1] as FloatLayer & { readonly activation?: FloatActivation };
  const { activation = 'linear' } = last;
  const isBinary =
    outputs === 1 && layers.length > 0 && isCurve(activation) && activation.curve === 'sigmoid';
  const plain = { ...last, activation: 'linear' };
  const head = isBinary ? 'binary' : outputs > 1 ? 'argmax' : 'values';
  const network: FloatNetwork = {
    name: identifier(path.parse(file).name) || 'network',
    input: { shape: input },
    layers: isBinary ? [...layers.slice(0, -1), plain] : layers,
    head,
  };
  const end = isBinary ? `sigmoid of ${last.name}` : softmax;
  const note = { what: 'dropped', into: `the class is the same without it (head ${head})` } as const;
  const notes: ImportNote[] = end === undefined ? [] : [{ from: end, ...note }];
  return { network, notes };
}
