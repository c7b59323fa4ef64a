import type { Format } from '../fixed/format.js';
import { printFormat } from '../fixed/format.js';
import { kindOf } from '../network/layers/index.js';
import { layerFormats, referenceModel } from '../network/reference.js';
import type { QuantizedNetwork } from '../network/types.js';
import { inputCodes } from './input-codes.js';

/** How often codes occur in a layer. */
export interface CodeHistogram {
  /** `input`, or the layer's name. */
  readonly layer: string;
  readonly tensor: 'input' | 'weights' | 'outputs';
  /** Formats that occur. */
  readonly formats: readonly string[];
  readonly zeros: number;
  readonly total: number;
  /** Codes `from` to `to`, both included; ascending and of equal width, empty ones left out. Without the zeros. */
  readonly bins: readonly { readonly from: number; readonly to: number; readonly count: number }[];
}

const MOST_BINS = 64;

/**
 * The codes of every layer's weights, and those of its outputs for some samples.
 *
 * @param rows scaled features, [row][input]
 */
export function codeHistograms(
  network: QuantizedNetwork,
  rows: readonly (readonly number[])[],
): CodeHistogram[] {
  const run = referenceModel(network);
  const inputs = rows.map((row) => inputCodes(network, row));
  const outcomes = inputs.map((codes) => run(codes).layers);
  const formats = layerFormats(network);
  return [
    histogram('input', 'input', network.input.formats, inputs.flat()),
    ...network.layers.flatMap((layer, index) => [
      ...kindOf(layer)
        .weights(layer)
        .filter(({ role }) => role === 'weights')
        .map(({ formats: own, codes }) => histogram(layer.name, 'weights', own, codes)),
      histogram(
        layer.name,
        'outputs',
        formats[index],
        outcomes.flatMap((layers) => layers[index]),
      ),
    ]),
  ];
}

function histogram(
  layer: string,
  tensor: CodeHistogram['tensor'],
  formats: readonly Format[],
  codes: readonly number[],
): CodeHistogram {
  const rest = codes.filter((code) => code !== 0);
  const low = rest.reduce((least, code) => Math.min(least, code), 0);
  const high = rest.reduce((most, code) => Math.max(most, code), 0);
  const width = 2 ** Math.max(0, Math.ceil(Math.log2((high - low + 1) / MOST_BINS)));
  const counts = new Map<number, number>();
  for (const code of rest) {
    const from = Math.floor(code / width) * width;
    counts.set(from, (counts.get(from) ?? 0) + 1);
  }
  const bins = [...counts].sort(([a], [b]) => a - b);
  return {
    layer,
    tensor,
    formats: [...new Set(formats.map(printFormat))],
    zeros: codes.length - rest.length,
    total: codes.length,
    bins: bins.map(([from, count]) => ({ from, to: from + width - 1, count })),
  };
}
