import { existsSync } from 'node:fs';
import path from 'node:path';
import { isFolder } from '../core/files.js';
import { MANIFEST_FILE, readDesign } from '../emit/read-design.js';
import { type BeatWidth, defaultBeat, streamOf } from '../emit/stream.js';
import type { DriverDesign } from '../exchange/host/driver/facts.js';
import type { SampleLayout } from '../exchange/host/layout.js';
import { type Format, parseSumFormat } from '../fixed/format.js';
import { lowerNetwork } from '../network/affine.js';
import type { QuantizedNetwork } from '../network/types.js';

/**
 * How samples of a network lie in beats: in beats of that width, else as the design has them that the network is read
 * from, else as a design of it would.
 *
 * @param source a `network.json`, or a folder that holds it
 * @throws emit/* when what lies beside the network is no whole design
 */
export function layoutFor(source: string, beat: BeatWidth | undefined) {
  return (network: QuantizedNetwork): SampleLayout => {
    const folder = isFolder(source) ? source : path.dirname(source);
    const hasDesign = existsSync(path.join(folder, MANIFEST_FILE));
    if (beat === undefined && hasDesign) return readDesign(folder).manifest.stream.input;
    const affine = lowerNetwork(network);
    return streamOf(affine, beat ?? defaultBeat(affine, network.input), network.input).input;
  };
}

/**
 * What a driver has to know of the design that a network lies in; none where there is no design.
 *
 * @param source a `network.json`, or a folder that holds it
 * @throws emit/* when what lies beside the network is no whole design
 */
export function designFacts(source: string): DriverDesign | undefined {
  const folder = isFolder(source) ? source : path.dirname(source);
  if (!existsSync(path.join(folder, MANIFEST_FILE))) return undefined;
  const { manifest } = readDesign(folder);
  const { input, output } = manifest.stream;
  const { board, timing } = manifest;
  return {
    sha256: manifest.network.sha256,
    input,
    output: {
      ...output,
      fields: output.fields.flatMap(({ kind, format, ...field }) => {
        // Of the output stream's fields none is an input, and every format is one.
        return kind === 'input' ? [] : [{ ...field, kind, format: parseSumFormat(format) as Format }];
      }),
    },
    ...(board === undefined ? {} : { baud: board.baud, latencySeconds: timing.latency / board.hertz }),
  };
}
