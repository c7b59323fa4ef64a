import type { HardwareConfig } from '../src/emit/hardware-config.js';
import { type Circuit, operandsOf } from '../src/hardware/parallel/circuit.js';
import { type CircuitOptions, compileCircuit } from '../src/hardware/parallel/compile.js';
import { circuitCost } from '../src/hardware/parallel/cost.js';
import { delayOf } from '../src/hardware/parallel/delay.js';
import { findYosys } from '../src/netlist/yosys.js';
import type { Yosys } from '../src/netlist/yosys-job.js';
import { lowerNetwork } from '../src/network/affine.js';
import { type Bench, medianSeconds, type Ratio } from './support/bench.js';
import { liveRegisterBits } from './support/live-registers.js';
import { type FewBits, fewBitNetwork } from './support/networks.js';
import { type Synthesized, synthesized } from './support/synthesized.js';
import { WORKLOADS, type Workload, workloadNetwork } from './support/workloads.js';

const PARALLEL = { architecture: 'parallel', adderLevelsPerStage: 'none' } as const;
/** What `PARALLEL` stands for, for the circuit alone. */
const OPTIONS: CircuitOptions = {
  adderLevelsPerStage: 'none',
  form: 'optimized',
  effort: 1,
  seed: 1,
  adderRows: 3,
  tableBits: 16,
  maxLuts: 1e6,
};

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

/** A ratio of two whole numbers. */
function ratioOf(
  workload: string,
  measure: string,
  ours: number,
  other: number,
  goal?: Ratio['goal'],
): Ratio {
  const ratio = { workload, measure, ours: `${ours}`, other: `${other}`, ratio: ours / other };
  return goal === undefined ? ratio : { ...ratio, goal };
}

async function compareCells(workload: Workload, ours: Synthesized, yosys: Yosys): Promise<Ratio[]> {
  const { title } = workload;
  const network = workloadNetwork(workload);
  const ratios: Ratio[] = [];
  for (const { name, hardware, atMost } of isSmall(workload) ? OTHERS : []) {
    const other = await synthesized(network, hardware, yosys);
    const goal = atMost === undefined ? undefined : { atMost };
    ratios.push(ratioOf(title, `LUTs: parallel / ${name}`, ours.luts, other.luts, goal));
    if (other.carryCells > 0 && atMost !== undefined)
      ratios.push(ratioOf(title, `CARRY4: parallel / ${name}`, ours.carryCells, other.carryCells));
  }
  const longest = await synthesized(network, { ...PARALLEL, effort: 3 }, yosys);
  const { carryCells } = circuitCost(compileCircuit(lowerNetwork(network), OPTIONS));
  return [
    ...ratios,
    ratioOf(title, 'LUTs: effort 3 / effort 1', longest.luts, ours.luts, { atMost: 0.99 }),
    ratioOf(title, 'LUTs: cost model / Yosys', ours.estimate, ours.luts, { atLeast: 0.97 }),
    ratioOf(title, 'CARRY4: cost model / Yosys', carryCells, ours.carryCells, { atLeast: 0.97 }),
  ];
}

/** Adders on the longest path. */
function depthOf({ values }: Circuit): number {
  const depths: number[] = [];
  for (const { operation } of values) {
    const below = operandsOf(operation).map((operand) => depths[operand]);
    depths.push(Math.max(0, ...below) + delayOf(operation));
  }
  return Math.max(...depths);
}

/** What needs no synthesis. */
function compareCircuits(workload: Workload): Ratio[] {
  const { title } = workload;
  const network = lowerNetwork(workloadNetwork(workload));
  const [first, second, csd] = [
    OPTIONS,
    { ...OPTIONS, effort: 2 as const },
    { ...OPTIONS, form: 'csd' as const },
  ].map((options) => compileCircuit(network, options));
  const luts = (circuit: Circuit) => circuitCost(circuit).luts;
  const ratios = [
    ratioOf(title, 'adder depth: parallel / trees of CSD digits', depthOf(first), depthOf(csd)),
    ratioOf(title, 'LUTs by the cost model: effort 2 / effort 1', luts(second), luts(first), { atMost: 1 }),
  ];
  for (const adderLevelsPerStage of isSmall(workload) ? ([1, 3, 'layer'] as const) : []) {
    const pipelined = compileCircuit(network, { ...OPTIONS, adderLevelsPerStage });
    const measure = `flip-flops, adderLevelsPerStage ${adderLevelsPerStage}: parallel / every live word`;
    const { flipFlops } = circuitCost(pipelined);
    ratios.push(
      ratioOf(title, measure, flipFlops, liveRegisterBits(first, adderLevelsPerStage), { atMost: 1 }),
    );
  }
  return ratios;
}

/** How long a circuit is searched for beside how long it is synthesised, which a search shall not exceed. */
async function compareSeconds(workload: Workload, synthesis: number): Promise<Ratio[]> {
  const network = lowerNetwork(workloadNetwork(workload));
  const ratios: Ratio[] = [];
  for (const [effort, repeats] of [
    [1, 3],
    [3, 1],
  ] as const) {
    const seconds = await medianSeconds(repeats, () => compileCircuit(network, { ...OPTIONS, effort }));
    ratios.push({
      workload: workload.title,
      measure: `seconds: compiling with effort ${effort} / Yosys`,
      ours: seconds.toFixed(2),
      other: synthesis.toFixed(1),
      ratio: seconds / synthesis,
      goal: { atMost: 1 },
    });
  }
  return ratios;
}

/** Networks of few bits, and what their LUTs shall be of those without lookup tables. */
const FEW_BITS: readonly (Pick<FewBits, 'bits' | 'fanIn' | 'weightBits'> & { readonly atMost: number })[] = [
  { bits: 1, fanIn: [4, 8], weightBits: 4, atMost: 0.4 },
  { bits: 2, fanIn: [3, 5], weightBits: 6, atMost: 0.5 },
  { bits: 2, fanIn: [6, 8], weightBits: 6, atMost: 1 },
  { bits: 3, fanIn: [2, 4], weightBits: 6, atMost: 0.8 },
];

async function compareTables({ atMost, ...kind }: (typeof FEW_BITS)[number], yosys: Yosys): Promise<Ratio[]> {
  const title = `16-64-32-32-5, ${kind.bits}-bit codes, ${kind.fanIn.join(' to ')} weights a unit`;
  const network = fewBitNetwork({ ...kind, shape: [16, 64, 32, 32, 5] });
  const ours = await synthesized(network, PARALLEL, yosys);
  const without = await synthesized(network, { ...PARALLEL, tableBits: 0 }, yosys);
  return [
    ratioOf(title, 'LUTs: parallel / without tables', ours.luts, without.luts, { atMost }),
    ratioOf(title, 'LUTs: cost model / Yosys', ours.estimate, ours.luts, { atLeast: 0.95 }),
  ];
}

/** The parallel form beside other forms of the same network, through the same synthesis. */
const bench: Bench = {
  title:
    'Synthesis of the parallel form (Yosys, 7 series, registers only before the output; ' +
    'other forms only up to 1,000 weights: Yosys takes too long)',
  async run(onProgress) {
    const yosys = await findYosys();
    const ratios: Ratio[] = [];
    for (const [done, workload] of WORKLOADS.entries()) {
      onProgress({ task: workload.title, done, total: WORKLOADS.length });
      const ours = await synthesized(workloadNetwork(workload), PARALLEL, yosys);
      ratios.push(...(await compareCells(workload, ours, yosys)));
      ratios.push(...compareCircuits(workload), ...(await compareSeconds(workload, ours.seconds)));
    }
    for (const kind of FEW_BITS) ratios.push(...(await compareTables(kind, yosys)));
    return ratios;
  },
};

export default bench;
