import { printFormat, rangeOf } from '../../fixed/format.js';
import type { Interval } from '../../fixed/interval.js';
import { type Circuit, isSigned } from '../../hardware/parallel/circuit.js';
import { codesOf, type Part, partBehind } from '../../hardware/part.js';
import type { MapGroup } from '../../hardware/window/types.js';
import { type AffineNetwork, termsOf } from '../../network/affine.js';
import { handedOn, type PlanContext, type StagePlan } from '../architecture.js';
import type { Field, LayerTrace } from '../manifest-buses.js';
import { runsOf } from '../runs.js';
import type { PlannedBody } from '../window/body.js';
import { planGroup } from '../window/group.js';
import { type LayerModule, planModule, printModule } from './layer.js';
import { portsOf } from './ports.js';

/** Neighbouring layers: those of one circuit, a module each, or a group that maps stream through. */
export interface Piece {
  /** Through which maps stream, if they do. */
  readonly group?: MapGroup;
  readonly stages: readonly StagePlan[];
  readonly circuits: readonly Circuit[];
  /** What it hands on, by slot. */
  readonly given: readonly Interval[];
}

/** Makes the circuit of layers whose inputs lie in intervals. */
export type CompileBody = (network: AffineNetwork, inputs: readonly Interval[]) => Circuit;

/** A circuit over maps, which also answers as what works on their positions. */
export interface CircuitBody extends PlannedBody {
  readonly circuit: Circuit;
}

/** Layers cut into pieces, in order: groups, and what lies between them. */
export function planPieces(
  part: Part,
  groups: readonly MapGroup<CircuitBody>[],
  compile: CompileBody,
  context: PlanContext,
): Piece[] {
  const { network } = part;
  const pieces: Piece[] = [];
  for (const run of runsOf(part, groups)) {
    const before = pieces.at(-1);
    const rest = before === undefined ? part : partBehind(network, run.first, run.end, before.given);
    pieces.push(
      run.group === undefined
        ? circuitPiece({ ...rest, end: run.end }, compile, context)
        : groupPiece(network, run.group, rest.codes, context),
    );
  }
  return pieces;
}

function circuitPiece(part: Part, compile: CompileBody, context: PlanContext): Piece {
  const { network, first } = part;
  const circuit = compile(
    alone(part),
    first === 0 ? network.inputs.map(({ format }) => rangeOf(format)) : part.codes,
  );
  const ports = portsOf(circuit, part.names);
  const stages = circuit.layers.map(({ name, latency }, index): StagePlan => {
    const planned = planModule(circuit, index, ports[index], context);
    return {
      name,
      module: planned.module,
      parameters: ['XILINX'],
      x: ports[index].x,
      y: ports[index].y,
      timings: [{ layer: name, interval: 1, latency, ...termsOf(network.layers[first + index]) }],
      roms: [],
      fifos: [],
      traces: (instance) => [traceOf(planned, instance)],
      print: (generator) => [printModule(planned, generator)],
    };
  });
  const { units } = circuit.layers[circuit.layers.length - 1];
  const given = units.map(({ value }) => circuit.values[value].range);
  return { stages, circuits: [circuit], given };
}

/** A part's layers as a network of their own. */
function alone({ network, first, end }: Part): AffineNetwork {
  const layers = network.layers.slice(first, end);
  const inputs =
    first === 0
      ? network.inputs
      : network.layers[first - 1].rows.map(({ format }) => ({ format, name: undefined, read: true }));
  const outputs =
    end === network.layers.length
      ? network.outputs
      : layers[layers.length - 1].rows.map(({ format }, row) => ({ kind: 'row', row, format }) as const);
  return { ...network, inputs, layers, outputs };
}

const groupPiece = (
  network: AffineNetwork,
  group: MapGroup<CircuitBody>,
  codes: readonly Interval[],
  context: PlanContext,
): Piece => ({
  group,
  stages: [planGroup(group, network, codes, context)],
  circuits: group.stages.map(({ body }) => body.circuit),
  given: codesOf(network.layers[group.last]),
});

function traceOf(
  { circuit, index, ports: { y }, module, results, resultsValid }: LayerModule,
  instance: string,
): LayerTrace {
  const { name, units } = circuit.layers[index];
  return {
    layer: name,
    path: [instance],
    module,
    signal: results,
    valid: resultsValid,
    ready: 'y_ready_i',
    width: y.count * y.width,
    fields: units.map(({ unit, origin, value, format }, slot): Field => {
      const { range } = circuit.values[value];
      // The whole slot: the bits above a narrow code are its extension, and are compared too.
      const place = { lsb: slot * y.width, width: y.width, signed: isSigned(range) };
      return { kind: 'value', unit, ...handedOn(name, origin), ...place, format: printFormat(format) };
    }),
  };
}
