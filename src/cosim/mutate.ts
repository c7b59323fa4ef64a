import path from 'node:path';
import { withScratchFolder } from '../core/early-exit.js';
import { EspalierError } from '../core/errors.js';
import { sha256 } from '../core/hash.js';
import { ignoreProgress, type OnProgress } from '../core/progress.js';
import { Random } from '../core/random.js';
import { atATime, inParallel } from '../core/threads.js';
import { makeStimulus } from '../network/stimulus.js';
import { type Beats, sliceBeats } from './beats.js';
import { type LoadedDesign, loadDesign } from './design.js';
import {
  type BuildOptions,
  type BuiltDesign,
  type Engine,
  type EngineName,
  type Job,
  paceOf,
  type RunFailure,
} from './engine.js';
import { chooseEngine } from './engines/index.js';
import { emptyRom, type MutatedFile, type Mutation, mutateRom, mutateVerilog } from './mutations.js';
import { expectedBeats, measuringJob, stalledJob } from './prepare.js';
import { problems } from './problems.js';
import { asPredicted, describeMeasured } from './record.js';
import { sameCircuit } from './same-circuit.js';
import { checkCount, DEFAULT_CACHE } from './simulate.js';

export interface MutateOptions {
  /** How many mutants; default 24. The first is an emptied ROM, then ROM and RTL faults in turn; a tiny design may
   *  have no room for so many. */
  readonly count?: number;
  readonly seed?: number;
  readonly engine?: EngineName;
  /** As in {@link simulate}: a mutant is compared on the same vectors before it counts as a survivor. */
  readonly rows?: readonly (readonly number[])[];
  readonly random?: number;
  readonly cacheFolder?: string;
  /** Mutants, and threads of the reference model, at a time; 0: none beside this one; absent: one for each core. */
  readonly threads?: number;
  readonly onProgress?: OnProgress;
}

export interface Mutant extends Mutation {
  /** What showed the fault; absent for a survivor. */
  readonly caughtBy?: string;
  /** Of a survivor in the RTL: Yosys makes the same circuit of it, so it is no fault; absent when not judged. */
  readonly sameCircuit?: boolean;
}

/** What a mutation run showed, as plain data. */
export interface MutationRecord {
  readonly schema: 'espalier/mutations';
  readonly version: 1;
  readonly design: string;
  readonly engine: EngineName;
  readonly seed: number;
  /** Vectors that a survivor has withstood. */
  readonly samples: number;
  readonly mutants: readonly Mutant[];
  /** Mutants that no vector showed: they change no behaviour (some provably: `sameCircuit`), or the stimulus is too weak. */
  readonly survivors: readonly Mutant[];
  /** Faults that the compiler refused, or that had been tried already; others took their place. */
  readonly refused: number;
}

/**
 * Breaks a design on purpose, in a copy, and looks whether the comparison notices. The design's own checks of its
 * ROMs are switched off, so that it is the comparison that has to.
 *
 * @throws emit/*, cosim/*; cosim/mutate-broken when the design as it is already fails
 */
export async function mutate(folder: string, options: MutateOptions = {}): Promise<MutationRecord> {
  const design = loadDesign(folder);
  const engine = await chooseEngine(options.engine);
  const {
    count = 24,
    seed = 1,
    rows = [],
    random = paceOf(engine.pace, design.manifest.timing.interval),
    onProgress = ignoreProgress,
  } = options;
  checkCount('mutants', count, 1);
  if (options.threads !== undefined) checkCount('threads', options.threads);
  const stimulus = makeStimulus(design.network, { regressions: [], rows, random, seed });
  const beats = await expectedBeats(design, stimulus, {
    traceLayers: true,
    threads: options.threads,
    onProgress,
  });
  return withScratchFolder(async (workshop) => {
    const cacheFolder = options.cacheFolder ?? DEFAULT_CACHE;
    const bench = { design, engine, beats, seed, cacheFolder, workshop };
    await checkOriginal(bench);
    const { mutants, refused } = await tryMutants(bench, count, options.threads, onProgress);
    if (mutants.length === 0) throw problems.cosimNothingToMutate(design.manifest.name);
    return {
      schema: 'espalier/mutations',
      version: 1,
      design: design.manifest.name,
      engine: engine.name,
      seed,
      samples: beats.samples,
      mutants,
      survivors: mutants.filter(({ caughtBy }) => caughtBy === undefined),
      refused,
    };
  });
}

interface Workbench {
  readonly design: LoadedDesign;
  readonly engine: Engine;
  readonly beats: Beats;
  readonly seed: number;
  readonly cacheFolder: string;
  /** A temporary folder for the mutants. */
  readonly workshop: string;
}

/** The first faults that compile, as many as wanted; what is found does not hang on how many are tried at a time. */
async function tryMutants(
  bench: Workbench,
  count: number,
  threads: number | undefined,
  onProgress: OnProgress,
): Promise<{ mutants: Mutant[]; refused: number }> {
  const faults = mutations(bench.design, new Random(bench.seed, 'mutations'));
  const mutants: Mutant[] = [];
  const tried = new Set<string>();
  let refused = 0;
  const isEnough = (found: number) => found >= count || refused > 20 * count;
  while (!isEnough(mutants.length)) {
    const batch: MutatedFile[] = [];
    while (!isEnough(mutants.length + batch.length)) {
      const { value: fault, done } = faults.next();
      if (done) break;
      const key = JSON.stringify(fault.mutation);
      if (tried.has(key)) refused += 1;
      else batch.push(fault);
      tried.add(key);
    }
    if (batch.length === 0) break;
    let done = mutants.length;
    const found = await inParallel(batch, atATime(threads), async (fault) => {
      const mutant = await tryMutant(bench, fault);
      if (mutant !== undefined) done += 1;
      onProgress({ task: 'mutants', done, total: count });
      return mutant;
    });
    mutants.push(...found.filter((mutant) => mutant !== undefined));
    refused += found.filter((mutant) => mutant === undefined).length;
  }
  return { mutants, refused };
}

/** Faults without end, the same for the same seed: an emptied ROM, then ROM and RTL by turns. */
function* mutations({ files, manifest }: LoadedDesign, random: Random): Generator<MutatedFile> {
  const { roms, sources } = manifest;
  const text = ({ file }: { file: string }) => files.get(file) as string;
  if (roms.length > 0) {
    const rom = random.pick(roms);
    yield emptyRom(rom.file, text(rom));
  }
  for (let dry = 0; dry < 1_000; ) {
    const rom = roms.length === 0 ? undefined : random.pick(roms);
    const source = random.pick(sources);
    const made = [
      rom && mutateRom(rom.file, text(rom), rom.width, random),
      mutateVerilog(source.file, text(source), random),
    ].filter((file) => file !== undefined);
    yield* made;
    dry = made.length === 0 ? dry + 1 : 0;
  }
}

async function checkOriginal(bench: Workbench): Promise<void> {
  const built = await bench.engine.build(bench.design, buildOptions(bench.cacheFolder));
  const caught = await catchFault(bench, bench.design, built);
  if (caught !== undefined) throw problems.cosimMutateBroken(bench.design.manifest.name, caught);
}

const buildOptions = (cacheFolder: string): BuildOptions => {
  return { traces: true, waves: false, selfChecks: false, cacheFolder };
};

/** Undefined for a fault that does not compile. */
async function tryMutant(bench: Workbench, { mutation, text }: MutatedFile): Promise<Mutant | undefined> {
  const { files, hashes } = bench.design;
  const design = {
    ...bench.design,
    files: new Map([...files, [mutation.file, text]]),
    hashes: new Map([...hashes, [mutation.file, sha256(text)]]),
  };
  const isRom = bench.design.manifest.roms.some(({ file }) => file === mutation.file);
  let built: BuiltDesign;
  try {
    // A ROM fault needs no new build: the images are read at run time.
    const cacheFolder = isRom ? bench.cacheFolder : path.join(bench.workshop, 'builds');
    built = await bench.engine.build(design, buildOptions(cacheFolder));
  } catch (error) {
    if (error instanceof EspalierError && DOES_NOT_BUILD.test(error.code)) return undefined;
    throw error;
  }
  const caughtBy = await catchFault(bench, design, built);
  if (caughtBy !== undefined) return { ...mutation, caughtBy };
  const same = isRom ? undefined : await sameCircuit(bench.design, design);
  return same === undefined ? mutation : { ...mutation, sameCircuit: same };
}

/** A fault that no simulator is shown, or that the reader of the netlist refuses as such. */
const DOES_NOT_BUILD =
  /^(cosim\/build-failed|netlist\/(verilog|warning|driven-twice|undriven|unknown-cell|clock|loop|rom|yosys-failed))$/;
const FEW = 300;
/** Seconds for a mutant: a combinational loop may keep a simulator at one moment for ever. */
const TIME_LIMIT = 30;

/** What shows that the design is broken, the cheapest look first; undefined when nothing does. */
async function catchFault(
  { beats, seed }: Workbench,
  design: LoadedDesign,
  built: BuiltDesign,
): Promise<string | undefined> {
  const jobs: Job[] = [
    stalledJob(design, sliceBeats(beats, 0, FEW), 'mixed', seed),
    stalledJob(design, sliceBeats(beats, 0, FEW), 'lengths', seed),
    measuringJob(design, beats, seed),
    stalledJob(design, beats, 'mixed', seed),
  ];
  for (const job of jobs) {
    const seen = await lookAt(design, built, { ...job, stopAtFirst: true, timeLimit: TIME_LIMIT });
    if (seen !== undefined) return seen;
  }
  return undefined;
}

async function lookAt(design: LoadedDesign, built: BuiltDesign, job: Job): Promise<string | undefined> {
  try {
    const { failure, latency, interval } = await built.run(job);
    if (failure !== null) return describeFailure(failure);
    if (job.warmUp === 0) return undefined;
    const { timing } = design.manifest;
    const figures = {
      latency: { predicted: timing.latency, measured: latency },
      interval: { predicted: timing.interval, measured: interval },
    };
    const wrong = Object.entries(figures).find(([, figure]) => !asPredicted(figure));
    return wrong && `${wrong[0]}: ${describeMeasured(wrong[1])}`;
  } catch (error) {
    if (error instanceof EspalierError && error.code === 'cosim/simulator-failed')
      return `simulator: ${error.got}`;
    throw error;
  }
}

const describeFailure = ({ kind, sample, cycle }: RunFailure): string =>
  `${kind} at sample ${sample}, cycle ${cycle}`;
