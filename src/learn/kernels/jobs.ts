import { depthwiseColumn, depthwiseRows, poolGradient } from './channelwise.js';
import { columnProduct } from './column-product.js';
import type { JobKind } from './job.js';
import type { Address } from './machine.js';
import { rowProduct } from './row-product.js';
import type { Workspace } from './workspace.js';

/** All kinds of jobs. */
export const JOB_KINDS = { rowProduct, columnProduct, depthwiseRows, depthwiseColumn, poolGradient };

export type JobName = keyof typeof JOB_KINDS;
type JobOf<N extends JobName> = (typeof JOB_KINDS)[N] extends JobKind<infer J> ? J : never;

/** A job and its kind, as plain data. */
export type KernelJob = { [N in JobName]: { readonly kind: N; readonly job: JobOf<N> } }[JobName];

/** A job with what its kind knows of it. */
export interface BoundJob {
  readonly tiles: number;
  readonly scratch: number;
  readonly work: number;
  readonly run: (workspace: Workspace, tile: number, scratch: Address) => void;
}

export function bound({ kind, job }: KernelJob): BoundJob {
  const of = JOB_KINDS[kind] as JobKind<typeof job>;
  return {
    tiles: of.tiles(job),
    scratch: of.scratch(job),
    work: of.work(job),
    run: (workspace, tile, scratch) => of.run(workspace, job, tile, scratch),
  };
}
