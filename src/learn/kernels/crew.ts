import { availableParallelism } from 'node:os';
import { isMainThread, Worker } from 'node:worker_threads';
import { workerFile } from '../../core/threads.js';
import { bound, type KernelJob } from './jobs.js';
import { FIRST_FREE, lead } from './shift.js';
import { newMemory, Workspace, WorkspaceLayout } from './workspace.js';

/** Operations below which waking another thread costs more than it saves. */
const WORTH_WAKING = 1e6;

/** What a worker is given. */
export interface Recruit {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** From 1; the crew's own thread is 0. */
  readonly number: number;
}

/**
 * Who does jobs: this thread, and workers beside it. Each takes the next tile as soon as it is free, so a thread that
 * the system holds up delays one tile; which thread computes a tile changes nothing in it.
 */
export class Crew {
  readonly workspace: Workspace;
  private hasWorkers = false;

  /** @param threads in all, this one among them; a thread that is a worker itself has none */
  constructor(
    private readonly module: WebAssembly.Module,
    private readonly threads = isMainThread ? availableParallelism() : 1,
  ) {
    this.workspace = new Workspace(module, newMemory());
  }

  newLayout(): WorkspaceLayout {
    return new WorkspaceLayout(this.workspace.memory, FIRST_FREE);
  }

  /** Does a job; returns when it is done. */
  run(job: KernelJob, layout: WorkspaceLayout): void {
    const { tiles, scratch, work, run } = bound(job);
    const { workspace, threads } = this;
    layout.during(() => {
      if (threads === 1 || tiles === 1 || work < WORTH_WAKING) {
        const own = layout.reserve(scratch);
        for (let tile = 0; tile < tiles; tile++) run(workspace, tile, own);
        return;
      }
      this.recruit();
      const scratchBytes = Math.ceil(scratch / 16) * 64;
      const first = layout.reserve((scratchBytes / 4) * threads);
      lead(workspace, { job, scratch: first, scratchBytes, bytes: workspace.memory.buffer.byteLength });
    });
  }

  /** Starts the workers, once. They join when they are up, and keep nobody from ending. */
  private recruit(): void {
    if (this.hasWorkers) return;
    this.hasWorkers = true;
    for (let number = 1; number < this.threads; number++) {
      const workerData: Recruit = { module: this.module, memory: this.workspace.memory, number };
      const worker = new Worker(workerFile('learn/kernels/worker'), { workerData });
      // One that does not start is not missed; one that fails in a shift has told the others.
      worker.on('error', () => undefined);
      worker.unref();
    }
  }
}
