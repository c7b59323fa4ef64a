import { problems } from '../core/errors.js';
import type { Field, LayerTrace, Manifest } from '../emit/manifest.js';
import type { Interval } from '../fixed/interval.js';
import { type Bits, type Netlist, ZERO } from '../netlist/types.js';
import type { CutPoint, InputSymbol, Segment } from './explore.js';
import type { NetworkSpec } from './spec.js';

/** A segment, and what its output bus must carry. */
export interface ProofSegment extends Segment {
  /** Number of the network's layer whose codes the input bus carries; −1 for the network's inputs. */
  readonly layerBefore: number;
  /** The same of the output bus; the number of layers for the design's output. */
  readonly layerBehind: number;
  readonly fields: readonly Field[];
}

interface NamedCut extends CutPoint {
  readonly layer: number;
  readonly fields: readonly Field[];
}

/**
 * The design cut where the manifest says that a layer's codes pass, from the input stream to the output stream.
 *
 * @throws prove/signal when the netlist lacks a signal of the manifest
 */
export function cutDesign(netlist: Netlist, manifest: Manifest, spec: NetworkSpec): ProofSegment[] {
  const { network } = spec;
  const cuts = [
    portCut(netlist, 's_axis', { name: 'input', layer: -1, fields: manifest.stream.input.fields }),
    ...manifest.traces.map((trace) => traceCut(netlist, trace, layerNumber(spec, trace.layer))),
    portCut(netlist, 'm_axis', {
      name: 'output',
      layer: network.layers.length,
      fields: manifest.stream.output.fields,
    }),
  ];
  return cuts.slice(1).map((output, index) => {
    const input = cuts[index];
    return {
      input,
      output,
      symbols: symbolsOf(input, spec),
      layerBefore: input.layer,
      layerBehind: output.layer,
      fields: output.fields,
    };
  });
}

function layerNumber({ network }: NetworkSpec, name: string): number {
  const index = network.layers.findIndex((layer) => layer.name === name);
  if (index < 0) throw problems.proveLayer(name);
  return index;
}

/**
 * One symbol per field, with the codes that the layer before can give: that it gives no others is proved there. What
 * Yosys found of the bus itself holds too: constant zeros at its ends, and fields on the very same nets.
 */
function symbolsOf({ layer, fields, data }: NamedCut, { ranges }: NetworkSpec): InputSymbol[] {
  const symbols: InputSymbol[] = [];
  const seen = new Map<string, InputSymbol>();
  for (const { unit, lsb, width } of fields) {
    const nets = data.slice(lsb, lsb + width);
    const range = ranges[layer + 1][unit];
    const same = seen.get(nets.join(','));
    const symbol = same === undefined ? newSymbol(unit, lsb, nets, range) : { ...same, unit, lsb };
    seen.set(nets.join(','), symbol);
    symbols.push(symbol);
  }
  return symbols;
}

function newSymbol(unit: number, lsb: number, nets: Bits, range: Interval): InputSymbol {
  const width = nets.length;
  let zeros = 0;
  while (zeros < width - 1 && nets[zeros] === ZERO) zeros += 1;
  let top = width;
  while (top > zeros + 1 && nets[top - 1] === ZERO) top -= 1;
  const low = Math.ceil(range.low / 2 ** zeros);
  const high = Math.floor(range.high / 2 ** zeros);
  const ends =
    top === width ? { low, high } : { low: Math.max(low, 0), high: Math.min(high, 2 ** (top - zeros) - 1) };
  return { unit, lsb, width, symbol: unit, zeros, ...ends };
}

function portCut(
  netlist: Netlist,
  prefix: 's_axis' | 'm_axis',
  facts: Pick<NamedCut, 'name' | 'layer' | 'fields'>,
): NamedCut {
  const port = (name: string): Bits => {
    const bits = netlist.inputs.get(`${prefix}_${name}`) ?? netlist.outputs.get(`${prefix}_${name}`);
    if (bits === undefined) throw problems.proveSignal(`${prefix}_${name}`);
    return bits;
  };
  return { ...facts, data: port('tdata'), valid: port('tvalid')[0], ready: port('tready')[0] };
}

function traceCut(netlist: Netlist, trace: LayerTrace, layer: number): NamedCut {
  const signal = (name: string): Bits => {
    const path = [...trace.path, name].join('.');
    const bits = netlist.signals.get(path);
    if (bits === undefined) throw problems.proveSignal(path);
    return bits;
  };
  return {
    name: trace.layer,
    layer,
    fields: trace.fields,
    data: signal(trace.signal),
    valid: signal(trace.valid)[0],
    ready: signal(trace.ready)[0],
  };
}
