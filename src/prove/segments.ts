import type { Manifest } from '../emit/manifest.js';
import type { Field } from '../emit/manifest-buses.js';
import { isNet, type Netlist } from '../netlist/types.js';
import { cutsOf, type NamedCut, type WindowCut } from './cuts.js';
import { inputFields } from './input-fields.js';
import type { Segment } from './segment.js';
import type { NetworkSpec } from './spec.js';
import { anyWords, keptCodes, sameCells, sameCodes, type WindowPieces } from './windows.js';

/** A segment, and what its output bus must carry. */
export interface ProofSegment extends Segment {
  /** Number of the network's stage whose codes the input bus carries; −1 for the network's inputs. */
  readonly layerBefore: number;
  /** The same of the output bus; the number of stages for the design's output. */
  readonly layerBehind: number;
  readonly fields: readonly Field[];
  /** Absent where the piece is one of a layer at all positions of a map; then the two numbers above count in this. */
  readonly part?: LayerPiece;
}

/** A piece of a layer as a network of its own. */
export interface LayerPiece {
  readonly spec: NetworkSpec;
  /** Number of the network's stage before the layer. */
  readonly layerBefore: number;
  /** Its units on the input bus, by number there; absent where they are those of the bus. */
  readonly units?: readonly (number | undefined)[];
}

/**
 * The design cut where the manifest says that a layer's codes pass, from the input stream to the output stream.
 *
 * @throws prove/signal, prove/port, prove/width when the netlist lacks what the manifest says, or has it in another width; prove/traces when
 *   the cuts do not carry every unit that is computed
 */
export function cutDesign(netlist: Netlist, manifest: Manifest, spec: NetworkSpec): ProofSegment[] {
  const cuts = cutsOf(netlist, manifest, spec);
  return cuts.slice(1).flatMap((behind, index) => {
    const [input, output] = withMarks(cuts[index], behind);
    if (output.isQueue === true) return [queueSegment(input, output, netlist, spec)];
    if (output.layer === input.layer && output.layer >= 0)
      return [gatheringSegment(input, output, netlist, spec)];
    return output.window === undefined
      ? [segmentBetween(input, output, netlist, spec)]
      : windowSegments(input, output, output.window, netlist);
  });
}

/** Marks go with samples in one segment only: in which they are made, or looked at. */
const withMarks = (input: NamedCut, output: NamedCut): [NamedCut, NamedCut] => [
  output.needs === undefined ? input : { ...input, marks: output.needs },
  output.tells === undefined ? output : { ...output, marks: output.tells },
];

export function segmentBetween(
  input: NamedCut,
  output: NamedCut,
  { netCount }: Netlist,
  { ranges }: NetworkSpec,
): ProofSegment {
  // A net for each bit of a sample: those of the bus, in each beat others.
  const nets = Array.from({ length: input.beats }, (_, beat) =>
    input.data.map((bit) => (isNet(bit) ? bit + beat * netCount : bit)),
  );
  return {
    input,
    output,
    inputs: inputFields(nets.flat(), input.fields, ranges[input.layer + 1]),
    layerBefore: input.layer,
    layerBehind: output.layer,
    fields: output.fields,
  };
}

/** From the beats of a layer's codes to all of them. */
function gatheringSegment(
  input: NamedCut,
  output: NamedCut,
  netlist: Netlist,
  spec: NetworkSpec,
): ProofSegment {
  const same = sameCodes(spec, input.layer);
  const segment = segmentBetween({ ...input, layer: -1 }, { ...output, layer: 0 }, netlist, same);
  return {
    ...segment,
    ...(output.waits === true ? { takesAlone: true } : {}),
    part: { spec: same, layerBefore: input.layer },
  };
}

/** From the beats of a map to the same beats: for what keeps them each is a sample. */
function queueSegment(input: NamedCut, output: NamedCut, netlist: Netlist, spec: NetworkSpec): ProofSegment {
  const { spec: same, fields } = sameCells(spec, input.layer, input);
  const segment = segmentBetween(
    { ...input, layer: -1, fields, beats: 1 },
    { ...output, layer: 0, fields, beats: 1 },
    netlist,
    same,
  );
  return { ...segment, part: { spec: same, layerBefore: input.layer } };
}

/**
 * The window, which gives a map of taps for a map of codes, and what works on a position behind it, to which it is a sample:
 * what puts it into a memory, and the circuit or the lanes.
 */
function windowSegments(
  input: NamedCut,
  output: NamedCut,
  { pieces, operands, ...cut }: WindowCut,
  netlist: Netlist,
): ProofSegment[] {
  const { window, body, units } = pieces;
  const taps = { ...cut, layer: 0, fields: window.fields };
  const moves = anyWords(window, input.fields);
  const moved = segmentBetween({ ...input, layer: -1 }, taps, netlist, moves);
  const position = { ...cut, layer: -1, fields: body.taps, beats: 1 };
  const given = { ...output, layer: 0, fields: body.fields, beats: 1 };
  const kept = operands === undefined ? undefined : { ...position, ...operands, layer: -1 };
  const computed = segmentBetween(kept ?? position, given, netlist, body.spec);
  return [
    { ...moved, part: { spec: moves, layerBefore: input.layer } },
    ...(kept === undefined ? [] : [keepingSegment(position, kept, netlist, pieces, input.layer)]),
    { ...computed, part: { spec: body.spec, layerBefore: input.layer, units } },
  ];
}

/** From the codes under a window to the same codes in a memory. */
function keepingSegment(
  position: NamedCut,
  kept: NamedCut,
  netlist: Netlist,
  { body, units }: WindowPieces,
  layerBefore: number,
): ProofSegment {
  const spec = keptCodes(body.spec);
  const segment = segmentBetween(position, { ...kept, layer: 0 }, netlist, spec);
  return { ...segment, part: { spec, layerBefore, units } };
}
