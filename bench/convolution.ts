import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { addFiles } from '../src/core/owned-folder.js';
import type { OnProgress } from '../src/core/progress.js';
import { emitDesign } from '../src/emit/design.js';
import type { HardwareConfig } from '../src/emit/hardware-config.js';
import type { Manifest } from '../src/emit/manifest.js';
import { findYosys } from '../src/netlist/yosys.js';
import type { QuantizedNetwork } from '../src/network/types.js';
import { proveDesign } from '../src/prove/prove.js';
import type { Bench, Ratio } from './support/bench.js';
import { mnistStudent, resnet8, svhnNetwork } from './support/map-networks.js';

const TIMEOUT_SECONDS = 600;
/** A pixel of the student's is a beat. */
const A_PIXEL = { width: 8 } as const;
/** Of its published design on a XC7Z020 at 100 MHz: cycles from image to image, and DSP blocks. */
const SVHN_PUBLISHED = { interval: 16_385, multipliers: 213 };

/** Of the XC7Z020. */
const PART_DSPS = 220;

interface Emitted {
  readonly files: ReadonlyMap<string, string>;
  readonly manifest: Manifest;
  readonly seconds: number;
}

function emit(network: QuantizedNetwork, hardware: HardwareConfig): Emitted {
  const start = performance.now();
  const files = emitDesign(network, hardware, { version: '0', command: 'npm run bench' });
  const seconds = (performance.now() - start) / 1000;
  return { files, manifest: JSON.parse(files.get('manifest.json') as string), seconds };
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
    { ...ratioOf(title, 'seconds to emit / 60', seconds, 60, 1), ours: seconds.toFixed(1) },
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
    { ...ratioOf(title, 'seconds to emit / 60', seconds, 60, 1), ours: seconds.toFixed(1) },
  ];
}

function svhn(): Ratio[] {
  const { interval, multipliers } = SVHN_PUBLISHED;
  const title = 'SVHN network, 50 % pruned, serial';
  const { manifest } = emit(svhnNetwork(0.5), { architecture: 'serial', interval, stream: { width: 32 } });
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
  const title = `ResNet8 of MLPerf Tiny, ${kept === 1 ? 'dense' : `${100 * (1 - kept)} % pruned`}, serial`;
  const { manifest, seconds } = emit(resnet8(kept), { architecture: 'serial', interval, stream: A_PIXEL });
  return [
    ratioOf(title, `cycles a map / ${interval}`, manifest.timing.interval, interval, 1),
    ratioOf(title, 'multipliers / DSP blocks of a XC7Z020', multipliersOf(manifest), PART_DSPS, 1),
    { ...ratioOf(title, 'seconds to emit / 60', seconds, 60, 1), ours: seconds.toFixed(1) },
  ];
}

/** The whole student proved, in one thread. */
async function proof(): Promise<Ratio> {
  const scratch = mkdtempSync(path.join(tmpdir(), 'espalier-bench-'));
  try {
    const folder = path.join(scratch, 'design');
    addFiles(folder, emit(mnistStudent(0.5), { architecture: 'serial', lanes: 4, stream: A_PIXEL }).files);
    const options = {
      timeoutSeconds: TIMEOUT_SECONDS,
      cacheFolder: path.join(scratch, 'cache'),
      useVerilator: false,
      threads: 0,
    };
    const { certificate, seconds } = await proveDesign(folder, await findYosys(), options);
    const title = 'MNIST student, 50 % pruned, serial, lanes a layer: 4';
    const ratio = ratioOf(title, `seconds until ${certificate.status} / 300`, seconds, 300, 1);
    return { ...ratio, ours: seconds.toFixed(0) };
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

const bench: Bench = {
  title: 'Networks over maps',
  async run(onProgress: OnProgress) {
    const ratios: Ratio[] = [];
    const steps = [
      ...[1, 4, 16].map((lanes) => ({
        task: `student on lanes: ${lanes}`,
        run: () => studentOnLanes(lanes),
      })),
      { task: 'student in circuits', run: studentInCircuits },
      { task: 'SVHN', run: svhn },
      { task: 'ResNet8, dense', run: () => residual(1, 100_000) },
      { task: 'ResNet8, pruned', run: () => residual(0.5, 50_000) },
      { task: 'proof of the student', run: async () => [await proof()] },
    ];
    for (const [done, { task, run }] of steps.entries()) {
      onProgress({ task, done, total: steps.length });
      ratios.push(...(await run()));
    }
    return ratios;
  },
};

export default bench;
