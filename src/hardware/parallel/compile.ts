import { assertNever } from '../../core/assert.js';
import type { Interval } from '../../fixed/interval.js';
import type { AffineNetwork } from '../../network/affine.js';
import { problems } from '../problems.js';
import { buildCircuit } from './build.js';
import { cheaperTables, tablesBeside, unitMap } from './choose-tables.js';
import type { Circuit } from './circuit.js';
import { circuitCost, roughLuts } from './cost.js';
import { type LevelsPerStage, pipelineCircuit } from './pipeline.js';
import { recodeWeights } from './recode.js';
import { type Effort, searchSums } from './search.js';
import { placeTables, unitFunctions } from './tables.js';
import { treeSums } from './trees.js';
import { verifyCircuit } from './verify.js';

/** `naive`: a multiplication by a constant per weight; `csd`: trees of adders of two; both for comparison. */
export type CircuitForm = 'optimized' | 'csd' | 'naive';

export interface CircuitOptions {
  readonly form: CircuitForm;
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

/**
 * A network's circuit, through all passes, the circuit's rules checked after each.
 *
 * @param ranges what the inputs can be, where they are not all that their formats hold
 * @throws hardware/parallel-too-large, network/accumulator-too-wide
 */
export function compileCircuit(
  network: AffineNetwork,
  options: CircuitOptions,
  ranges?: readonly Interval[],
): Circuit {
  const built = verifyCircuit(buildCircuit(network, ranges), 'build');
  const recoded = verifyCircuit(recodeWeights(built), 'recode');
  const rough = roughLuts(recoded, options.form === 'optimized' && options.effort > 0);
  if (rough > options.maxLuts) throw problems.parallelTooLarge(network.name, rough, options.maxLuts);
  const formed = inForm(built, recoded, options);
  return verifyCircuit(pipelineCircuit(formed, options.adderLevelsPerStage), 'pipeline');
}

function inForm(built: Circuit, recoded: Circuit, options: CircuitOptions): Circuit {
  switch (options.form) {
    case 'naive':
      return built;
    case 'csd':
      return verifyCircuit(treeSums(recoded), 'trees');
    case 'optimized':
      return withTables(recoded, options);
    default:
      return assertNever(options.form);
  }
}

/**
 * The smallest circuit of three: without tables, with those that are cheaper than what they take the place of there,
 * and with those that would be cheaper if no sums were shared.
 */
function withTables(recoded: Circuit, options: CircuitOptions): Circuit {
  const units = unitFunctions(recoded, options.tableBits);
  const formed = searchSums(recoded, options);
  if (units.length === 0) return formed;
  const unshared = options.effort === 0 ? formed : searchSums(recoded, { ...options, effort: 0 });
  const tables = tablesBeside(units, unitMap(recoded, unshared), unshared);
  let best = formed;
  for (const circuit of [formed, unshared]) {
    const set = cheaperTables(tables, unitMap(recoded, circuit), circuit);
    if (set.length === 0) continue;
    const placed = verifyCircuit(placeTables(recoded, set), 'tables');
    const candidate = searchSums(placed, options);
    if (circuitCost(candidate).luts < circuitCost(best).luts) best = candidate;
  }
  return best;
}
