import { type Format, fractionOf } from '../../fixed/format.js';
import type { Activation } from '../activation.js';
import { finisher } from '../finish.js';
import { outputFormat, type UnitOutput } from '../layer-output.js';
import type { MapShape, Tensor } from '../tensor.js';
import type { Layer } from '../types.js';
import { ONE_CELL } from '../window.js';
import { NO_ZONE, type Zones, zoneAt } from '../zones.js';
import { type AffineRow, type LayerMeaning, lazyRow } from './kind.js';
import { finishesOf } from './sums.js';

/**
 * Each code of a map times the weight of the zone in which it lies, 0 where that is none: what an average pool does with its
 * sums. No network is stated with it; hardware, C and proofs compute some layers so, as parts of them.
 */
export interface SharesLayer extends Layer {
  readonly kind: 'shares';
  readonly zones: Zones;
  /** Of each zone. */
  readonly weights: readonly number[];
  /** Fraction bits of the weights. */
  readonly fraction: number;
  readonly activation: Activation;
  /** One per channel. */
  readonly output: readonly UnitOutput[];
}

/** One row for each channel, without its terms. */
function bodyOf(
  layer: Pick<SharesLayer, 'fraction' | 'activation' | 'output'>,
  formats: readonly Format[],
): Omit<AffineRow, 'terms'>[] {
  const fractions = formats.map((format) => fractionOf(format) + layer.fraction);
  const finishes = finishesOf(layer, fractions);
  return formats.map((_, channel) => ({
    bias: 0,
    fraction: fractions[channel],
    finish: finishes[channel],
  }));
}

/** The weight of each position, in raster order. */
function weightsAt({ zones, weights }: SharesLayer, { shape }: Tensor): number[] {
  const [rows, columns] = shape as MapShape;
  return Array.from({ length: rows * columns }, (_, position) => {
    const zone = zoneAt(zones, [Math.floor(position / columns), position % columns]);
    return zone === NO_ZONE ? 0 : weights[zone];
  });
}

/** Rows over the codes of a position, zone after zone. */
export const shareRows = (
  layer: Pick<SharesLayer, 'weights' | 'fraction' | 'activation' | 'output'>,
  formats: readonly Format[],
): AffineRow[] =>
  bodyOf(layer, formats).map((row, channel) => ({
    ...row,
    terms: layer.weights.map((weight, zone) => ({ input: zone * formats.length + channel, weight })),
  }));

export const shares: LayerMeaning<SharesLayer> = {
  kind: 'shares',
  type: ({ output }, [{ shape }]) => ({ shape, formats: output.map(outputFormat) }),
  evaluator: (layer, [input]) => {
    const weights = weightsAt(layer, input);
    const finishes = bodyOf(layer, input.formats).map(({ finish }) => finisher(finish));
    return ([codes]) =>
      codes.map((code, at) =>
        finishes[at % finishes.length](code * weights[Math.floor(at / finishes.length)]),
      );
  },
  lower: (layer, [input]) => {
    const body = bodyOf(layer, input.formats);
    const rows = weightsAt(layer, input).flatMap((weight, position) =>
      body.map((row, channel) =>
        lazyRow(row, () => (weight === 0 ? [] : [{ input: position * body.length + channel, weight }])),
      ),
    );
    return { kind: 'sums', rows, denseTerms: rows.length };
  },
  window: (layer, [{ formats }]) => ({
    kind: 'sums',
    window: ONE_CELL,
    zones: layer.zones,
    rows: shareRows(layer, formats),
  }),
  weights: () => [],
};
