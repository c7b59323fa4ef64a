import type { Problem } from '../core/errors.js';
import { nearest } from '../core/nearest.js';
import { ignoreProgress, type OnProgress } from '../core/progress.js';
import { bodyOf, withVendorBodies } from '../emit/bodies.js';
import { companionWarnings, type DesignFolder, MANIFEST_FILE, readDesign } from '../emit/read-design.js';
import { readNetlist } from '../netlist/read.js';
import type { Yosys } from '../netlist/yosys-job.js';
import { problems } from './problems.js';
import type { Certificate, Counterexample, SegmentProof } from './proof.js';
import { proveSegments } from './prove-segments.js';
import { findCounterexample } from './refute.js';
import type { TimedSegment } from './segment-task.js';
import { cutDesign, type ProofSegment } from './segments.js';
import { specOf } from './spec.js';

export interface ProveOptions {
  /** For Yosys. */
  readonly timeoutSeconds: number;
  /** For all of it, from now on; what is not proved by then is not proved. Absent: as long as it takes. */
  readonly limitSeconds?: number;
  readonly onProgress?: OnProgress;
  /** Whether Verilator, where it is installed, has to confirm a counterexample too; it has, unless stated. */
  readonly useVerilator?: boolean;
  /** Worker threads, which leave this one free; 0: in this thread; absent: one for each core. */
  readonly threads?: number;
  /** Files that may be other than they were emitted: the statement is about what they say now. */
  readonly edited?: readonly string[];
  /** Where simulators that confirm a counterexample keep their builds. */
  readonly cacheFolder: string;
}

/** A proof with what it took, segment by segment. */
export interface Proved {
  readonly certificate: Certificate;
  /** Files beside the design that are not as emitted, and that the proof says nothing of. */
  readonly warnings: readonly Problem[];
  /** From the first file read to the verdict. */
  readonly seconds: number;
  /** Of computing, in whichever thread. */
  readonly segmentSeconds: readonly number[];
}

/**
 * Proves that an emitted design's Verilog equals its `network.json` for every input, every run of samples and every
 * stall, or finds an input on which it does not; what cannot be decided is not proved. The method: docs/proof.md.
 *
 * @param folder of the design; nothing is read but the files of its manifest
 * @throws emit/*, netlist/*, network/*, prove/*; prove/edited where a file is not as it was emitted, and not accepted
 */
export async function proveDesign(folder: string, yosys: Yosys, options: ProveOptions): Promise<Proved> {
  const { onProgress = ignoreProgress } = options;
  const clock = stopwatch();
  const start = Date.now();
  const design = readDesign(folder);
  checkEdited(design, options.edited ?? []);
  const { network } = design;
  const { pieces, timed } = await proveLayers(design, yosys, options, start);
  const segments = timed.map(({ segment }) => segment);
  const proved = segments.every(isProved);
  const isOver = segments.some(({ unfinished }) => unfinished === true);
  const found =
    proved || isOver
      ? undefined
      : await findCounterexample({ design, network, segments, pieces, onProgress, ...options });
  const certificate = certify(design, yosys, segments, proved, found);
  const warnings = companionWarnings(design);
  return { certificate, warnings, seconds: clock(), segmentSeconds: timed.map(({ seconds }) => seconds) };
}

/** @throws prove/edited, prove/not-a-file */
function checkEdited({ hashes, edited }: DesignFolder, accepted: readonly string[]): void {
  const known = [...hashes.keys()].filter((file) => file !== MANIFEST_FILE);
  for (const file of accepted) {
    if (!known.includes(file)) throw problems.proveNotAFile(file, nearest(file, known));
  }
  for (const { file, role, change } of edited) {
    if (role === 'companion' || (accepted.includes(file) && role !== 'network')) continue;
    throw role === 'network' ? problems.proveNetwork(file, change) : problems.proveEdited(file, change);
  }
}

/**
 * The proof of a design as it was read, segment by segment: neither whether its files are as they were emitted counts,
 * nor is an input looked for.
 *
 * @throws netlist/*, prove/*
 */
export async function proveLayers(
  design: DesignFolder,
  yosys: Yosys,
  options: ProveOptions,
  start = Date.now(),
): Promise<{ readonly pieces: readonly ProofSegment[]; readonly timed: readonly TimedSegment[] }> {
  const deadline = options.limitSeconds === undefined ? undefined : start + 1000 * options.limitSeconds;
  const spec = specOf(design.network);
  const netlist = await readNetlist(design, yosys, options);
  const pieces = cutDesign(netlist, design.manifest, spec);
  const timed = await proveSegments(
    { netlist, spec, pieces, timing: design.manifest.timing },
    { ...options, deadline },
  );
  return { pieces, timed };
}

const isProved = ({ broken, unfinished, fields }: SegmentProof): boolean =>
  broken === undefined &&
  unfinished !== true &&
  fields.length > 0 &&
  fields.every(({ outcome }) => outcome.kind === 'proved');

function certify(
  design: DesignFolder,
  yosys: Yosys,
  segments: readonly SegmentProof[],
  proved: boolean,
  counterexample: Counterexample | undefined,
): Certificate {
  const { manifest, hashes, edited } = design;
  return {
    schema: 'espalier/proof',
    version: 1,
    design: manifest.name,
    status: proved ? 'proved' : counterexample === undefined ? 'not proved' : 'refuted',
    files: [...hashes].map(([file, sha256]) => ({ file, sha256 })),
    edited: edited.filter(({ role }) => role !== 'companion').map(({ file }) => file),
    notCovered: withVendorBodies(design).map((built) => `body ${bodyOf(built).name}`),
    restsOn: [
      `${yosys.version} reading the Verilog (proc; flatten)`,
      'this one reading of the Verilog: espalier simulate --engine all compares what other tools read',
      'the netlist reader (src/netlist/)',
      'the prover (src/prove/)',
      'the rows, ranges and rounding of the network (src/network/, src/fixed/)',
    ],
    segments,
    ...(counterexample === undefined ? {} : { counterexample }),
  };
}

function stopwatch(): () => number {
  const start = performance.now();
  return () => (performance.now() - start) / 1000;
}
