import type { DeviceCost } from '../../hardware/device-cost.js';
import type { AffineNetwork } from '../../network/affine.js';
import type { Generator, PlanContext, Source } from '../architecture.js';
import { runText } from '../field-runs.js';
import type { Field } from '../manifest-buses.js';
import type { RomImage } from '../rom.js';
import { type Declaration, fieldNotes } from '../verilog.js';

/**
 * The module between the outputs and the output stream. It takes a sample every cycle. Ports: aclk, aresetn,
 * values_i (the stream's value fields) with values_valid_i and values_ready_o, data_o (all fields of the stream,
 * without padding) with data_valid_o and data_ready_i.
 */
export interface HeadPlan {
  readonly module: string;
  /** Modules of `rtl/` it needs, in an order that compiles. */
  readonly primitives: readonly string[];
  readonly roms: readonly RomImage[];
  /** Cycles from taking values_i to giving data_o. */
  readonly latency: number;
  /** What it takes of a 7-series device, about. */
  readonly cost: DeviceCost;
  readonly print: (generator: Generator) => Source;
}

export type PlanHead = (network: AffineNetwork, context: PlanContext) => HeadPlan;

/** Bits of the value fields together. */
export function valuesWidth({ stream }: PlanContext): number {
  return widthOf(stream.output.fields.filter(({ kind }) => kind === 'value'));
}

/** Bits of all fields together. */
export const dataWidth = ({ stream }: PlanContext): number => widthOf(stream.output.fields);

const widthOf = (fields: readonly { width: number }[]): number =>
  fields.reduce((sum, { width }) => sum + width, 0);

export function headPorts(context: PlanContext): Declaration[] {
  return [
    { kind: 'input  wire', width: 1, name: 'aclk' },
    { kind: 'input  wire', width: 1, name: 'aresetn' },
    { kind: 'input  wire', width: valuesWidth(context), name: 'values_i' },
    { kind: 'input  wire', width: 1, name: 'values_valid_i' },
    { kind: 'output wire', width: 1, name: 'values_ready_o' },
    { kind: 'output wire', width: dataWidth(context), name: 'data_o' },
    { kind: 'output wire', width: 1, name: 'data_valid_o' },
    { kind: 'input  wire', width: 1, name: 'data_ready_i' },
  ];
}

/** The output stream's fields where they lie in data_o (the values also in values_i): without gaps. */
export function packedFields({ stream }: PlanContext): Field[] {
  let end = 0;
  return stream.output.fields.map((field) => {
    const lsb = end;
    end += field.width;
    return { ...field, lsb };
  });
}

/** For headers: where each field of a result lies. */
export const outputNotes = (bus: string, fields: readonly Field[]): string[] =>
  fieldNotes(bus, fields, (run) => (run.kind === 'value' ? runText(run, 'output') : run.kind));
