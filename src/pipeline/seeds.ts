import path from 'node:path';
import type { Problem } from '../core/errors.js';
import { type Estimate, estimateOverFolds } from '../learn/statistics.js';
import { type NetworkSummary, trainedNetworks } from '../report/summary.js';
import { DEFAULT_BUILD, type RunRequest, type RunResult, runModel } from './run.js';
import type { QuantizedProduct } from './stages/quantize.js';
import type { TrainedProduct } from './stages/train.js';

export interface SeedsRequest extends Omit<RunRequest, 'seed' | 'study' | 'until'> {
  /** Each in place of the configuration's; at least one, no two alike. */
  readonly seeds: readonly number[];
  /** The stage that each run ends with. */
  readonly until?: string | undefined;
  /** Called before each run. */
  readonly onSeed?: (seed: number) => void;
}

export interface SeedsResult {
  readonly model: string;
  readonly runs: readonly SeedRun[];
  /** Over the seeds, network by network. */
  readonly means: readonly SeedMean[];
  readonly warnings: readonly Problem[];
}

export interface SeedRun {
  readonly seed: number;
  readonly folder: string;
  readonly networks: readonly SeedNetwork[];
}

/** From the trained network to the one in hardware, on the test rows. */
export type SeedNetwork = Pick<NetworkSummary, 'name' | 'accuracy' | 'nonZeros'>;

/** Accuracy on the test rows. The interval is that of the seeds: other test rows would give another one. */
export interface SeedMean extends Estimate {
  readonly name: NetworkSummary['name'];
}

/** Where a run's networks are whole: what follows makes hardware of them. */
const LAST_STAGE = 'quantize';

/**
 * Runs a model once for each seed, up to its integer network, each in a folder of its own in `build`; what has not
 * changed is kept.
 *
 * @throws pipeline/*, and whatever a stage throws
 */
export async function runSeeds({ seeds, onSeed, ...request }: SeedsRequest): Promise<SeedsResult> {
  const { build = DEFAULT_BUILD, until = LAST_STAGE } = request;
  const runs: SeedRun[] = [];
  const warnings: Problem[] = [];
  let model = '';
  for (const seed of seeds) {
    onSeed?.(seed);
    const run = await runModel({ ...request, seed, until, build: path.join(build, `seed${seed}`) });
    model = run.model;
    runs.push({ seed, folder: run.folder, networks: networksOf(run) });
    warnings.push(...run.warnings.map((one) => ({ ...one, where: `seed ${seed}, ${one.where}` })));
  }
  return { model, runs, means: meansOf(runs), warnings };
}

function networksOf({ products }: RunResult): SeedNetwork[] {
  const trained = (stage: string, file = 'trained.json') => products.get(stage)?.json<TrainedProduct>(file);
  const [base, student, scratch, pruned] = [
    trained('train'),
    trained('distill'),
    trained('distill', 'scratch.json'),
    trained('prune'),
  ];
  const quantized = products.get('quantize')?.json<QuantizedProduct>('quantized.json');
  if (base === undefined || quantized === undefined) return [];
  const networks = trainedNetworks({
    base,
    ...(student && scratch && { distilled: { student, scratch } }),
    ...(pruned && { pruned }),
  });
  const { test, nonZeros } = quantized;
  return [
    ...networks.map(({ name, network }) => ({
      name,
      accuracy: network.test.accuracy,
      nonZeros: network.size.nonZeros,
    })),
    { name: 'fixed-point', accuracy: test.accuracy, nonZeros },
  ];
}

/** Different seeds are independent samples: no correction for training rows that overlap. */
function meansOf([first, ...others]: readonly SeedRun[]): SeedMean[] {
  return first.networks.map(({ name, accuracy }, at) => ({
    name,
    ...estimateOverFolds([accuracy, ...others.map(({ networks }) => networks[at].accuracy)], 0),
  }));
}
