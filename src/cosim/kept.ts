import { rmSync } from 'node:fs';
import path from 'node:path';
import { readText, writeFileAtomic } from '../core/files.js';
import { hashOf, sha256 } from '../core/hash.js';
import type { LoadedDesign } from './design.js';
import type { BuiltDesign, Job, RunResult } from './engine.js';

/**
 * What the simulators have finished, until the record of it is written: an interrupted simulation goes on from there.
 * A run is known by the bytes that it is made from, so that nothing else can be taken for it.
 */
export class KeptResults {
  private readonly files = new Set<string>();
  /** Of all that its runs have in common. */
  private readonly design: string;
  private found = 0;

  constructor(
    { manifest: { roms, stream, traces } }: LoadedDesign,
    private readonly built: BuiltDesign,
    private readonly cacheFolder: string,
  ) {
    this.design = hashOf({ built: built.key, roms: roms.map((rom) => rom.sha256), buses: [stream, traces] });
  }

  /** How many results an earlier run had left. */
  get finishedBefore(): number {
    return this.found;
  }

  /** The job's result: an earlier run's, or the simulator's. */
  async run(job: Job): Promise<RunResult> {
    const file = this.fileOf(job);
    this.files.add(file);
    const earlier = keptResult(file);
    if (earlier !== undefined) {
      this.found += 1;
      return earlier;
    }
    const result = await this.built.run(job);
    writeFileAtomic(file, JSON.stringify(result));
    return result;
  }

  /** Once the record stands. */
  forget(): void {
    for (const file of this.files) rmSync(file, { force: true });
  }

  private fileOf({ vectors, expected, traces, stalls, ...facts }: Job): string {
    const key = hashOf({
      design: this.design,
      facts,
      bytes: [vectors, expected, ...traces, stalls].map((bytes) => sha256(bytes)),
    });
    return path.join(this.cacheFolder, 'unfinished', `${key.slice(0, 32)}.json`);
  }
}

/** Undefined when there is none, or a damaged one. */
function keptResult(file: string): RunResult | undefined {
  try {
    return JSON.parse(readText(file)) as RunResult;
  } catch {
    return undefined;
  }
}
