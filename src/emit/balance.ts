import { counted } from '../core/errors.js';
import { type DeviceCost, sumOf } from '../hardware/device-cost.js';
import { codesOf, firstPart, type Part, partBehind } from '../hardware/part.js';
import { problems } from '../hardware/problems.js';
import { isOverMaps } from '../hardware/window/plan.js';
import type { AffineNetwork } from '../network/affine.js';
import {
  type Architecture,
  costsBeside,
  type Ends,
  endsOf,
  type Offer,
  type PlanContext,
} from './architecture.js';
import { ARCHITECTURES } from './architectures.js';
import type { BalanceOptions } from './balance-options.js';
import type { Choice } from './choice.js';
import { NameSpace } from './names.js';

/** LUTs that a DSP block counts as where nobody says how many there may be. */
const DSP_LUTS = 100;
/** Where nobody says how many LUTs there may be. */
const MOST_LUTS = 100_000;

export interface BalancedLayer {
  readonly choice: Choice;
  /** For the manifest. */
  readonly why: string;
}

/** What takes beats for a chain of layers, and what spreads its results over beats. */
export interface EndCosts {
  readonly input: (ends: Ends) => Partial<DeviceCost>;
  readonly output: (ends: Ends) => Partial<DeviceCost>;
}

/** Layers, and what they may be built by. */
interface Candidate {
  readonly layers: readonly string[];
  readonly offers: (interval: number) => readonly NamedOffer[];
}

interface NamedOffer extends Offer {
  readonly architecture: Architecture;
}

interface Selection {
  readonly offers: readonly NamedOffer[];
  readonly luts: number;
  readonly dsps: number;
}

/**
 * Chooses what every layer is built by: for an interval the choice with the fewest LUTs (and DSP blocks), for limits alone
 * the one with the shortest interval.
 *
 * @param pinned what the configuration says of a layer by itself
 * @param endCosts what the design takes beside its layers
 * @throws hardware/balance-aim, hardware/balance-limits, hardware/interval
 */
export function balanceLayers(
  network: AffineNetwork,
  pinned: (layer: string) => Choice | undefined,
  options: BalanceOptions,
  endCosts: EndCosts,
  context: PlanContext,
): Map<string, BalancedLayer> {
  const { interval, maxLuts, maxDsps } = options;
  if (interval === undefined && maxLuts === undefined && maxDsps === undefined) throw problems.balanceAim();
  const beats = Math.max(context.stream.input.beats, context.stream.output.beats);
  if (interval !== undefined && interval < beats) {
    throw problems.intervalOfBeats('hardware.interval', interval, beats);
  }
  const candidates = unitsOf(network, pinned, context).map(({ first, end }) => {
    const layers = network.layers.slice(first, end).map(({ name }) => name);
    return candidateOf(layers, partOf(network, first, end), pinned(layers[0]), options, context);
  });
  const balance = new Balance(candidates, options, endCosts);
  const reached = interval ?? balance.shortest(beats);
  const selection = reached === undefined ? undefined : balance.select(reached);
  if (reached === undefined || selection === undefined) throw balance.refusal(beats);
  return new Map(
    selection.offers.flatMap((offer, index) => {
      const { layers, offers } = candidates[index];
      const balanced = { choice: choiceOf(offer), why: reasonOf(offer, offers(reached), reached) };
      return layers.map((layer): [string, BalancedLayer] => [layer, balanced]);
    }),
  );
}

/** Layers that are chosen for one by one; neighbours over maps together, between which no whole map has to wait. */
function unitsOf(
  { layers }: AffineNetwork,
  pinned: (layer: string) => Choice | undefined,
  { lowered }: PlanContext,
): { first: number; end: number }[] {
  const units: { first: number; end: number; isOpen: boolean }[] = [];
  layers.forEach(({ name }, index) => {
    const isOpen = isOverMaps(lowered, name) && pinned(name) === undefined;
    const before = units.at(-1);
    if (isOpen && before?.isOpen) before.end = index + 1;
    else units.push({ first: index, end: index + 1, isOpen });
  });
  return units;
}

const partOf = (network: AffineNetwork, first: number, end: number): Part =>
  first === 0 ? firstPart(network, end) : partBehind(network, first, end, codesOf(network.layers[first - 1]));

const choiceOf = ({ architecture, options }: NamedOffer): Choice => ({
  architecture,
  options,
  placeOf: (option) => `hardware.${option}`,
});

function candidateOf(
  layers: readonly string[],
  part: Part,
  pinned: Choice | undefined,
  { multipliers, interval, maxLuts }: BalanceOptions,
  design: PlanContext,
): Candidate {
  const context = { ...design, modules: new NameSpace(), placeOf: (option: string) => `hardware.${option}` };
  if (pinned !== undefined) {
    const { architecture, options } = pinned;
    const { stages, cost = sumOf([]) } = architecture.plan(part, options, context);
    const slowest = Math.max(...stages.flatMap(({ timings }) => timings.map((timing) => timing.interval)));
    const whole = sumOf([cost, ...costsBeside(stages)]);
    const ends = endsOf(stages);
    const only = [{ architecture, options, cost: whole, interval: slowest, form: 'as it is said', ends }];
    return { layers, offers: (wanted) => (slowest <= wanted ? only : []) };
  }
  const ways = ARCHITECTURES.map((architecture) => ({
    architecture,
    offers: architecture.offers(part, multipliers, context),
  }));
  const known = new Map<number, readonly NamedOffer[]>();
  const offers = (wanted: number): readonly NamedOffer[] => {
    const all: NamedOffer[] = [];
    for (const { architecture, offers: of } of ways) {
      // What takes far more than another engine does is not looked at.
      const least = Math.min(...all.map(({ cost }) => cost.luts + DSP_LUTS * cost.dsps));
      const most = Math.min(
        maxLuts ?? MOST_LUTS,
        interval === undefined ? Number.POSITIVE_INFINITY : 2 * Math.max(1, least),
      );
      all.push(...of(wanted, most).map((offer) => ({ ...offer, architecture })));
    }
    return all.filter((offer) => offer.interval <= wanted);
  };
  return {
    layers,
    offers: (wanted) => {
      const found = known.get(wanted) ?? offers(wanted);
      known.set(wanted, found);
      return found;
    },
  };
}

const lutsOf = ({ luts, lutRams }: DeviceCost): number => luts + lutRams;

/** Nobody waits longer for a sample. */
const LONGEST = 2 ** 24;

class Balance {
  private readonly maxLuts: number;
  private readonly maxDsps: number;
  private readonly dspLuts: number;

  constructor(
    private readonly candidates: readonly Candidate[],
    private readonly options: BalanceOptions,
    private readonly endCosts: EndCosts,
  ) {
    const { maxLuts, maxDsps } = options;
    this.maxLuts = maxLuts ?? Number.POSITIVE_INFINITY;
    this.maxDsps = maxDsps ?? Number.POSITIVE_INFINITY;
    this.dspLuts = maxDsps === undefined ? DSP_LUTS : 0;
  }

  /** The best choice within the limits that takes a sample in so many cycles. */
  select(interval: number): Selection | undefined {
    const fitting = this.byDsps(interval).filter(
      ({ luts, dsps }) => luts <= this.maxLuts && dsps <= this.maxDsps,
    );
    const score = ({ luts, dsps }: Selection) => luts + this.dspLuts * dsps;
    return fitting.reduce<Selection | undefined>(
      (best, one) => (best === undefined || score(one) < score(best) ? one : best),
      undefined,
    );
  }

  /** The shortest interval that the limits allow. */
  shortest(least: number): number | undefined {
    let [below, from] = [least - 1, this.longest(least)];
    if (this.select(from) === undefined) return undefined;
    while (from - below > 1) {
      const middle = Math.floor((below + from) / 2);
      if (this.select(middle) === undefined) below = middle;
      else from = middle;
    }
    return from;
  }

  /** Why nothing can be chosen: what is needed, and what comes nearest. */
  refusal(beats: number) {
    const longest = this.longest(beats);
    const smallest = this.byDsps(longest).reduce((best, one) => (one.luts < best.luts ? one : best));
    return problems.balanceLimits(this.options, this.shortest(beats), { ...smallest, interval: longest });
  }

  /** An interval at which every layer has a single lane. */
  private longest(least: number): number {
    // On two lanes or more a layer takes more than half of the cycles that it may.
    const isIdle = ({ offers }: Candidate) => {
      const found = offers(interval);
      return found.length > 0 && found.every((offer) => offer.interval * 2 <= interval);
    };
    let interval = least;
    while (interval < LONGEST && !this.candidates.every(isIdle)) interval *= 2;
    return interval;
  }

  /** For every number of DSP blocks the choice with the fewest LUTs. */
  private byDsps(interval: number): Selection[] {
    let best: (Selection | undefined)[] = [{ offers: [], luts: 0, dsps: 0 }];
    this.candidates.forEach(({ offers }, index) => {
      const next: (Selection | undefined)[] = [];
      for (const before of best) {
        if (before === undefined) continue;
        for (const offer of offers(interval)) {
          const cost = this.costWithEnds(offer, index);
          const luts = before.luts + lutsOf(cost);
          const dsps = before.dsps + cost.dsps;
          const known = next[dsps];
          if (known !== undefined && known.luts <= luts) continue;
          next[dsps] = { offers: [...before.offers, offer], luts, dsps };
        }
      }
      best = next;
    });
    return best.filter((one) => one !== undefined);
  }

  /** What the first layers leave to be gathered, and the last ones to be spread, is theirs. */
  private costWithEnds({ cost, ends }: NamedOffer, index: number): DeviceCost {
    const { input, output } = this.endCosts;
    return sumOf([
      cost,
      ...(index === 0 ? [input(ends)] : []),
      ...(index === this.candidates.length - 1 ? [output(ends)] : []),
    ]);
  }
}

function reasonOf(chosen: NamedOffer, offers: readonly NamedOffer[], interval: number): string {
  const text = ({ architecture, form, cost }: NamedOffer) =>
    `${architecture.name}, ${form}: ${counted(lutsOf(cost), 'LUT')}${cost.dsps > 0 ? ` and ${counted(cost.dsps, 'DSP block')}` : ''}`;
  const others = offers.filter((offer) => offer !== chosen).map(text);
  return [
    `for a sample in ${counted(interval, 'cycle')} ${text(chosen)}`,
    ...others.map((other) => `not ${other}`),
  ].join('; ');
}
