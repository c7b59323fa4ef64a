import type { Field, LayerTrace, Manifest } from '../emit/manifest.js';
import type { Bits, Netlist } from '../netlist/types.js';
import type { CutPoint, Segment } from './explore.js';
import { inputFields } from './input-fields.js';
import { problems } from './problems.js';
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
  const { names } = spec;
  const cuts = [
    portCut(netlist, 's_axis', { name: 'input', layer: -1, fields: manifest.stream.input.fields }),
    ...manifest.traces.map((trace) => traceCut(netlist, trace, layerNumber(spec, trace.layer))),
    portCut(netlist, 'm_axis', {
      name: 'output',
      layer: names.length,
      fields: manifest.stream.output.fields,
    }),
  ];
  return cuts.slice(1).map((output, index) => {
    const input = cuts[index];
    return {
      input,
      output,
      inputs: inputFields(input.data, input.fields, spec.ranges[input.layer + 1]),
      layerBefore: input.layer,
      layerBehind: output.layer,
      fields: output.fields,
    };
  });
}

function layerNumber({ names }: NetworkSpec, name: string): number {
  const index = names.indexOf(name);
  if (index < 0) throw problems.proveLayer(name);
  return index;
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
