import { EspalierError } from '../core/errors.js';
import { bodyOf, withVendorBodies } from '../emit/bodies.js';
import { MOST_ALONE, makeStimulus } from '../network/stimulus.js';
import type { LoadedDesign } from './design.js';
import { aloneOf, type Engine, type EngineName, paceOf, type VectorBudget } from './engine.js';
import { embedded } from './engines/embedded.js';
import { chooseEngine, ENGINES } from './engines/index.js';
import type { SimulationPass } from './pass.js';
import { hasTools, installHint } from './tools.js';

/** A simulator; or all that are there. */
export type EngineChoice = EngineName | 'all';

export interface VectorPlanOptions {
  readonly engine: EngineChoice | undefined;
  readonly rows: readonly (readonly number[])[];
  readonly random: number | undefined;
  readonly regressions: readonly (readonly number[])[];
  readonly seed: number;
}

export interface Plan {
  /** With every vector. */
  readonly main: SimulationPass;
  /** With fewer: other simulators, and other bodies of the design. */
  readonly others: readonly OtherPass[];
  /** What nobody asked to leave out and yet is not run, and why. */
  readonly notCovered: readonly string[];
}

export interface OtherPass extends SimulationPass {
  /** Nobody asked for it: where it cannot be built, that is said and nothing more. */
  readonly optional: boolean;
}

/** Vectors for a simulator that runs beside the first because all were asked for. */
const OTHER_VECTORS = 10_000;
/** Vectors for a body of vendor primitives, each of which is an instance. */
const BODY_VECTORS = 300;
/** Larger bodies take minutes to read: they are simulated where every simulator is asked for. */
const BODY_LUTS = 5_000;
/** Vectors for the simulator that follows unknown values, beside one that does not: a few seconds. */
const EXACT: VectorBudget = { most: 300, least: 20, cycles: 1_000_000 };

/**
 * What a simulation runs. Without a choice Verilator, and beside it the embedded simulator on a few vectors, since
 * Verilator knows no unknown values, and since it is sooner ready to run the bodies that the manifest names.
 *
 * @throws cosim/option, network/row-width
 */
export async function planPasses(design: LoadedDesign, options: VectorPlanOptions): Promise<Plan> {
  const { engines, missing } = await enginesFor(options.engine);
  const [main, ...more] = engines;
  const bodies = withVendorBodies(design);
  const pass = (engine: Engine, built: LoadedDesign, most: number, optional = false): OtherPass => ({
    engine,
    design: built,
    stimulus: stimulusFor(design, engine, options, most),
    optional,
  });
  const exact = options.engine === undefined && main !== embedded ? [embedded] : [];
  const forBodies = options.engine === 'all' ? engines : [...exact, main].slice(0, 1);
  const few = paceOf(EXACT, design.manifest.timing.interval);
  const luts = design.manifest.estimate?.luts ?? 0;
  const tooLarge = options.engine !== 'all' && luts > BODY_LUTS;
  return {
    main: pass(main, design, Number.POSITIVE_INFINITY),
    others: [
      ...exact.map((engine) => pass(engine, design, few, true)),
      ...more.map((engine) => pass(engine, design, OTHER_VECTORS)),
      ...forBodies.flatMap((engine) =>
        tooLarge ? [] : bodies.map((body) => pass(engine, body, BODY_VECTORS, exact.includes(engine))),
      ),
    ],
    notCovered: [
      ...missing,
      ...(tooLarge
        ? bodies.map((built) => `body ${bodyOf(built).name}: ${luts} LUTs; --engine all simulates it`)
        : []),
    ],
  };
}

async function enginesFor(choice: EngineChoice | undefined) {
  if (choice !== 'all') return { engines: [await chooseEngine(choice)], missing: [] };
  const versions = await Promise.all(ENGINES.map(async (engine) => await isThere(engine)));
  const engines = ENGINES.filter((_, index) => versions[index]);
  const missing = ENGINES.filter((engine) => !engines.includes(engine)).map(
    ({ name, program }) => `${name}: not installed (${installHint(program)})`,
  );
  return { engines, missing };
}

async function isThere(engine: Engine): Promise<boolean> {
  try {
    return (await hasTools(engine.tools)) && (await engine.version()) !== undefined;
  } catch (error) {
    if (error instanceof EspalierError && error.code === 'netlist/yosys-missing') return false;
    throw error;
  }
}

/** @param most random vectors, and rows of the data */
function stimulusFor(
  { network, manifest }: LoadedDesign,
  engine: Engine,
  options: VectorPlanOptions,
  most: number,
) {
  const { rows, regressions, seed } = options;
  const { interval } = manifest.timing;
  const pace = paceOf(engine.pace, interval);
  const wanted = options.random ?? pace;
  const isMain = most === Number.POSITIVE_INFINITY;
  const limit = Math.min(most, pace);
  return makeStimulus(network, {
    regressions,
    rows: isMain ? rows : spread(rows, limit),
    random: isMain ? wanted : Math.min(wanted, limit),
    seed,
    alone: Math.min(MOST_ALONE, aloneOf(engine.pace, interval, limit)),
  });
}

/** So many at most, from the first to the last. */
function spread<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, index) => items[Math.floor((index * items.length) / most)]);
}
