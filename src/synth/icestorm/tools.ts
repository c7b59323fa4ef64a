import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { withScratchFolder } from '../../core/early-exit.js';
import { firstLines, runProcess } from '../../core/process.js';
import { problems } from '../problems.js';

/** A run of one of IceStorm's programs. */
export interface ToolJob {
  /** `nextpnr-ice40` or `icepack`. */
  readonly program: string;
  readonly args: readonly string[];
  readonly files: ReadonlyMap<string, string>;
  readonly outputs: readonly string[];
  readonly timeoutSeconds: number;
}

/** nextpnr-ice40 and icepack, installed or as WebAssembly. */
export interface IcestormTools {
  /** Such as `nextpnr-ice40 0.4`. */
  readonly version: string;
  /** @throws synth/tool-failed, synth/tool-timeout */
  run(job: ToolJob): Promise<ReadonlyMap<string, Uint8Array>>;
}

const PACKAGE = '@yowasp/nextpnr-ice40';

/**
 * The programs of the PATH where they are, else the WebAssembly ones.
 *
 * @throws synth/icestorm-missing
 */
export async function findIcestorm(): Promise<IcestormTools> {
  const found = (await findNative()) ?? findWasm();
  if (found === undefined) throw problems.icestormMissing(PACKAGE);
  return found;
}

async function findNative(): Promise<IcestormTools | undefined> {
  const [router, packer] = await Promise.all([
    runProcess('nextpnr-ice40', ['--version'], { timeoutSeconds: 20 }),
    // It reads the standard input, which is empty: being there is all that is asked.
    runProcess('icepack', ['-h'], { timeoutSeconds: 20 }),
  ]);
  if (router.status !== 0 || packer.status === undefined) return undefined;
  const version = /Version ([^)\s]+)/.exec(router.stdout + router.stderr)?.[1] ?? 'of unknown version';
  return { version: `nextpnr-ice40 ${version}`, run: runNative };
}

const runNative = (job: ToolJob): Promise<ReadonlyMap<string, Uint8Array>> =>
  withScratchFolder(async (folder) => {
    for (const [name, text] of job.files) await writeFile(path.join(folder, name), text);
    const { timeoutSeconds } = job;
    const exit = await runProcess(job.program, job.args, { cwd: folder, timeoutSeconds });
    if (exit.timedOut) throw problems.toolTimeout(job.program, timeoutSeconds);
    if (exit.status !== 0) throw problems.toolFailed(job.program, firstLines(exit));
    const files = new Map<string, Uint8Array>();
    for (const name of job.outputs) files.set(name, await readFile(path.join(folder, name)));
    return files;
  });

function findWasm(): IcestormTools | undefined {
  const require = createRequire(import.meta.url);
  try {
    const bundle = require.resolve(PACKAGE);
    const { version } = require(path.join(path.dirname(bundle), '..', 'package.json'));
    const url = pathToFileURL(bundle).href;
    return { version: `nextpnr-ice40 ${version} (WebAssembly)`, run: (job) => runWasm(url, job) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

/** The programs block their thread, so they have one of their own, which a time-out can end. */
const WORKER = `
const { parentPort, workerData } = require('node:worker_threads');
const { url, program, args, files, outputs } = workerData;
let log = '';
const decoder = new TextDecoder();
const print = (bytes) => { if (bytes !== null) log += decoder.decode(bytes, { stream: true }); };
(async () => {
  try {
    const { commands } = await import(url);
    const made = await commands[program](args, Object.fromEntries(files), { stdout: print, stderr: print });
    const bytes = (item) => (typeof item === 'string' ? new TextEncoder().encode(item) : item);
    parentPort.postMessage({ files: outputs.map((name) => [name, bytes(made[name])]) });
  } catch (error) {
    parentPort.postMessage({ log: log + '\\n' + String(error && error.message) });
  }
})();
`;

type Answer = { readonly files: [string, Uint8Array][] } | { readonly log: string };

function runWasm(url: string, job: ToolJob): Promise<ReadonlyMap<string, Uint8Array>> {
  const { program, args, outputs, timeoutSeconds } = job;
  return new Promise((resolve, reject) => {
    const workerData = { url, program, args, files: [...job.files], outputs };
    const worker = new Worker(WORKER, { eval: true, workerData });
    const end = (settle: () => void) => {
      clearTimeout(timer);
      settle();
      void worker.terminate();
    };
    const timer = setTimeout(
      () => end(() => reject(problems.toolTimeout(program, timeoutSeconds))),
      timeoutSeconds * 1000,
    );
    worker.on('message', (answer: Answer) =>
      end(() => {
        if ('files' in answer) resolve(new Map(answer.files));
        else reject(problems.toolFailed(program, firstLines({ stdout: answer.log, stderr: '' })));
      }),
    );
    worker.on('error', (error) => end(() => reject(problems.toolFailed(program, error.message))));
  });
}
