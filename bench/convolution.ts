import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { addFiles } from '../src/core/owned-folder.js';
import type { OnProgress } from '../src/core/progress.js';
import { measureSpeed } from '../src/cosim/speed.js';
import { emitDesign } from '../src/emit/design.js';
import type { HardwareConfig } from '../src/emit/hardware-config.js';
import type { Manifest, ResourceEstimate } from '../src/emit/manifest.js';
import { parseManifest } from '../src/emit/read-design.js';
import { findYosys } from '../src/netlist/yosys.js';
import type { QuantizedNetwork } from '../src/network/types.js';
import { proveDesign } from '../src/prove/prove.js';
import type { Bench, Ratio } from './support/bench.js';
import { coSimulated } from './support/co-simulated.js';
import { evenNetwork, kernelNetwork, mnistStudent, resnet8, svhnNetwork } from './support/map-networks.js';
import { processorSeconds, processorSecondsOf } from './support/processor-time.js';
import { synthesized } from './support/synthesized.js';

const TIMEOUT_SECONDS = 600;
/** Maps that a co-simulation compares. */
const MAPS = 20;
/** ResNet8 takes a tenth of a million cycles for each. */
const RESNET_MAPS = 6;
/** A pixel of the student's is a beat. */
const A_PIXEL = { width: 8 } as const;
/** Of its published design on a XC7Z020 at 100 MHz: cycles from image to image, and what it takes of the part. */
const SVHN_PUBLISHED = {
  interval: 16_385,
  multipliers: 213,
  luts: 48_259,
  flipFlops: 35_118,
  blockRams: 122,
};
const SVHN = { architecture: 'serial', interval: SVHN_PUBLISHED.interval, stream: { width: 32 } } as const;

/** The LUTs that SVHN's design may take, as a part of those published. */
const MOST_LUTS = 12_000 / SVHN_PUBLISHED.luts;

/** What a XC7Z020 has. */
const PART = { luts: 53_200, blockRams: 140, dsps: 220 };

interface Emitted {
  readonly files: ReadonlyMap<string, string>;
  readonly manifest: Manifest;
  readonly seconds: number;
}

function emit(network: QuantizedNetwork, hardware: HardwareConfig): Emitted {
  const begin = processorSeconds();
  const files = emitDesign(network, hardware, { version: '0', command: 'npm run bench' });
  const seconds = processorSeconds() - begin;
  return { files, manifest: parseManifest(files.get('manifest.json') as string), seconds };
}

/** Steps of the layer that takes longest: what no schedule on so many lanes goes below. */
const fewestCycles = ({ timing }: Manifest): number =>
  Math.max(
    ...timing.layers.map(({ lanes, schedule = [] }) => {
      const steps = schedule.flat().reduce((sum, { cycles }) => sum + cycles, 0);
      return lanes === undefined ? 0 : Math.ceil(steps / lanes);
    }),
  );

const multipliersOf = ({ timing }: Manifest): number =>
  timing.layers.reduce((sum, { lanes = 0 }) => sum + lanes, 0);

function ratioOf(workload: string, measure: string, ours: number, other: number, atMost?: number): Ratio {
  const ratio = { workload, measure, ours: `${ours}`, other: `${other}`, ratio: ours / other };
  return atMost === undefined ? ratio : { ...ratio, goal: { atMost } };
}

/** The student on lanes: cycles beside those that the products alone need. */
function studentOnLanes(lanes: number): Ratio[] {
  const title = `MNIST student, 50 % pruned, serial, lanes a layer: ${lanes}`;
  const { manifest, seconds } = emit(mnistStudent(0.5), { architecture: 'serial', lanes, stream: A_PIXEL });
  return [
    ratioOf(
      title,
      'cycles a map / products by lanes',
      manifest.timing.interval,
      fewestCycles(manifest),
      1 / 0.95,
    ),
    { ...ratioOf(title, 'processor seconds to emit / 60', seconds, 60, 1), ours: seconds.toFixed(1) },
  ];
}

/** Convolutions a position a clock, the dense layer behind them on lanes. */
function studentInCircuits(): Ratio[] {
  const title = 'MNIST student, 50 % pruned, parallel, dense on 10 lanes';
  const score = { engine: 'serial', lanes: 10 };
  const hardware: HardwareConfig = { architecture: 'parallel', layers: { score }, stream: A_PIXEL };
  const { manifest, seconds } = emit(mnistStudent(0.5), hardware);
  return [
    ratioOf(title, 'cycles a map / its cells', manifest.timing.interval, 28 * 28),
    { ...ratioOf(title, 'processor seconds to emit / 60', seconds, 60, 1), ours: seconds.toFixed(1) },
  ];
}

function svhn(): Ratio[] {
  const { interval, multipliers } = SVHN_PUBLISHED;
  const title = 'SVHN network, 50 % pruned, serial';
  const { manifest } = emit(svhnNetwork(0.5), SVHN);
  return [
    ratioOf(title, 'cycles a map / published', manifest.timing.interval, interval, 1),
    ratioOf(
      title,
      'multipliers / published DSP blocks',
      multipliersOf(manifest),
      multipliers,
      30 / multipliers,
    ),
  ];
}

/** An image in 1 ms at 100 MHz, in half of that where every second weight is zero. */
function residual(kept: number, interval: number): Ratio[] {
  const title = residualTitle(kept);
  const { manifest, seconds } = emit(resnet8(kept), { ...RESNET, interval });
  const { luts, lutRams, blockRams } = manifest.estimate as ResourceEstimate;
  return [
    ratioOf(title, `cycles a map / ${interval}`, manifest.timing.interval, interval, 1),
    ratioOf(title, 'multipliers / DSP blocks of a XC7Z020', multipliersOf(manifest), PART.dsps, 1),
    ratioOf(title, 'LUTs by the cost model / those of a XC7Z020', luts + lutRams, PART.luts, 1),
    ratioOf(title, 'block RAMs by the cost model / those of a XC7Z020', blockRams, PART.blockRams, 1),
    { ...ratioOf(title, 'processor seconds to emit / 60', seconds, 60, 1), ours: seconds.toFixed(1) },
  ];
}

/** Channels of networks that each have about twice as many weights as the one before. */
const CHANNELS = [8, 11, 16, 23, 32];
const EMITTED: Readonly<Record<string, HardwareConfig>> = {
  'serial, 4 lanes a layer': { architecture: 'serial', lanes: 4, stream: { width: 32 } },
  parallel: { architecture: 'parallel', maxLuts: 1_000_000, stream: { width: 32 } },
};

/** Whether emission takes longer for each weight that is not zero the more of them there are. */
function growth(): Ratio[] {
  return Object.entries(EMITTED).map(([form, hardware]) => {
    const perWeight = CHANNELS.map((channels) => {
      const network = evenNetwork(channels);
      const { manifest } = emit(network, hardware);
      const weights = manifest.timing.layers.reduce((sum, { terms }) => sum + terms, 0);
      return processorSecondsOf(() => emit(network, hardware)) / weights;
    });
    const [smallest, largest] = [perWeight[0], perWeight[perWeight.length - 1]].map(
      (seconds) => 1e6 * seconds,
    );
    const measure = `microseconds to emit a product: ${CHANNELS.at(-1)} channels / ${CHANNELS[0]}`;
    const sides = { ours: largest.toFixed(2), other: smallest.toFixed(2) };
    return {
      workload: `two convolutions on 8x8, 50 % pruned, ${form}`,
      measure,
      ...sides,
      ratio: largest / smallest,
      goal: { atMost: 2 },
    };
  });
}

/** A design in a folder for as long as something is measured of it. */
async function inFolder<T>(
  network: QuantizedNetwork,
  hardware: HardwareConfig,
  measure: (folder: string, cacheFolder: string) => Promise<T>,
): Promise<T> {
  const scratch = mkdtempSync(path.join(tmpdir(), 'espalier-bench-'));
  try {
    const folder = path.join(scratch, 'design');
    addFiles(folder, emit(network, hardware).files);
    return await measure(folder, path.join(scratch, 'cache'));
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

const STUDENT = { architecture: 'serial', lanes: 4, stream: A_PIXEL } as const;
const STUDENT_TITLE = 'MNIST student, 50 % pruned, serial, lanes a layer: 4';

/** The whole student proved, in one thread. */
const proof = () =>
  inFolder(mnistStudent(0.5), STUDENT, async (folder, cacheFolder): Promise<Ratio[]> => {
    const options = { timeoutSeconds: TIMEOUT_SECONDS, cacheFolder, useVerilator: false, threads: 0 };
    const { certificate, seconds } = await proveDesign(folder, await findYosys(), options);
    const ratio = ratioOf(STUDENT_TITLE, `seconds until ${certificate.status} / 300`, seconds, 300, 1);
    return [{ ...ratio, ours: seconds.toFixed(0) }];
  });

/** The harness, which compares everything, beside a bare main round the same model. */
const speed = () =>
  inFolder(mnistStudent(0.5), STUDENT, async (folder, cacheFolder): Promise<Ratio[]> => {
    const { harness, bare, ratio } = await measureSpeed(folder, { random: 100, rounds: 3, cacheFolder });
    const measure = 'maps per second: harness / bare C++ main';
    const sides = { ours: harness.toFixed(1), other: bare.toFixed(1) };
    return [{ workload: STUDENT_TITLE, measure, ...sides, ratio, goal: { atLeast: 0.8 } }];
  });

/** Random maps, each output bit compared: cycles as the manifest has them, or the row is missed. */
const coSimulation = (title: string, network: QuantizedNetwork, hardware: HardwareConfig, maps: number) =>
  inFolder(network, hardware, async (folder, cacheFolder): Promise<Ratio[]> => {
    const { timing } = emit(network, hardware).manifest;
    const { isEqual, interval, latency } = await coSimulated(folder, maps, cacheFolder);
    const equal = ratioOf(title, 'co-simulated maps without a difference / all', isEqual ? maps : 0, maps);
    return [
      { ...equal, goal: { atLeast: 1 } },
      ratioOf(title, 'cycles a map: measured / predicted', interval, timing.interval, 1),
      ratioOf(title, 'latency: measured / predicted', latency, timing.latency, 1),
    ];
  });

/** Cells by Yosys, beside the cost model's and those that are published. */
async function svhnSynthesis(): Promise<Ratio[]> {
  const title = 'SVHN network, 50 % pruned, serial, Yosys';
  const { luts, lutRams, flipFlops, dsps, blockRams, estimate } = await synthesized(
    svhnNetwork(0.5),
    SVHN,
    await findYosys(),
    true,
  );
  const published = SVHN_PUBLISHED;
  return [
    ratioOf(title, 'LUTs, those that are memory too / published', luts + lutRams, published.luts, MOST_LUTS),
    ratioOf(title, 'flip-flops / published', flipFlops, published.flipFlops),
    ratioOf(title, 'DSP blocks / published', dsps, published.multipliers, 30 / published.multipliers),
    ratioOf(title, 'block RAMs / published, of 18 kilobits', blockRams, published.blockRams),
    ratioOf(title, 'LUTs: cost model / Yosys', estimate, luts),
  ];
}

const residualTitle = (kept: number): string =>
  `ResNet8 of MLPerf Tiny, ${kept === 1 ? 'dense' : `${100 * (1 - kept)} % pruned`}, serial`;

/** Cells by Yosys, beside those of the part: seven or eight minutes. */
async function residualSynthesis(kept: number, interval: number): Promise<Ratio[]> {
  const title = `${residualTitle(kept)}, Yosys`;
  const cells = await synthesized(resnet8(kept), { ...RESNET, interval }, await findYosys(), true);
  const { luts, lutRams, flipFlops, dsps, blockRams, estimate } = cells;
  return [
    ratioOf(title, 'LUTs, those that are memory too / those of a XC7Z020', luts + lutRams, PART.luts, 1),
    ratioOf(title, 'flip-flops / those of a XC7Z020', flipFlops, 2 * PART.luts, 1),
    ratioOf(title, 'DSP blocks / those of a XC7Z020', dsps, PART.dsps, 1),
    ratioOf(title, 'block RAMs / those of a XC7Z020, of 18 kilobits', blockRams, 2 * PART.blockRams, 1),
    ratioOf(title, 'LUTs: cost model / Yosys', estimate, luts),
  ];
}

/** A kernel of 3x3x16 to 16 at one position: what stands behind a window. */
async function kernel(kept: number, others: readonly ('csd' | 'naive')[]): Promise<Ratio[]> {
  const title = `3x3x16x16, 6 bits, ${kept === 1 ? 'dense' : `${Math.round(100 * (1 - kept))} % pruned`}`;
  const network = kernelNetwork(kept);
  const yosys = await findYosys();
  const circuit = { architecture: 'parallel', adderLevelsPerStage: 'none' } as const;
  const { luts, estimate } = await synthesized(network, circuit, yosys);
  const ratios = [ratioOf(title, 'LUTs: cost model / Yosys', estimate, luts)];
  for (const form of others) {
    const other = await synthesized(network, { ...circuit, form }, yosys);
    const { name, atMost } = FORMS[form];
    ratios.push(ratioOf(title, `LUTs: parallel / ${name}`, luts, other.luts, atMost));
  }
  return ratios;
}

const FORMS = {
  csd: { name: 'trees of CSD digits', atMost: 0.6 },
  naive: { name: 'multiplications by constants', atMost: 0.5 },
} as const;

interface Step {
  readonly task: string;
  /** Where it is not measured unless it is asked for. */
  readonly row?: string;
  readonly run: () => Ratio[] | Promise<Ratio[]>;
}

const RESNET = { architecture: 'serial', interval: 100_000, stream: A_PIXEL } as const;

const STEPS: readonly Step[] = [
  ...[1, 4, 16].map((lanes) => ({ task: `student on lanes: ${lanes}`, run: () => studentOnLanes(lanes) })),
  { task: 'student in circuits', run: studentInCircuits },
  { task: 'SVHN', run: svhn },
  { task: 'ResNet8, dense', run: () => residual(1, 100_000) },
  { task: 'ResNet8, pruned', run: () => residual(0.5, 50_000) },
  { task: 'emission of ever more weights', run: growth },
  { task: 'proof of the student', run: proof },
  { task: 'speed of co-simulation', row: 'speed', run: speed },
  {
    task: 'co-simulation of SVHN',
    row: 'co-simulation',
    run: () => coSimulation('SVHN network, 50 % pruned, serial', svhnNetwork(0.5), SVHN, MAPS),
  },
  {
    task: 'co-simulation of ResNet8',
    row: 'resnet8',
    run: () => coSimulation('ResNet8 of MLPerf Tiny, dense, serial', resnet8(1), RESNET, RESNET_MAPS),
  },
  { task: 'synthesis of SVHN', row: 'synthesis', run: svhnSynthesis },
  { task: 'synthesis of ResNet8, dense', row: 'resnet8-synthesis', run: () => residualSynthesis(1, 100_000) },
  {
    task: 'synthesis of ResNet8, pruned',
    row: 'resnet8-synthesis',
    run: () => residualSynthesis(0.5, 50_000),
  },
  { task: 'kernel circuit, pruned', row: 'kernels', run: () => kernel(0.3, ['csd', 'naive']) },
  { task: 'kernel circuit, dense', row: 'kernels', run: () => kernel(1, ['csd']) },
];

const bench: Bench = {
  title: 'Networks over maps',
  rows: [...new Set(STEPS.flatMap(({ row }) => row ?? []))],
  async run(onProgress: OnProgress, rows) {
    const steps = STEPS.filter(({ row }) => (rows.size === 0 ? row === undefined : rows.has(row ?? '')));
    const ratios: Ratio[] = [];
    for (const [done, { task, run }] of steps.entries()) {
      onProgress({ task, done, total: steps.length });
      ratios.push(...(await run()));
    }
    return ratios;
  },
};

export default bench;
