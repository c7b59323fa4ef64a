import type { ImportNote } from '../exchange/importers/importer.js';
import type { Folding } from '../float/fold.js';
import type { TensorRecord } from '../quantize/quantized.js';

/** What became of a layer's numbers on the way from the file into the design. */
export interface LayerAccount {
  /** Of the design. */
  readonly layer: string;
  /** What it does of the file: a node and its operator, a tensor, a layer that was folded into it. */
  readonly from: readonly string[];
  /** The largest rounding of its weights, and of its biases; 0 where all are exactly the file's. */
  readonly weights: number | null;
  readonly bias: number | null;
  /** Its outputs' format: `exact` leaves nothing out. */
  readonly output: string;
}

/** What of the file has no layer in the design. */
export interface Dropped {
  readonly from: string;
  readonly why: string;
}

export interface Account {
  readonly layers: readonly LayerAccount[];
  readonly dropped: readonly Dropped[];
}

/** Joins what the importer, the folding and the quantization say of each layer of the design. */
export function accountOf(
  notes: readonly ImportNote[],
  foldings: readonly Folding[],
  tensors: readonly TensorRecord[],
  layers: readonly string[],
): Account {
  const into = (name: string): string => {
    const next = foldings.find(({ layer }) => layer === name)?.into;
    return next === undefined || next === name ? name : into(next);
  };
  const kept = notes.filter(({ what }) => what !== 'dropped');
  const told = new Set(kept.map((note) => note.into));
  const folded = foldings
    .filter(({ layer }) => !told.has(layer))
    .map(({ layer, kind }) => ({ from: `${layer} (${kind})`, into: layer }));
  const recordOf = (layer: string, tensor: TensorRecord['tensor']) =>
    tensors.find((one) => one.layer === layer && one.tensor === tensor);
  const lost = (record: TensorRecord | undefined): number | null =>
    record === undefined ? null : (record.maxError ?? 0);
  return {
    layers: layers.map((layer) => ({
      layer,
      from: [...kept, ...folded].filter((one) => into(one.into) === layer).map(({ from }) => from),
      weights: lost(recordOf(layer, 'weights')),
      bias: lost(recordOf(layer, 'bias')),
      output: formatText(recordOf(layer, 'output')),
    })),
    dropped: notes.filter(({ what }) => what === 'dropped').map(({ from, into: why }) => ({ from, why })),
  };
}

function formatText(record: TensorRecord | undefined): string {
  if (record === undefined) return 'as it reads them';
  const { format } = record;
  return typeof format === 'string' ? format : `${format.length} formats`;
}

/** A line for each layer, and for each thing that was dropped, in words. */
export const accountLines = ({ layers, dropped }: Account): string[] => [
  ...layers.map(({ layer, from, weights, bias, output }) => {
    const source = from.length === 0 ? '' : ` from ${from.join(', ')}`;
    const parts = [
      ...lossText('weights', weights),
      ...lossText('biases', bias),
      output === 'exact' ? 'outputs exact' : `outputs ${output}`,
    ];
    return `${layer}${source}: ${parts.join('; ')}`;
  }),
  ...dropped.map(({ from, why }) => `${from} dropped: ${why}`),
];

const lossText = (noun: string, lost: number | null): string[] => {
  if (lost === null) return [];
  return [lost === 0 ? `${noun} exact` : `${noun} rounded by at most ${lost.toExponential(1)}`];
};
