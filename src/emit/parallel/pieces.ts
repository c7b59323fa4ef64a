import { printFormat, rangeOf } from '../../fixed/format.js';
import type { Interval } from '../../fixed/interval.js';
import { type Circuit, isSigned } from '../../hardware/parallel/circuit.js';
import type { CompileBody, MapGroup } from '../../hardware/window/plan.js';
import { type AffineNetwork, termsOf } from '../../network/affine.js';
import { type BuildContext, handedOn, type Source } from '../architecture.js';
import type { Field, LayerTiming, LayerTrace } from '../manifest.js';
import type { TopLayer } from '../top.js';
import { emitGroup } from '../window/group.js';
import { type EmittedLayer, emitLayer, type LayerPorts } from './layer.js';
import { portsOf } from './ports.js';

/** Neighbouring layers as Verilog: those of one circuit, a module each, or a group that maps stream through. */
export interface EmittedPiece {
  readonly isGroup: boolean;
  readonly sources: readonly Source[];
  readonly layers: readonly TopLayer[];
  readonly timings: readonly LayerTiming[];
  readonly circuits: readonly Circuit[];
  /** @param instances the names of the layers' instances in the top module */
  readonly traces: (instances: readonly string[]) => LayerTrace[];
}

/** The network cut into pieces, in order: groups, and what lies between them. */
export function emitPieces(
  network: AffineNetwork,
  groups: readonly MapGroup[],
  compile: CompileBody,
  context: BuildContext,
): EmittedPiece[] {
  const pieces: EmittedPiece[] = [];
  let codes = network.inputs.flatMap(({ format, read }) => (read ? [rangeOf(format)] : []));
  let next = 0;
  const addCircuit = (end: number) => {
    if (end === next) return;
    const [piece, given] = circuitPiece(network, next, end, codes, compile, context);
    pieces.push(piece);
    codes = given;
    next = end;
  };
  for (const group of groups) {
    addCircuit(group.first);
    pieces.push(groupPiece(network, group, codes, context));
    codes = network.layers[group.last].rows.map(({ output }) => output);
    next = group.last + 1;
  }
  addCircuit(network.layers.length);
  return pieces;
}

/** @param codes what the layer before gives */
function circuitPiece(
  network: AffineNetwork,
  first: number,
  end: number,
  codes: readonly Interval[],
  compile: CompileBody,
  context: BuildContext,
): [EmittedPiece, Interval[]] {
  const isFirst = first === 0;
  const part = partOf(network, first, end);
  const circuit = compile(part, isFirst ? network.inputs.map(({ format }) => rangeOf(format)) : codes);
  const before = network.layers[first - 1];
  const names = isFirst ? undefined : before.rows.map(({ unit }) => `${before.name}_unit${unit}`);
  const ports = portsOf(circuit, names);
  const emitted = circuit.layers.map((_, index) => emitLayer(circuit, index, ports[index], context));
  const piece: EmittedPiece = {
    isGroup: false,
    sources: emitted.map(({ source }) => source),
    layers: circuit.layers.map(({ name }, index) => {
      return { name, module: emitted[index].module, x: ports[index].x, y: ports[index].y };
    }),
    timings: circuit.layers.map(({ name, latency }, index) => {
      return { layer: name, interval: 1, latency, ...termsOf(network.layers[first + index]) };
    }),
    circuits: [circuit],
    traces: (instances) =>
      circuit.layers.map((_, index) =>
        traceOf(circuit, index, ports[index], emitted[index], instances[index]),
      ),
  };
  const last = circuit.layers[circuit.layers.length - 1];
  return [piece, last.units.map(({ value }) => circuit.values[value].range)];
}

/** Layers [first, end) as a network of their own. */
function partOf(network: AffineNetwork, first: number, end: number): AffineNetwork {
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

function groupPiece(
  network: AffineNetwork,
  group: MapGroup,
  codes: readonly Interval[],
  context: BuildContext,
): EmittedPiece {
  const { sources, module, x, y, timings, traces } = emitGroup(group, network, codes, context);
  return {
    isGroup: true,
    sources,
    layers: [{ name: network.layers[group.last].name, module, x, y }],
    timings,
    circuits: group.stages.map(({ circuit }) => circuit),
    traces: ([instance]) => traces(instance),
  };
}

function traceOf(
  circuit: Circuit,
  index: number,
  { y }: LayerPorts,
  { module, results, resultsValid }: EmittedLayer,
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
