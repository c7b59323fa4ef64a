import { rmSync } from 'node:fs';
import path from 'node:path';
import { EspalierError } from '../core/errors.js';
import { readText, writeFileAtomic } from '../core/files.js';
import { hashOf } from '../core/hash.js';
import { problems as netlistProblems } from '../netlist/problems.js';
import type { Yosys, YosysJob } from '../netlist/yosys-job.js';

/** What a run of Yosys is given, and what is wanted of it. */
export type Step = Pick<YosysJob, 'task' | 'script' | 'files'> & { readonly output: string };

/**
 * Runs of Yosys within one time-out, each kept until all is done: a synthesis that was interrupted, or took too long,
 * goes on from there. A run is known by all that it was given.
 */
export class Steps {
  private readonly files: string[] = [];
  private readonly began = performance.now();

  /** @param folder where results are kept; absent: nowhere */
  constructor(
    private readonly yosys: Yosys,
    private readonly timeoutSeconds: number,
    private readonly folder: string | undefined,
  ) {}

  /** @returns the output's text. @throws netlist/yosys-*; netlist/yosys-timeout when all steps together take longer */
  async run({ output, ...job }: Step): Promise<string> {
    const key = hashOf({ yosys: this.yosys.version, ...job, files: [...job.files] });
    const file = this.folder === undefined ? undefined : path.join(this.folder, `${key.slice(0, 32)}.step`);
    if (file !== undefined) this.files.push(file);
    const kept = file === undefined ? undefined : keptText(file);
    if (kept !== undefined) return kept;
    const left = this.timeoutSeconds - (performance.now() - this.began) / 1000;
    const run = { ...job, outputs: [output], timeoutSeconds: Math.max(1, left) };
    const text = await this.runWithin(run);
    if (file !== undefined) writeFileAtomic(file, text);
    return text;
  }

  private async runWithin(job: YosysJob): Promise<string> {
    try {
      const { files } = await this.yosys.run(job);
      return files.get(job.outputs[0]) as string;
    } catch (error) {
      if (error instanceof EspalierError && error.code === 'netlist/yosys-timeout') {
        throw netlistProblems.yosysTimeout(job.task, this.timeoutSeconds);
      }
      throw error;
    }
  }

  /** Once the report stands. */
  forget(): void {
    for (const file of this.files) rmSync(file, { force: true });
  }
}

/** Undefined when there is none. */
function keptText(file: string): string | undefined {
  try {
    return readText(file);
  } catch {
    return undefined;
  }
}
