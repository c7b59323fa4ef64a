import { assertNever } from '../../core/assert.js';
import { problems } from '../../core/errors.js';
import { Random } from '../../core/random.js';
import type { AffineNetwork } from '../../network/affine.js';
import { buildCircuit } from './build.js';
import { cheaperTables, tablesBeside, unitMap } from './choose-tables.js';
import type { Circuit } from './circuit.js';
import { compressSums } from './compress.js';
import { circuitCost, roughLuts } from './cost.js';
import { type LevelsPerStage, pipelineCircuit } from './pipeline.js';
import { recodeWeights } from './recode.js';
import { shareSums } from './share-sums.js';
import { placeTables, unitFunctions } from './tables.js';
import { treeSums } from './trees.js';
import { verifyCircuit } from './verify.js';

export type Effort = 0 | 1 | 2 | 3;

/** `naive`: a multiplication by a constant per weight; `csd`: trees of adders of two; both for comparison. */
export type Form = 'optimized' | 'csd' | 'naive';

export interface CompileOptions {
  readonly form: Form;
  readonly adderLevelsPerStage: LevelsPerStage;
  readonly effort: Effort;
  /** Of the search's random choices. */
  readonly seed: number;
  /** Rows that one carry chain adds up. */
  readonly adderRows: 2 | 3;
  /** Input bits up to which a unit may become tables; 0 for none. */
  readonly tableBits: number;
  /** The largest circuit that is built, by a rough estimate. */
  readonly maxLuts: number;
}

/** What an effort buys: counted in trials, not in seconds, so that a seed means the same circuit everywhere. */
interface Search {
  /** Searches for shared sums, all but the first with varied gains; the smallest circuit is kept. */
  readonly restarts: number;
  /** Plans per sum. */
  readonly trials: number;
}

const SEARCHES: Record<Effort, Search> = {
  0: { restarts: 0, trials: 1 },
  1: { restarts: 1, trials: 1 },
  2: { restarts: 1, trials: 5 },
  3: { restarts: 3, trials: 10 },
};

/** Sums that a shared sum may stand above the layer's inputs. */
const SHARED_LEVELS = 3;
/** How far from 1 the factors on the gains of a restart may be. */
const VARIATION = 0.15;

/**
 * A network's circuit, through all passes, the circuit's rules checked after each.
 *
 * @throws hardware/parallel-too-large, network/accumulator-too-wide
 */
export function compileCircuit(network: AffineNetwork, options: CompileOptions): Circuit {
  const built = verifyCircuit(buildCircuit(network), 'build');
  const rough = roughLuts(recode(built));
  if (rough > options.maxLuts) throw problems.parallelTooLarge(network.name, rough, options.maxLuts);
  const formed = inForm(built, options);
  return verifyCircuit(pipelineCircuit(formed, options.adderLevelsPerStage), 'pipeline');
}

const recode = (built: Circuit): Circuit => verifyCircuit(recodeWeights(built), 'recode');

function inForm(built: Circuit, options: CompileOptions): Circuit {
  switch (options.form) {
    case 'naive':
      return built;
    case 'csd':
      return verifyCircuit(treeSums(recode(built)), 'trees');
    case 'optimized':
      return withTables(recode(built), options);
    default:
      return assertNever(options.form);
  }
}

/**
 * The smallest circuit of three: without tables, with those that are cheaper than what they take the place of there,
 * and with those that would be cheaper if no sums were shared.
 */
function withTables(recoded: Circuit, options: CompileOptions): Circuit {
  const units = unitFunctions(recoded, options.tableBits);
  const formed = search(recoded, options);
  if (units.length === 0) return formed;
  const unshared = options.effort === 0 ? formed : compress(recoded, { ...options, effort: 0 }, 0);
  const tables = tablesBeside(units, unitMap(recoded, unshared), unshared);
  let best = formed;
  for (const circuit of [formed, unshared]) {
    const set = cheaperTables(tables, unitMap(recoded, circuit), circuit);
    if (set.length === 0) continue;
    const placed = verifyCircuit(placeTables(recoded, set), 'tables');
    const candidate = search(placed, options);
    if (circuitCost(candidate).luts < circuitCost(best).luts) best = candidate;
  }
  return best;
}

function search(recoded: Circuit, options: CompileOptions): Circuit {
  const { restarts } = SEARCHES[options.effort];
  let best = restarts === 0 ? compress(recoded, options, 0) : undefined;
  for (let restart = 0; restart < restarts; restart++) {
    const random = new Random(options.seed, `parallel, shared sums ${restart}`);
    const vary = () => (restart === 0 ? 1 : 1 + VARIATION * (2 * random.float() - 1));
    const shared = shareSums(recoded, { maxLevel: SHARED_LEVELS, threshold: 0, vary });
    const candidate = compress(verifyCircuit(shared, 'share'), options, restart);
    if (best === undefined || circuitCost(candidate).luts < circuitCost(best).luts) best = candidate;
  }
  return best as Circuit;
}

function compress(circuit: Circuit, { adderRows, seed, effort }: CompileOptions, restart: number): Circuit {
  const random = new Random(seed, `parallel, heaps ${restart}`);
  const { trials } = SEARCHES[effort];
  return verifyCircuit(compressSums(circuit, { rows: adderRows, trials, random }), 'compress');
}
