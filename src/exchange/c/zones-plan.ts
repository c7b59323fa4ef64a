import { hull, type Interval, point } from '../../fixed/interval.js';
import type { ReadChannel, SumsNode } from '../../lower/types.js';
import type { Extent } from '../../network/window.js';
import { NO_ZONE, type Zones } from '../../network/zones.js';
import type { CVector } from './buffers.js';
import { finishHull, type SharedFinish } from './finish.js';
import { Finishes } from './sums.js';
import { computeType, type IntegerType } from './types.js';

/** Units that are a code of their position, times the weight of the zone in which it lies. */
export interface CZones {
  readonly kind: 'zones';
  readonly name: string;
  readonly zones: Zones;
  readonly positions: Extent;
  readonly source: CVector;
  readonly outputs: CVector;
  readonly compute: IntegerType;
  readonly finishes: readonly SharedFinish[];
  readonly units: readonly ZonedUnit[];
}

export interface ZonedUnit {
  /** Number of the finish in {@link CZones.finishes}. */
  readonly finish: number;
  readonly start: number;
  /** Number of the channel in the source. */
  readonly channel: number;
  /** Of each zone, and last of none: 0. */
  readonly weights: readonly number[];
}

/** @param codes of the channels that are read */
export function zonesOf(
  node: SumsNode,
  zones: Zones,
  channels: readonly ReadChannel[],
  codes: readonly Interval[],
  { source, outputs }: { readonly source: CVector; readonly outputs: CVector },
): CZones {
  const finishes = new Finishes();
  const products: Interval[] = [];
  const units = node.rows.map((row): ZonedUnit => {
    const weights = Array<number>(zones.count + 1).fill(0);
    for (const { input, weight } of row.terms) {
      const { low, high } = codes[input];
      const sums = [weight * low, weight * high];
      products.push({ low: Math.min(...sums), high: Math.max(...sums) });
      weights[channels[input].zone ?? NO_ZONE] = weight;
    }
    // A unit that is the same everywhere reads nothing.
    const channel = row.terms.length === 0 ? 0 : channels[row.terms[0].input].channel;
    return { finish: finishes.number(row), start: row.bias, channel, weights };
  });
  const starts = units.map(({ start }) => point(start));
  const all = [...products, ...starts, ...finishes.all.map(finishHull)];
  return {
    ...{ kind: 'zones', name: node.name, zones, positions: node.positions, source, outputs },
    ...{ compute: computeType(all.reduce(hull)), finishes: finishes.all, units },
  };
}
