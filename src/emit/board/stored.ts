import { bitsFor } from '../../fixed/format.js';
import { referenceModel } from '../../network/reference.js';
import { makeStimulus } from '../../network/stimulus.js';
import type { QuantizedNetwork } from '../../network/types.js';
import { beatWords } from '../bench/vectors.js';
import { packInput, packOutput } from '../bus.js';
import type { Manifest } from '../manifest.js';
import type { StreamPort } from '../manifest-buses.js';
import { problems } from '../problems.js';
import type { DesignFolder } from '../read-design.js';
import { parseMem, type RomImage } from '../rom.js';

/** Samples that a board has inside, and what the reference model says of each. */
export interface StoredSamples {
  readonly count: number;
  /** A beat a word; each sample has 2^{@link placeWidth} of them. */
  readonly samples: RomImage;
  readonly results: RomImage;
}

/** So many samples at most: one digit tells them apart, and so do four lights. */
const MOST = 16;
const LEAST = 2;
/** Of both images. */
const MOST_BITS = 2 ** 16;
const SEED = 1;
const LAYER = 'board';

/** Bits of a beat's number within its sample. */
export const placeWidth = ({ beats }: StreamPort): number => bitsFor(beats);

/**
 * Rows of the data, as far apart as there are of them; without any, random samples.
 *
 * @param rows input codes
 * @throws network/row-width, network/code-out-of-range
 */
export function storedSamples(
  network: QuantizedNetwork,
  { top, stream: { input, output } }: Manifest,
  rows: readonly (readonly number[])[],
): StoredSamples {
  const bits = [input, output].reduce((sum, port) => sum + port.width * 2 ** placeWidth(port), 0);
  const count = Math.max(LEAST, Math.min(MOST, Math.floor(MOST_BITS / bits)));
  const chosen = rows.length < LEAST ? randomSamples(network, count) : spread(rows, count);
  const run = referenceModel(network);
  const image = (name: string, purpose: string, port: StreamPort, words: bigint[]): RomImage => ({
    name: `${top}_${name}`,
    layer: LAYER,
    purpose,
    width: port.width,
    words,
  });
  return {
    count: chosen.length,
    samples: image(
      'stored_samples',
      'samples that are stored',
      input,
      chosen.flatMap((codes) => placed(input, (bytes) => packInput(input, codes, bytes, 0))),
    ),
    results: image(
      'stored_results',
      'results that they must have',
      output,
      chosen.flatMap((codes) => placed(output, (bytes) => packOutput(output, run(codes), bytes, 0))),
    ),
  };
}

const spread = <T>(items: readonly T[], most: number): T[] => {
  const count = Math.min(most, items.length);
  return Array.from({ length: count }, (_, at) => items[Math.floor((at * items.length) / count)]);
};

const randomSamples = (network: QuantizedNetwork, count: number): (readonly number[])[] => {
  const none = { regressions: [], rows: [], alone: 0, seed: SEED };
  const { count: corners } = makeStimulus(network, { ...none, random: 0 });
  return [...makeStimulus(network, { ...none, random: count }).vectors(corners, corners + count)];
};

/** The beats of a sample, and zeros up to the next one's place. */
const placed = (port: StreamPort, fill: (bytes: Uint8Array) => void): bigint[] => {
  const beats = beatWords(port, fill);
  return [...beats, ...Array<bigint>(2 ** placeWidth(port) - beats.length).fill(0n)];
};

/**
 * Those of a design that was emitted with some.
 *
 * @throws emit/manifest
 */
export function readStored({ manifest, files, folder }: DesignFolder): StoredSamples {
  const { roms = [] } = manifest.board ?? {};
  if (roms.length !== 2) {
    throw problems.manifestMember(
      `${folder}/manifest.json.board.roms`,
      String(roms.length),
      'two images: samples, results',
    );
  }
  const [samples, results] = roms.map((rom) => parseMem(rom, files.get(rom.file) as string));
  return { count: samples.words.length >> placeWidth(manifest.stream.input), samples, results };
}
