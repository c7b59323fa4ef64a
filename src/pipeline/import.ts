import type { ImportNote, ImportOptions } from '../exchange/importers/importer.js';
import { importNetwork } from '../exchange/importers/index.js';
import { type Folding, foldNetwork } from '../float/fold.js';
import { placeFloatLayers } from '../float/graph.js';
import { floatKindOf } from '../float/layers/index.js';
import { nonZerosOf } from '../float/tensor.js';
import type { FloatNetwork } from '../float/types.js';
import { readBy } from '../network/graph.js';

/** What a file holds, as plain data. */
export interface ImportReport {
  readonly format: string;
  readonly name: string;
  readonly input: readonly number[];
  readonly head: FloatNetwork['head'];
  /** As they are quantized. */
  readonly layers: readonly ImportedLayer[];
  readonly parameters: number;
  readonly nonZeros: number;
  /** Products of one sample. */
  readonly macs: number;
  /** What became of each thing in the file. */
  readonly notes: readonly ImportNote[];
  /** Layers that others do. */
  readonly foldings: readonly Folding[];
}

export interface ImportedLayer {
  readonly name: string;
  readonly kind: string;
  readonly reads: readonly string[];
  /** Of what it gives. */
  readonly shape: readonly number[];
  readonly parameters: number;
  readonly nonZeros: number;
  readonly macs: number;
}

/** @throws exchange/*, float/* */
export function describeImport(file: string, options: ImportOptions): ImportReport {
  const { network, notes, format } = importNetwork(file, options);
  const folded = foldNetwork(network);
  const layers = placeFloatLayers(folded.network).map(({ layer, inputs, output }, index): ImportedLayer => {
    const kind = floatKindOf(layer);
    const values = kind.parameters(layer).map((one) => one.values);
    return {
      name: layer.name,
      kind: layer.kind,
      reads: readBy(folded.network, index),
      shape: output,
      parameters: values.reduce((sum, one) => sum + one.length, 0),
      nonZeros: values.reduce((sum, one) => sum + nonZerosOf(one), 0),
      macs: kind.macs(layer, inputs),
    };
  });
  const total = (member: 'parameters' | 'nonZeros' | 'macs') =>
    layers.reduce((sum, layer) => sum + layer[member], 0);
  return {
    format,
    name: network.name,
    input: network.input.shape,
    head: network.head,
    layers,
    parameters: total('parameters'),
    nonZeros: total('nonZeros'),
    macs: total('macs'),
    notes,
    foldings: folded.foldings,
  };
}
