import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { withScratchFolder } from '../core/early-exit.js';
import { makeFolder } from '../core/files.js';
import { runProcess } from '../core/process.js';
import { problems } from './problems.js';
import { type Yosys, type YosysJob, type YosysResult, yosysFailure } from './yosys-job.js';

const SCRIPT = 'job.ys';
/** `yosys -V` answers in milliseconds; a stuck one must not hold up the search. */
const VERSION_TIMEOUT = 20;

/** The `yosys` of the PATH, if it starts. */
export async function findNativeYosys(): Promise<Yosys | undefined> {
  const { status, stdout } = await runProcess('yosys', ['-V'], { timeoutSeconds: VERSION_TIMEOUT });
  const version = /^Yosys \S+/.exec(stdout)?.[0];
  return status === 0 && version !== undefined ? { kind: 'native', version, run: runJob } : undefined;
}

async function runJob(job: YosysJob): Promise<YosysResult> {
  return withScratchFolder(async (folder) => {
    for (const [name, content] of [...job.files, [SCRIPT, job.script] as const]) {
      makeFolder(path.dirname(path.join(folder, name)));
      await writeFile(path.join(folder, name), content);
    }
    const { timeoutSeconds } = job;
    const exit = await runProcess('yosys', ['-q', '-s', SCRIPT], { cwd: folder, timeoutSeconds });
    if (exit.timedOut) throw problems.yosysTimeout(job.task, timeoutSeconds);
    if (exit.signal === 'SIGKILL') throw problems.yosysMemory(job.task);
    const log = exit.stdout + exit.stderr;
    if (exit.status !== 0) throw yosysFailure(job.task, log, `exit status ${exit.signal ?? exit.status}`);
    const files = new Map<string, string>();
    for (const name of job.outputs) files.set(name, await readOutput(job.task, folder, name));
    return { files, log };
  });
}

async function readOutput(task: string, folder: string, name: string): Promise<string> {
  try {
    return await readFile(path.join(folder, name), 'utf8');
  } catch (error) {
    throw problems.yosysFailed(task, `no ${name} (${(error as NodeJS.ErrnoException).code})`);
  }
}
