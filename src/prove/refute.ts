import type { OnProgress } from '../core/progress.js';
import { Random } from '../core/random.js';
import { turns } from '../core/turns.js';
import { type LoadedDesign, withEditedSources } from '../cosim/design.js';
import { type Difference, diagnose } from '../cosim/diagnose.js';
import type { Engine } from '../cosim/engine.js';
import { embedded } from '../cosim/engines/embedded.js';
import { verilator } from '../cosim/engines/verilator.js';
import { expectedBeats, stalledJob } from '../cosim/prepare.js';
import { describeDifference } from '../cosim/record.js';
import { hasTools } from '../cosim/tools.js';
import type { DesignFolder } from '../emit/read-design.js';
import { rangeOf } from '../fixed/format.js';
import { referenceModel } from '../network/reference.js';
import { makeStimulus, type Stimulus } from '../network/stimulus.js';
import type { QuantizedNetwork } from '../network/types.js';
import type { Counterexample, SegmentProof } from './proof.js';
import type { ProofSegment } from './segments.js';

export interface Refutation {
  readonly design: DesignFolder;
  readonly network: QuantizedNetwork;
  readonly segments: readonly SegmentProof[];
  readonly pieces: readonly ProofSegment[];
  readonly cacheFolder: string;
  readonly useVerilator?: boolean;
  readonly onProgress: OnProgress;
}

/** Random samples of the search when algebra gives no input of the whole network. */
const SEARCHED = 4_000;
/** What it simulates at most, about: of designs that take many cycles for a sample fewer samples, a few at least. */
const SEARCHED_CYCLES = 2_000_000;
const FEW = 4;
const LOOKING = 'looking for an input that shows it';

/**
 * An input of the whole network on which the design is wrong: what the algebra found, where that is on the network's
 * inputs, otherwise the first that a simulation with stalls finds. Nothing counts that no simulator confirms.
 */
export async function findCounterexample(refutation: Refutation): Promise<Counterexample | undefined> {
  const { network, design, onProgress } = refutation;
  onProgress({ task: LOOKING, done: 0, total: 1 });
  const loaded = withEditedSources(design);
  const known = await inputsFromAlgebra(refutation, onProgress);
  const most = Math.max(FEW, Math.floor(SEARCHED_CYCLES / design.manifest.timing.interval));
  const stimulus = searchStimulus(network, known, SEARCHED, most);
  const found = await simulateWith(embedded, loaded, stimulus, refutation.cacheFolder);
  if (found === undefined) return undefined;
  const confirmedBy = ['embedded'];
  const { useVerilator = true } = refutation;
  if (useVerilator && (await hasTools(['verilator', 'C++ compiler', 'make']))) {
    const again = found.alone ? searchStimulus(network, [found.input], 0, most) : stimulus;
    if ((await simulateWith(verilator, loaded, again, refutation.cacheFolder)) !== undefined) {
      confirmedBy.push('verilator');
    }
  }
  const { input, alone } = found;
  return { input, alone, confirmedBy, difference: describeDifference(found) };
}

/** What the algebra leads to, corners and random samples, in this order. @param most samples in all */
function searchStimulus(
  network: QuantizedNetwork,
  known: readonly (readonly number[])[],
  random: number,
  most: number,
): Stimulus {
  const stimulus = makeStimulus(network, { regressions: known, rows: [], random, seed: 1 });
  return {
    ...stimulus,
    count: Math.min(stimulus.count, most),
    origin: (sample) =>
      sample < known.length ? `input ${sample} from the algebra` : stimulus.origin(sample),
  };
}

/** The first difference under stalls of all kinds. */
async function simulateWith(
  engine: Engine,
  design: LoadedDesign,
  stimulus: Stimulus,
  cacheFolder: string,
): Promise<Difference | undefined> {
  // The design's own checks of its ROMs would end the simulation before it shows what they lead to.
  const build = { selfChecks: false, cacheFolder };
  const built = await engine.build(design, { ...build, traces: true, waves: false });
  const beats = await expectedBeats(design, stimulus, { traceLayers: true });
  const makeJob = (some: typeof beats) => ({ ...stalledJob(design, some, 'mixed', 1), stopAtFirst: true });
  const { failure } = await built.run(makeJob(beats));
  if (failure === null) return undefined;
  return diagnose({ design, engine, build, stimulus, first: 0, makeJob, failure, outputFolder: undefined });
}

/** Input codes for which a layer differs: those of the first layer as they are, those of later ones by search. */
async function inputsFromAlgebra(
  { network, segments, pieces }: Refutation,
  onProgress: OnProgress,
): Promise<number[][]> {
  const differing = segments.flatMap(({ fields }, index) => {
    const { part, layerBefore } = pieces[index];
    const layer = part?.layerBefore ?? layerBefore;
    return fields.flatMap(({ outcome }) => {
      if (outcome.kind !== 'differs') return [];
      const wanted = new Map(
        Object.entries(outcome.inputs).flatMap(([number, code]): [number, number][] => {
          const unit = part?.units === undefined ? Number(number) : part.units[Number(number)];
          return unit === undefined ? [] : [[unit, code]];
        }),
      );
      return [{ layer, wanted }];
    });
  });
  const found = differing
    .filter(({ layer }) => layer === -1)
    .map(({ wanted }) => completeInput(network, wanted));
  const inner = differing.filter(({ layer }) => layer !== -1).slice(0, CLIMBED_FIELDS);
  const climbs = Math.ceil(CLIMBS / Math.max(1, inner.length));
  const turn = turns();
  for (const [done, { layer, wanted }] of inner.entries()) {
    onProgress({ task: LOOKING, done, total: inner.length });
    found.push(...(await searchInput(network, layer, wanted, climbs, turn)));
  }
  return found;
}

function completeInput(network: QuantizedNetwork, known: ReadonlyMap<number, number>): number[] {
  return network.input.formats.map((format, unit) => {
    const { low, high } = rangeOf(format);
    // A word that is only moved may be no code of the format.
    return Math.min(Math.max(known.get(unit) ?? 0, low), high);
  });
}

/** For all fields together, of which only so many are looked at: each step runs the whole network. */
const CLIMBS = 40;
const CLIMBED_FIELDS = 20;
const CLIMB_STEPS = 400;

/** Network inputs whose activations come as near as a hill climb gets to the wanted codes of a layer. */
async function searchInput(
  network: QuantizedNetwork,
  layer: number,
  wanted: ReadonlyMap<number, number>,
  climbs: number,
  turn: () => Promise<void> | undefined,
): Promise<number[][]> {
  const random = new Random(1, 'input for activations');
  const ranges = network.input.formats.map(rangeOf);
  const run = referenceModel(network);
  const distance = (codes: readonly number[]) => {
    const activations = run(codes).layers[layer];
    return [...wanted].reduce((sum, [unit, code]) => sum + Math.abs(activations[unit] - code), 0);
  };
  const found: number[][] = [];
  for (let climb = 0; climb < climbs; climb++) {
    let best = ranges.map(({ low, high }) => random.integer(low, high));
    let least = distance(best);
    for (let step = 0; step < CLIMB_STEPS && least > 0; step++) {
      await turn();
      const unit = random.integer(0, ranges.length - 1);
      const { low, high } = ranges[unit];
      const near = Math.min(high, Math.max(low, best[unit] + random.integer(-4, 4)));
      const next = best.with(unit, random.float() < 0.5 ? near : random.integer(low, high));
      const far = distance(next);
      if (far <= least) [best, least] = [next, far];
    }
    found.push(best);
    if (least === 0) break;
  }
  return found;
}
