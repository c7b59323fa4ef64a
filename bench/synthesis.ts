import { emitDesign, type HardwareConfig } from '../src/emit/design.js';
import type { Manifest } from '../src/emit/manifest.js';
import { compileCircuit } from '../src/hardware/parallel/compile.js';
import { findYosys } from '../src/netlist/yosys.js';
import type { Yosys } from '../src/netlist/yosys-job.js';
import { lowerNetwork } from '../src/network/affine.js';
import type { QuantizedNetwork } from '../src/network/types.js';
import { type Bench, medianSeconds, type Ratio } from './support/bench.js';
import { WORKLOADS, type Workload, workloadNetwork } from './support/workloads.js';

const PARALLEL = { architecture: 'parallel', adderLevelsPerStage: 'none' } as const;
const TIMEOUT_SECONDS = 3600;

/** The others that the optimized parallel form is compared with, and what its LUTs shall be of theirs. */
const OTHERS: readonly { name: string; hardware: HardwareConfig; atMost?: number }[] = [
  { name: 'multiplications by constants', hardware: { ...PARALLEL, form: 'naive' }, atMost: 0.5 },
  { name: 'trees of CSD digits', hardware: { ...PARALLEL, form: 'csd' }, atMost: 0.6 },
  { name: 'serial, 1 lane', hardware: { architecture: 'serial' } },
];

const LARGEST_COMPARED = 1000;

/** Only these are compared with other forms: of larger ones Yosys needs too long for the forms without sharing. */
const isSmall = ({ shape }: Workload): boolean =>
  shape.slice(1).reduce((weights, units, index) => weights + shape[index] * units, 0) <= LARGEST_COMPARED;

/** LUTs for the 7 series, registers only before the output; Yosys may use no DSP, and leaves adders as they are. */
async function synthesizedLuts(
  network: QuantizedNetwork,
  hardware: HardwareConfig,
  yosys: Yosys,
): Promise<number> {
  const files = emitDesign(network, hardware, { version: '0', command: 'npm run bench' });
  const manifest: Manifest = JSON.parse(files.get('manifest.json') as string);
  const parameters = Object.entries(manifest.synthesis?.parameters.xc7 ?? {});
  const script = [
    ...manifest.sources.map(({ file }) => `read_verilog ${file}`),
    ...parameters.map(([name, value]) => `chparam -set ${name} ${value} ${manifest.top}`),
    `hierarchy -top ${manifest.top}`,
    'proc',
    'alumacc',
    `synth_xilinx -family xc7 -flatten -noiopad -nodsp -top ${manifest.top}`,
    'tee -o stat.txt stat',
  ];
  const { files: outputs } = await yosys.run({
    task: `synthesising ${hardware.architecture}`,
    script: `${script.join('\n')}\n`,
    files,
    outputs: ['stat.txt'],
    timeoutSeconds: TIMEOUT_SECONDS,
  });
  const counts = (outputs.get('stat.txt') as string).matchAll(/^\s+LUT[1-6](?:_2)?\s+(\d+)$/gm);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}

async function compareLuts(workload: Workload, yosys: Yosys): Promise<Ratio[]> {
  const network = workloadNetwork(workload);
  const ours = await synthesizedLuts(network, PARALLEL, yosys);
  const ratios: Ratio[] = [];
  for (const { name, hardware, atMost } of isSmall(workload) ? OTHERS : []) {
    const other = await synthesizedLuts(network, hardware, yosys);
    ratios.push({
      workload: workload.title,
      measure: `LUTs: parallel / ${name}`,
      ours: `${ours}`,
      other: `${other}`,
      ratio: ours / other,
      ...(atMost === undefined ? {} : { goal: { atMost } }),
    });
  }
  const { estimate } = readEstimate(network);
  ratios.push({
    workload: workload.title,
    measure: 'LUTs: cost model / Yosys',
    ours: `${estimate}`,
    other: `${ours}`,
    ratio: estimate / ours,
    goal: { atLeast: 0.97 },
  });
  return ratios;
}

function readEstimate(network: QuantizedNetwork): { estimate: number } {
  const files = emitDesign(network, PARALLEL, { version: '0', command: 'npm run bench' });
  const manifest: Manifest = JSON.parse(files.get('manifest.json') as string);
  return { estimate: manifest.estimate?.luts ?? Number.NaN };
}

async function compareEfforts(workload: Workload): Promise<Ratio> {
  const network = lowerNetwork(workloadNetwork(workload));
  const options = {
    adderLevelsPerStage: 'none',
    form: 'optimized',
    seed: 1,
    adderRows: 3,
    tableBits: 16,
    maxLuts: 1e6,
  } as const;
  const first = await medianSeconds(3, () => compileCircuit(network, { ...options, effort: 1 }));
  const third = await medianSeconds(1, () => compileCircuit(network, { ...options, effort: 3 }));
  return {
    workload: workload.title,
    measure: 'seconds to compile: effort 3 / effort 1',
    ours: third.toFixed(2),
    other: first.toFixed(2),
    ratio: third / first,
  };
}

/** The parallel form beside other forms of the same network, through the same synthesis. */
const bench: Bench = {
  title:
    'Synthesis of the parallel form (Yosys, 7 series, registers only before the output; ' +
    'the other forms and effort 3 only up to 1,000 weights, and larger networks only pruned: they take too long)',
  async run(onProgress) {
    const yosys = await findYosys();
    const ratios: Ratio[] = [];
    const workloads = WORKLOADS.filter((workload) => isSmall(workload) || workload.pruned > 0);
    for (const [done, workload] of workloads.entries()) {
      onProgress({ task: workload.title, done, total: workloads.length });
      if (isSmall(workload)) ratios.push(await compareEfforts(workload));
      ratios.push(...(await compareLuts(workload, yosys)));
    }
    return ratios;
  },
};

export default bench;
