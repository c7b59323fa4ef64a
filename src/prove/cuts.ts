import type { Manifest, MapFrames } from '../emit/manifest.js';
import type {
  Field,
  LayerTrace,
  MapBus,
  OperandPages,
  SampleBus,
  StreamPort,
} from '../emit/manifest-buses.js';
import { sampleWidth } from '../emit/stream.js';
import type { Bit, Bits, Netlist } from '../netlist/types.js';
import { lowerNetwork } from '../network/affine.js';
import { problems } from './problems.js';
import type { CutPoint, MarkBus } from './protocol.js';
import type { NetworkSpec } from './spec.js';
import { tracedUnits, type WindowPieces, windowPieces } from './windows.js';

/** A place where a layer's codes pass, and of which kind it is. */
export interface NamedCut extends CutPoint {
  /** Number of the network's stage whose codes pass; −1 for the network's inputs, the number of stages for the design's output. */
  readonly layer: number;
  /** Of a whole sample. */
  readonly fields: readonly Field[];
  /** Where the layer's codes come about position by position. */
  readonly window?: WindowCut;
  /** Of its samples, those of another length too; or of those before it, of which spoilt ones do not come here. */
  readonly tells?: MarkBus;
  readonly needs?: MarkBus;
  /** Beats that waited in a FIFO, as they came. */
  readonly isQueue?: true;
  /** What passes here waits for marks, and these for what has to go in before: none of that may wait for it. */
  readonly waits?: true;
}

/** The fields have the numbers of those of the bus before it. */
type PagesCut = CutPoint & Pick<NamedCut, 'fields'>;

/** The bus on which the codes under a window pass, a position a beat. */
export interface WindowCut extends CutPoint {
  readonly pieces: WindowPieces;
  /** Where these codes lie in a memory, position by position. */
  readonly operands?: PagesCut;
}

/**
 * Where a design is cut, in the order in which codes pass there, from the input stream to the output stream.
 *
 * @throws prove/signal, prove/port, prove/width when the netlist lacks what the manifest says, or has it in another width; prove/traces when
 *   the cuts do not carry every unit that is computed
 */
export function cutsOf(netlist: Netlist, manifest: Manifest, spec: NetworkSpec): NamedCut[] {
  const { names } = spec;
  checkPorts(netlist, manifest);
  checkTraces(manifest, spec);
  const cuts: NamedCut[] = [
    portCut(netlist, 's_axis', {
      name: 'input',
      layer: -1,
      fields: manifest.stream.input.fields,
      beats: manifest.stream.input.beats,
      error: netlist.outputs.get('frame_error')?.[0],
    }),
    ...(manifest.samples === undefined
      ? []
      : [inputCut(netlist, [], manifest.samples, wholeSamples(manifest.stream.input))]),
    ...framesCut(netlist, manifest),
    ...manifest.traces.flatMap((trace): NamedCut[] => {
      const layer = layerNumber(spec, trace.layer);
      const cut = {
        ...traceCut(netlist, trace, layer, spec),
        ...windowMember(netlist, manifest, spec, layer, trace),
      };
      const operands = [
        ...(trace.window === undefined ? operandCuts(netlist, manifest, trace.layer, layer, spec) : []),
        ...queueCut(netlist, manifest, trace, layer, spec),
      ];
      return [...operands, cut, ...wholeCuts(netlist, manifest, trace, cut, spec)];
    }),
    ...keptCut(netlist, manifest, spec),
    portCut(netlist, 'm_axis', {
      name: 'output',
      layer: names.length,
      fields: manifest.stream.output.fields,
      beats: manifest.stream.output.beats,
    }),
  ];
  checkMarks(cuts);
  return cuts;
}

/** Where samples of another length go on too, they must be dropped behind, once. */
function checkMarks(cuts: readonly NamedCut[]): void {
  const told = cuts.filter(({ tells }) => tells !== undefined).length;
  const needed = cuts.filter(({ needs }) => needs !== undefined).length;
  if (told === needed) return;
  throw problems.proveTraces(
    'manifest.json.frames',
    `${needed} places where marked maps are dropped`,
    `${told}: whole behind their last layer, or in the operand memory of the next one`,
  );
}

/** The streams, a clock and a reset, and nothing else that could matter. */
function checkPorts({ inputs, outputs }: Netlist, { stream }: Manifest): void {
  const wanted = {
    input: {
      ...{ aclk: 1, aresetn: 1, m_axis_tready: 1 },
      ...{ s_axis_tdata: stream.input.width, s_axis_tvalid: 1, s_axis_tlast: 1 },
    },
    output: {
      ...{ s_axis_tready: 1, frame_error: 1 },
      ...{ m_axis_tdata: stream.output.width, m_axis_tvalid: 1, m_axis_tlast: 1 },
    },
  };
  for (const [direction, ports] of [
    ['input', inputs],
    ['output', outputs],
  ] as const) {
    const widths: Readonly<Record<string, number>> = wanted[direction];
    for (const name of new Set([...Object.keys(widths), ...ports.keys()])) {
      const width = ports.get(name)?.length;
      if (width !== widths[name]) throw problems.provePort(direction, name, width, widths[name]);
    }
  }
}

/** Cuts are hints, but for what they carry: every unit that is computed, layer after layer. */
function checkTraces({ traces }: Manifest, spec: NetworkSpec): void {
  const layers = lowerNetwork(spec.network).layers.map(({ name, rows }) => ({
    name,
    units: rows.map(({ unit }) => unit),
  }));
  const computed = new Map(layers.map(({ name, units }) => [name, new Set(units)]));
  const carried = traces.map((trace) => {
    const { layer: name } = trace;
    const number = spec.names.indexOf(name);
    const fields = number < 0 ? trace.fields : tracedUnits(spec, number, trace);
    const units = fields.map(({ unit }) => unit);
    // Cells have a layer's codes by position.
    const ordered = trace.columns === undefined ? units : [...new Set(units)].sort((a, b) => a - b);
    return { name, units: ordered.filter((unit) => computed.get(name)?.has(unit) ?? true) };
  });
  for (let at = 0; at < Math.max(layers.length, carried.length); at++) {
    const [got, wanted] = [carried, layers].map((buses) =>
      buses[at] === undefined ? undefined : `${buses[at].name} ${buses[at].units.join(' ')}`,
    );
    if (got === wanted) continue;
    throw problems.proveTraces(
      `manifest.json.traces[${at}]`,
      got === undefined ? 'nothing' : `layer ${got}`,
      wanted === undefined ? 'no more layers' : `layer ${wanted}: its name, and the units that are computed`,
    );
  }
}

function layerNumber({ names }: NetworkSpec, name: string): number {
  const index = names.indexOf(name);
  if (index < 0) throw problems.proveLayer(name);
  return index;
}

function portCut(
  netlist: Netlist,
  prefix: 's_axis' | 'm_axis',
  {
    error,
    ...facts
  }: Pick<NamedCut, 'name' | 'layer' | 'fields' | 'beats'> & { readonly error?: Bit | undefined },
): NamedCut {
  const port = (name: string): Bits => {
    const bits = netlist.inputs.get(`${prefix}_${name}`) ?? netlist.outputs.get(`${prefix}_${name}`);
    if (bits === undefined) throw problems.proveSignal(`${prefix}_${name}`);
    return bits;
  };
  return {
    ...facts,
    data: port('tdata'),
    valid: port('tvalid')[0],
    ready: port('tready')[0],
    last: port('tlast')[0],
    ...(error === undefined ? {} : { error }),
  };
}

/** Samples of the input, whole or beat by beat: what gathers or counts them is proved by itself. */
function inputCut(
  netlist: Netlist,
  path: readonly string[],
  { signal, valid, ready }: SampleBus,
  { width, beats, fields }: Pick<StreamPort, 'width' | 'beats' | 'fields'>,
): NamedCut {
  const bits = (name: string, count: number) => signalOf(netlist, path, name, count);
  return {
    name: 'samples',
    layer: -1,
    fields,
    data: bits(signal, width),
    valid: bits(valid, 1)[0],
    ready: bits(ready, 1)[0],
    beats,
  };
}

/** A port's samples in one beat. */
const wholeSamples = (port: StreamPort) => ({ ...port, width: sampleWidth(port), beats: 1 });

/** Where beats of a map go on before all of them are there. */
function framesCut(netlist: Netlist, { frames, stream }: Manifest): NamedCut[] {
  if (frames === undefined) return [];
  return [{ ...inputCut(netlist, frames.path, frames.beats, stream.input), tells: markBus(netlist, frames) }];
}

/** Where a map passes whole; where maps are marked, then those alone that are not spoilt. */
function wholeCuts(
  netlist: Netlist,
  { frames }: Manifest,
  { layer, whole }: LayerTrace,
  cut: NamedCut,
  spec: NetworkSpec,
): NamedCut[] {
  if (whole === undefined) return [];
  const gathered = mapCut(netlist, whole, cut, spec);
  if (frames?.layer !== layer || frames.given === undefined) return [gathered];
  const given = mapCut(netlist, { ...whole, ...frames.given, path: frames.path }, cut, spec);
  return [
    { ...gathered, waits: true },
    { ...given, name: `${layer} given`, needs: markBus(netlist, frames) },
  ];
}

function markBus(netlist: Netlist, { path, mark }: MapFrames): MarkBus {
  const [spoilt, valid, ready] = [mark.signal, mark.valid, mark.ready].map(
    (name) => signalOf(netlist, path, name, 1)[0],
  );
  return { valid, spoilt, ready };
}

/** Where a layer's operands lie in a memory: what fills it is proved by itself, and so is what reads it. */
function operandCuts(
  netlist: Netlist,
  { operands = [], frames }: Manifest,
  layer: string,
  number: number,
  { names }: NetworkSpec,
): NamedCut[] {
  const isJudge = frames !== undefined && frames.given === undefined && frames.layer === names[number - 1];
  return operands
    .filter((pages) => pages.layer === layer)
    .map((pages) => ({
      ...operandCut(netlist, pages, number - 1),
      ...(isJudge ? { needs: markBus(netlist, frames) } : {}),
    }));
}

/** Where maps of the last layer lie until they leave. */
function keptCut(netlist: Netlist, { kept, frames }: Manifest, spec: NetworkSpec): NamedCut[] {
  if (kept === undefined) return [];
  const cut = operandCut(netlist, kept, layerNumber(spec, kept.layer));
  const isJudge = frames !== undefined && frames.given === undefined && frames.layer === kept.layer;
  const needs = isJudge ? { needs: markBus(netlist, frames) } : {};
  return [{ ...cut, name: `${kept.layer} kept`, ...needs }];
}

function operandCut(netlist: Netlist, operands: OperandPages, layer: number): NamedCut {
  const { path, full, release, pages, width, words, stride, fields } = operands;
  const memories = operands.memories.map((names) => names.join('.'));
  for (const name of memories) {
    const memory = netlist.memories.find((one) => one.name === name);
    if (memory === undefined) throw problems.proveSignal(name);
    if (memory.width !== width) throw problems.proveWidth(name, memory.width, width);
    if (memory.depth !== pages * stride) throw problems.proveWidth(name, memory.depth, pages * stride);
  }
  const told = signalOf(netlist, path, full, pages);
  return {
    name: `${operands.layer} operands`,
    layer,
    fields,
    data: Array.from({ length: width * words }, (_, bit) => netlist.netCount + bit),
    valid: told[0],
    ready: signalOf(netlist, path, release, 1)[0],
    beats: 1,
    pages: { pages, memories, width, words, stride, full: told },
  };
}

function traceCut(netlist: Netlist, trace: LayerTrace, layer: number, spec: NetworkSpec): NamedCut {
  const signal = (name: string) =>
    signalOf(netlist, trace.path, name, name === trace.signal ? trace.width : 1);
  return {
    name: trace.layer,
    layer,
    fields: tracedUnits(spec, layer, trace),
    data: signal(trace.signal),
    valid: signal(trace.valid)[0],
    ready: signal(trace.ready)[0],
    beats: trace.beats ?? 1,
  };
}

/** Where beats of the layer before leave a FIFO. */
function queueCut(
  netlist: Netlist,
  { traces }: Manifest,
  { layer: name, queue }: LayerTrace,
  layer: number,
  spec: NetworkSpec,
): NamedCut[] {
  const before = traces[traces.findIndex((trace) => trace.layer === name) - 1];
  if (queue === undefined || before === undefined) return [];
  const bits = (signal: string, count: number) => signalOf(netlist, queue.path, signal, count);
  return [
    {
      name: `${name} queue`,
      layer: layer - 1,
      fields: tracedUnits(spec, layer - 1, before),
      data: bits(queue.signal, before.width),
      valid: bits(queue.valid, 1)[0],
      ready: bits(queue.ready, 1)[0],
      beats: before.beats ?? 1,
      isQueue: true,
    },
  ];
}

function mapCut(netlist: Netlist, bus: MapBus, { name, layer }: NamedCut, spec: NetworkSpec): NamedCut {
  const { fields, path: instances, width } = bus;
  const units = spec.ranges[layer + 1].length;
  const beyond = fields.find(({ unit }) => unit >= units);
  if (beyond !== undefined) {
    throw problems.proveTraces(
      `manifest.json.traces, the whole of ${name}`,
      `unit ${beyond.unit}`,
      `${units} units`,
    );
  }
  const bits = (signal: string, bitCount: number) => signalOf(netlist, instances, signal, bitCount);
  return {
    ...{ name: `${name} whole`, layer, fields, beats: 1 },
    data: bits(bus.signal, width),
    valid: bits(bus.valid, 1)[0],
    ready: bits(bus.ready, 1)[0],
  };
}

function windowMember(
  netlist: Netlist,
  { operands = [] }: Manifest,
  spec: NetworkSpec,
  layer: number,
  trace: LayerTrace,
): Pick<NamedCut, 'window'> {
  const { window } = trace;
  if (window === undefined) return {};
  const pieces = windowPieces(spec, layer, trace, window);
  const signal = (name: string) =>
    signalOf(netlist, window.path, name, name === window.signal ? window.width : 1);
  const pages = operands.find(({ layer: reader }) => reader === trace.layer);
  return {
    window: {
      name: `${trace.layer} window`,
      data: signal(window.signal),
      valid: signal(window.valid)[0],
      ready: signal(window.ready)[0],
      beats: pieces.positions,
      pieces,
      ...(pages === undefined ? {} : { operands: operandCut(netlist, pages, -1) }),
    },
  };
}

function signalOf(netlist: Netlist, instances: readonly string[], name: string, width: number): Bits {
  const path = [...instances, name].join('.');
  const bits = netlist.signals.get(path);
  if (bits === undefined) throw problems.proveSignal(path);
  if (bits.length !== width) throw problems.proveWidth(path, bits.length, width);
  return bits;
}
