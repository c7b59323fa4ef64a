import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { problems } from './problems.js';
import { type Yosys, type YosysJob, type YosysResult, yosysFailure } from './yosys-job.js';

const PACKAGE = '@yowasp/yosys';
const SCRIPT = 'job.ys';

/** What the worker sends back: the files, or why there are none. */
type Answer =
  | { readonly kind: 'done'; readonly files: Record<string, string>; readonly log: string }
  | { readonly kind: 'failed'; readonly reason: string; readonly log: string };

/**
 * Yosys blocks its thread, so it has one of its own, which a time-out can end. The text of the worker stands here
 * since it must also run where this file is executed as TypeScript. The package's file tree is nested objects.
 */
const WORKER = `
const { parentPort, workerData } = require('node:worker_threads');
const { url, files, args, outputs } = workerData;
let log = '';
const decoder = new TextDecoder();
const print = (bytes) => { if (bytes !== null) log += decoder.decode(bytes, { stream: true }); };
const text = (item) => (typeof item === 'string' ? item : decoder.decode(item));
const at = (tree, name) => name.split('/').reduce((node, part) => node[part], tree);
(async () => {
  try {
    const { runYosys } = await import(url);
    const tree = {};
    for (const [name, content] of files) {
      const parts = name.split('/');
      const last = parts.pop();
      let node = tree;
      for (const part of parts) node = node[part] ??= {};
      node[last] = content;
    }
    const made = await runYosys(args, tree, { stdout: print, stderr: print });
    const wanted = Object.fromEntries(outputs.map((name) => [name, text(at(made, name))]));
    parentPort.postMessage({ kind: 'done', files: wanted, log });
  } catch (error) {
    parentPort.postMessage({ kind: 'failed', reason: String(error && error.message), log });
  }
})();
`;

/** The WebAssembly Yosys, if the optional package is installed. */
export async function findWasmYosys(): Promise<Yosys | undefined> {
  try {
    const bundle = createRequire(import.meta.url).resolve(PACKAGE);
    const { version } = JSON.parse(
      readFileSync(path.join(path.dirname(bundle), '..', 'package.json'), 'utf8'),
    );
    const url = pathToFileURL(bundle).href;
    return { kind: 'wasm', version: `Yosys ${version} (WebAssembly)`, run: (job) => runJob(url, job) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

async function runJob(url: string, job: YosysJob): Promise<YosysResult> {
  const answer = await runWorker(job, {
    url,
    files: [...job.files, [SCRIPT, job.script]],
    args: ['-q', '-s', SCRIPT],
    outputs: job.outputs,
  });
  if (answer.kind === 'failed') throw yosysFailure(job.task, answer.log, answer.reason);
  return { files: new Map(Object.entries(answer.files)), log: answer.log };
}

function runWorker(job: YosysJob, workerData: unknown): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(WORKER, { eval: true, workerData });
    const timer = setTimeout(() => {
      reject(problems.yosysTimeout(job.task, job.timeoutSeconds));
      void worker.terminate();
    }, job.timeoutSeconds * 1000);
    worker.on('message', (answer: Answer) => {
      clearTimeout(timer);
      resolve(answer);
      void worker.terminate();
    });
    worker.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      reject(
        error.code === 'ERR_WORKER_OUT_OF_MEMORY'
          ? problems.yosysMemory(job.task)
          : problems.yosysFailed(job.task, error.message),
      );
    });
  });
}
