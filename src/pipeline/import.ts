import { foldFormats, type StatedFormats } from '../exchange/importers/formats.js';
import type {
  Imported,
  ImportedIntegers,
  ImportNote,
  ImportOptions,
} from '../exchange/importers/importer.js';
import { importFile } from '../exchange/importers/index.js';
import { type Folding, foldNetwork } from '../float/fold.js';
import { placeFloatLayers } from '../float/graph.js';
import { floatKindOf } from '../float/layers/index.js';
import { nonZerosOf } from '../float/tensor.js';
import type { FloatNetwork } from '../float/types.js';
import { inputTensor, placeLayers, readBy } from '../network/graph.js';
import { kindOf, nonZeros, parameters } from '../network/layers/index.js';

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
  /** Number formats that the file states, of the input and of layers by their names; null where it states none. */
  readonly formats: StatedFormats | null;
  /** Layers that others do. */
  readonly foldings: readonly Folding[];
  /** What the codes mean of a network of whole numbers; null of one of values. */
  readonly integers: Pick<ImportedIntegers, 'meanings' | 'kernels'> | null;
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
  const imported = importFile(file, options);
  const { format, notes } = imported;
  const report = 'integers' in imported ? describeIntegers(imported) : describeFloat(imported);
  const { layers } = report;
  const total = (member: 'parameters' | 'nonZeros' | 'macs') =>
    layers.reduce((sum, layer) => sum + layer[member], 0);
  return {
    format,
    ...report,
    parameters: total('parameters'),
    nonZeros: total('nonZeros'),
    macs: total('macs'),
    notes,
  };
}

type Described = Omit<ImportReport, 'format' | 'notes' | 'parameters' | 'nonZeros' | 'macs'>;

function describeFloat({ network, formats }: Imported): Described {
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
  const { name, input, head } = network;
  const { foldings } = folded;
  const stated = formats === undefined ? null : foldFormats(formats, foldings);
  return { name, input: input.shape, head, layers, foldings, formats: stated, integers: null };
}

function describeIntegers({ integers: network, meanings, kernels }: ImportedIntegers): Described {
  const layers = placeLayers(network).map(({ layer, output: { shape } }, index): ImportedLayer => {
    const weights = kindOf(layer)
      .weights(layer)
      .find(({ role }) => role === 'weights');
    const positions = shape.length === 3 ? shape[0] * shape[1] : 1;
    return {
      name: layer.name,
      kind: layer.kind,
      reads: readBy(network, index),
      shape,
      parameters: parameters(layer),
      nonZeros: nonZeros(layer),
      macs: positions * (weights?.codes.length ?? 0),
    };
  });
  const { name, head } = network;
  const { shape } = inputTensor(network);
  return {
    name,
    input: shape,
    head: head.kind,
    layers,
    foldings: [],
    formats: null,
    integers: { meanings, kernels },
  };
}
