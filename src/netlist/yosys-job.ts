import { problems } from './problems.js';

/** A script for Yosys, with all that it reads. */
export interface YosysJob {
  /** For errors and progress: what is being done, such as `reading wdbc`. */
  readonly task: string;
  /** Yosys commands, one a line; paths are relative to the job's own folder. */
  readonly script: string;
  /** Path → content. */
  readonly files: ReadonlyMap<string, string>;
  /** Files that the script writes and the caller wants. */
  readonly outputs: readonly string[];
  readonly timeoutSeconds: number;
}

export interface YosysResult {
  /** Every file of `outputs` → its text. */
  readonly files: ReadonlyMap<string, string>;
  /** What Yosys printed: its warnings, when the script does not ask for more. */
  readonly log: string;
}

export const YOSYS_KINDS = ['native', 'wasm'] as const;
export type YosysKind = (typeof YOSYS_KINDS)[number];

/** A Yosys that can run jobs, each in a folder of its own. */
export interface Yosys {
  readonly kind: YosysKind;
  /** Such as `Yosys 0.23`. */
  readonly version: string;
  /** @throws netlist/yosys-failed, netlist/yosys-timeout, netlist/yosys-memory */
  run(job: YosysJob): Promise<YosysResult>;
}

/** The error of a run that ended badly, from what Yosys printed. */
export function yosysFailure(task: string, log: string, reason: string) {
  if (
    /bad_alloc|out of memory|memory access out of bounds|Cannot enlarge memory/i.test(`${log}\n${reason}`)
  ) {
    return problems.yosysMemory(task);
  }
  const line = log.split('\n').find((text) => /\bERROR\b/.test(text));
  return problems.yosysFailed(task, line?.replace(/ERROR:\s*/, '').trim() ?? reason);
}

/**
 * A netlist among a run's outputs.
 *
 * @throws netlist/yosys-failed where it is no JSON, or lacks the top module: such a Yosys is broken
 */
export function yosysNetlist<T extends { readonly modules: Readonly<Record<string, unknown>> }>(
  task: string,
  { files }: YosysResult,
  { file, top }: { readonly file: string; readonly top: string },
): T {
  let json: Partial<T> | null;
  try {
    json = JSON.parse(files.get(file) as string);
  } catch {
    throw problems.yosysFailed(task, `a ${file} that is no JSON`);
  }
  if (json?.modules?.[top] === undefined) throw problems.yosysFailed(task, `a ${file} without ${top}`);
  return json as T;
}
