import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { addFiles } from '../src/core/owned-folder.js';
import type { OnProgress } from '../src/core/progress.js';
import { simulate } from '../src/cosim/simulate.js';
import { ARCHITECTURES } from '../src/emit/architectures.js';
import { emitDesign } from '../src/emit/design.js';
import type { HardwareConfig } from '../src/emit/hardware-config.js';
import { findYosys } from '../src/netlist/yosys.js';
import type { Yosys } from '../src/netlist/yosys-job.js';
import type { QuantizedNetwork } from '../src/network/types.js';
import type { Status } from '../src/prove/proof.js';
import { proveDesign } from '../src/prove/prove.js';
import { designToProve, RANDOM_ARCHITECTURES } from '../test/support/random-designs.js';
import type { Bench, Ratio } from './support/bench.js';
import { denseNetwork } from './support/networks.js';

const FIRST = Number(process.env.SEED ?? 1);
const ROUNDS = Number(process.env.ROUNDS ?? 100);
const TIMEOUT_SECONDS = 600;
const VECTORS = 100_000;

const NAMED_SHAPE = [30, 16, 1];
const NAMED = '30-16-1, 60 % pruned';

interface Timed {
  readonly status: Status;
  readonly seconds: number;
}

/** Designs in a scratch folder. */
class Prover {
  constructor(
    private readonly scratch: string,
    private readonly yosys: Yosys,
  ) {}

  emit(network: QuantizedNetwork, hardware: HardwareConfig): string {
    const folder = mkdtempSync(path.join(this.scratch, 'design-'));
    const files = emitDesign(network, hardware, { version: '0', command: 'npm run bench' });
    addFiles(path.join(folder, 'design'), files);
    return path.join(folder, 'design');
  }

  async prove(folder: string): Promise<Timed> {
    const cacheFolder = path.join(this.scratch, 'cache');
    const options = { timeoutSeconds: TIMEOUT_SECONDS, cacheFolder, useVerilator: false, threads: 0 };
    const { certificate, seconds } = await proveDesign(folder, this.yosys, options);
    return { status: certificate.status, seconds };
  }

  async simulate(folder: string): Promise<number> {
    const cacheFolder = path.join(this.scratch, 'cache');
    const start = performance.now();
    await simulate(folder, { engine: 'embedded', random: VECTORS, cacheFolder });
    return (performance.now() - start) / 1000;
  }
}

/** How many of the correct designs are proved; the others are named by their seeds. */
async function proveRandom(prover: Prover, architecture: string, onProgress: OnProgress): Promise<Ratio> {
  const outcomes = new Map<number, Timed>();
  for (let done = 0; done < ROUNDS; done++) {
    onProgress({ task: `${architecture} designs of random networks`, done, total: ROUNDS });
    const { network, hardware } = designToProve(architecture, FIRST + done);
    outcomes.set(FIRST + done, await prover.prove(prover.emit(network, hardware)));
  }
  const timed = [...outcomes.values()];
  const proved = timed.filter(({ status }) => status === 'proved').length;
  const open = [...outcomes].filter(([, { status }]) => status !== 'proved');
  const longest = Math.max(...timed.map(({ seconds }) => seconds));
  const others = open.map(([seed, { status }]) => `; seed ${seed} ${status}`).join('');
  return {
    workload: `random networks, ${architecture}, seeds ${FIRST} to ${FIRST + ROUNDS - 1}`,
    measure: `designs: proved / all; the longest took ${longest.toFixed(1)} s${others}`,
    ours: `${proved}`,
    other: `${ROUNDS}`,
    ratio: proved / ROUNDS,
    goal: { atLeast: 1 },
  };
}

async function proveNamed(prover: Prover, architecture: string): Promise<Ratio> {
  const folder = prover.emit(denseNetwork(NAMED_SHAPE, 0.4), { architecture });
  const { status, seconds } = await prover.prove(folder);
  const simulation = await prover.simulate(folder);
  return {
    workload: `${NAMED}, ${architecture}`,
    measure: `seconds: ${status} for all inputs / 100,000 vectors by the embedded simulator`,
    ours: seconds.toFixed(1),
    other: simulation.toFixed(1),
    ratio: seconds / simulation,
  };
}

/** What the prover decides of correct designs, and how long it takes, in one thread. */
const bench: Bench = {
  title: 'Proofs of correct designs',
  async run(onProgress) {
    const scratch = mkdtempSync(path.join(tmpdir(), 'espalier-bench-'));
    try {
      const prover = new Prover(scratch, await findYosys());
      const ratios: Ratio[] = [];
      for (const { name } of ARCHITECTURES) ratios.push(await proveNamed(prover, name));
      for (const architecture of RANDOM_ARCHITECTURES) {
        ratios.push(await proveRandom(prover, architecture, onProgress));
      }
      return ratios;
    } finally {
      rmSync(scratch, { recursive: true });
    }
  },
};

export default bench;
