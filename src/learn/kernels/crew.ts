import { bound, type Job } from './jobs.js';
import type { Address } from './machine.js';
import { Layout, newMemory, Workspace } from './workspace.js';

/** Who does jobs: this thread. */
export class Crew {
  readonly workspace: Workspace;

  constructor(module: WebAssembly.Module) {
    this.workspace = new Workspace(module, newMemory());
  }

  newLayout(): Layout {
    return new Layout(this.workspace.memory, FIRST);
  }

  run(job: Job, layout: Layout): void {
    const { tiles, scratch, run } = bound(job);
    layout.during(() => {
      const at = layout.reserve(scratch);
      for (let tile = 0; tile < tiles; tile++) run(this.workspace, tile, at);
    });
  }
}

/** Address 0 stands for nothing. */
const FIRST: Address = 4096;
