import { rangeOf } from '../../fixed/format.js';
import { hull, type Interval, isPoint, point } from '../../fixed/interval.js';
import { lowerGraph } from '../../lower/lower.js';
import {
  type CodePlace,
  INPUT_NODE,
  type LargestRow,
  type LoweredNetwork,
  type MaxNode,
  type Reads,
  type SumRow,
  type SumsNode,
} from '../../lower/types.js';
import type { QuantizedNetwork } from '../../network/types.js';
import { type CVector, planVectors, type Vectors } from './buffers.js';
import type { SharedFinish } from './finish.js';
import { type CMove, moveOf } from './move-plan.js';
import { accumulatorType, Finishes } from './sums.js';
import { computeType, type IntegerType } from './types.js';
import { type CWindow, windowOf } from './window-plan.js';
import { type CZones, zonesOf } from './zones-plan.js';

/** Units that are listed one by one: types settled, neighbours that end alike in runs. */
export interface CLayer {
  readonly kind: 'layer';
  readonly name: string;
  readonly inputs: CVector;
  readonly outputs: CVector;
  /** Accumulators and products. */
  readonly compute: IntegerType;
  /** In the order of the outputs, without a gap. */
  readonly runs: readonly OutputRun[];
  readonly finishes: readonly SharedFinish[];
  /** Weights of the network's layer in all, zeros included. */
  readonly denseTerms: number;
}

/** What C does for one node, or before or after it: a function each. */
export type CStep = CLayer | CWindow | CZones | CMove;

/** Neighbouring outputs: one that is a constant, some that share a finish, or one that is the largest of some codes. */
export type OutputRun = ConstantRun | RowRun | MaxRun;

export interface ConstantRun {
  readonly kind: 'constant';
  readonly output: number;
  readonly code: number;
}

export interface RowRun {
  readonly kind: 'rows';
  /** The first row's output. */
  readonly output: number;
  /** Number of the finish in {@link CLayer.finishes}. */
  readonly finish: number;
  readonly rows: readonly SumRow[];
}

export interface MaxRun {
  readonly kind: 'max';
  readonly output: number;
  readonly row: LargestRow;
}

export interface NetworkPlan {
  readonly lowered: LoweredNetwork;
  readonly steps: readonly CStep[];
  readonly input: CVector;
  readonly output: CVector;
  /** The memory between the steps. */
  readonly buffers: readonly CVector[];
}

/** What the buffers take. */
export const bufferBytes = ({ buffers }: NetworkPlan): number =>
  buffers.reduce((sum, { type, length }) => sum + type.bytes * length, 0);

/** The units of a layer that are sums. */
export const rowsOf = (layer: CLayer): SumRow[] =>
  layer.runs.flatMap((run) => (run.kind === 'rows' ? run.rows : []));

/** Settles every type by interval arithmetic, and what lies where. */
export function planNetwork(network: QuantizedNetwork): NetworkPlan {
  const lowered = lowerGraph(network, 'moved');
  const vectors = planVectors(lowered);
  const claim = freeNames(network.layers.map(({ name }) => name));
  const steps = lowered.nodes.flatMap((node, number): CStep[] => {
    const y = vectors.of(number);
    if (node.kind === 'move') return [moveOf(claim(node.name), node.from, vectors, y)];
    if (node.reads.kind === 'window') return [overMap(node, node.reads, vectors, y, codesUnder(lowered))];
    const { codes } = node.reads;
    const gathered = vectors.gathered(number);
    const before =
      gathered === undefined ? [] : [moveOf(claim(`${node.name}_gathered`), codes, vectors, gathered)];
    const x = gathered ?? vectors.of(codes[0]?.node ?? INPUT_NODE);
    const place = (input: number) => (gathered === undefined ? codes[input].code : input);
    const constants = vectors.inPlace === number ? lowered.outputs : undefined;
    return [...before, layerOf(node, codes.map(codesUnder(lowered)), place, x, y, constants)];
  });
  const last = vectors.inPlace === undefined ? [outputMove(claim('outputs'), lowered, vectors)] : [];
  return {
    lowered,
    steps: [...steps, ...last],
    input: vectors.of(INPUT_NODE),
    output: vectors.output,
    buffers: vectors.buffers,
  };
}

/** Names for what no layer is, beside those of layers. */
function freeNames(layers: readonly string[]): (wanted: string) => string {
  const taken = new Set(layers);
  return (wanted) => {
    let name = wanted;
    for (let number = 2; taken.has(name); number++) name = `${wanted}_${number}`;
    taken.add(name);
    return name;
  };
}

/** All codes that may stand in a place. */
const codesUnder =
  ({ nodes, inputs }: LoweredNetwork) =>
  ({ node, code }: CodePlace): Interval => {
    if (node === INPUT_NODE) return rangeOf(inputs[code].format);
    const { channels } = nodes[node];
    return channels[code % channels.length].codes;
  };

function outputMove(name: string, { outputs }: LoweredNetwork, vectors: Vectors): CMove {
  return moveOf(
    name,
    outputs.map((output) => (output.kind === 'code' ? output : { constant: output.code })),
    vectors,
    vectors.output,
  );
}

/** A node at every position of a map. */
function overMap(
  node: SumsNode | MaxNode,
  reads: Extract<Reads, { kind: 'window' }>,
  vectors: Vectors,
  outputs: CVector,
  codesOf: (place: CodePlace) => Interval,
): CWindow | CZones {
  const { zones, channels } = reads;
  if (zones === undefined || node.kind === 'max') return windowOf(node, reads, vectors, outputs, codesOf);
  const codes = channels.map((place) => codesOf({ node: place.node, code: place.channel }));
  return zonesOf(node, zones, channels, codes, { source: vectors.of(channels[0].node), outputs });
}

/** @param place where the codes that rows count stand in `x` */
function layerOf(
  node: SumsNode | MaxNode,
  read: readonly Interval[],
  place: (input: number) => number,
  inputs: CVector,
  outputs: CVector,
  final: LoweredNetwork['outputs'] | undefined,
): CLayer {
  const facts = { kind: 'layer', name: node.name, inputs, outputs } as const;
  const placed = <Row>(rows: readonly Row[]): (Row | number)[] =>
    final === undefined
      ? [...rows]
      : final.map((output) => (output.kind === 'constant' ? output.code : rows[output.code]));
  if (node.kind === 'max') {
    const runs = placed(node.rows).map((unit, output): OutputRun => {
      if (typeof unit === 'number') return { kind: 'constant', output, code: unit };
      if (isPoint(unit.codes)) return { kind: 'constant', output, code: unit.codes.low };
      return { kind: 'max', output, row: { ...unit, inputs: unit.inputs.map(place) } };
    });
    const constants = node.rows.flatMap(({ least }) => (least === undefined ? [] : [point(least)]));
    return {
      ...facts,
      compute: computeType([...read, ...constants].reduce(hull, { low: 0, high: 0 })),
      runs,
      finishes: [],
      denseTerms: 0,
    };
  }
  const { runs, finishes } = groupUnits(placed(node.rows), place);
  const compute = accumulatorType(node.rows, read, finishes);
  return { ...facts, compute, runs, finishes, denseTerms: node.denseTerms };
}

/** Units as runs, and the finishes that they share. */
function groupUnits(
  units: readonly (SumRow | number)[],
  place: (input: number) => number,
): { runs: OutputRun[]; finishes: SharedFinish[] } {
  const finishes = new Finishes();
  const runs: OutputRun[] = [];
  units.forEach((unit, output) => {
    if (typeof unit === 'number' || isPoint(unit.codes)) {
      runs.push({ kind: 'constant', output, code: typeof unit === 'number' ? unit : unit.codes.low });
      return;
    }
    const finish = finishes.number(unit);
    const terms = unit.terms.map(({ input, weight }) => ({ input: place(input), weight }));
    const row = { ...unit, terms: terms.sort((a, b) => a.input - b.input) };
    const last = runs.at(-1);
    if (last?.kind === 'rows' && last.finish === finish) {
      runs[runs.length - 1] = { ...last, rows: [...last.rows, row] };
    } else {
      runs.push({ kind: 'rows', output, finish, rows: [row] });
    }
  });
  return { runs, finishes: finishes.all };
}
