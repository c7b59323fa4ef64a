import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { killGroup, onEarlyExit, withScratchFolder } from '../core/early-exit.js';
import { makeFolder } from '../core/files.js';
import { problems } from './problems.js';
import { type Yosys, type YosysJob, type YosysResult, yosysFailure } from './yosys-job.js';

const SCRIPT = 'job.ys';
/** `yosys -V` answers in milliseconds; a stuck one must not hold up the search. */
const VERSION_TIMEOUT = 20;

interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
  readonly timedOut: boolean;
}

/** The `yosys` of the PATH, if it starts. */
export async function findNativeYosys(): Promise<Yosys | undefined> {
  try {
    const { code, output } = await runYosys(['-V'], '.', VERSION_TIMEOUT);
    const version = /^Yosys \S+/.exec(output)?.[0];
    return code === 0 && version !== undefined ? { kind: 'native', version, run: runJob } : undefined;
  } catch (error) {
    if (['ENOENT', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

async function runJob(job: YosysJob): Promise<YosysResult> {
  return withScratchFolder(async (folder) => {
    for (const [name, content] of [...job.files, [SCRIPT, job.script] as const]) {
      makeFolder(path.dirname(path.join(folder, name)));
      await writeFile(path.join(folder, name), content);
    }
    const exit = await runYosys(['-q', '-s', SCRIPT], folder, job.timeoutSeconds);
    if (exit.timedOut) throw problems.yosysTimeout(job.task, job.timeoutSeconds);
    if (exit.signal === 'SIGKILL') throw problems.yosysMemory(job.task);
    if (exit.code !== 0) {
      throw yosysFailure(job.task, exit.output, `exit status ${exit.code ?? exit.signal}`);
    }
    const files = new Map<string, string>();
    for (const name of job.outputs) files.set(name, await readOutput(job.task, folder, name));
    return { files, log: exit.output };
  });
}

async function readOutput(task: string, folder: string, name: string): Promise<string> {
  try {
    return await readFile(path.join(folder, name), 'utf8');
  } catch (error) {
    throw problems.yosysFailed(task, `no ${name} (${(error as NodeJS.ErrnoException).code})`);
  }
}

function runYosys(args: readonly string[], cwd: string, timeoutSeconds: number): Promise<Exit> {
  return new Promise((resolve, reject) => {
    const child = spawn('yosys', args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const callOff = onEarlyExit(() => killGroup(child));
    let output = '';
    let timedOut = false;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    const timer = setTimeout(() => {
      timedOut = true;
      killGroup(child);
    }, timeoutSeconds * 1000);
    child.on('error', (error) => {
      callOff();
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', (code, signal) => {
      callOff();
      clearTimeout(timer);
      resolve({ code, signal, output, timedOut });
    });
  });
}
