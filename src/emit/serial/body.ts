import { present } from '../../core/objects.js';
import { printFormat } from '../../fixed/format.js';
import type { Interval } from '../../fixed/interval.js';
import type { Multipliers } from '../../hardware/device-cost.js';
import { layerOnWindow, type OperandForm } from '../../hardware/serial/operands.js';
import type { Dealer, LaneRun, SerialLayer, SerialStage } from '../../hardware/serial/plan.js';
import type { Slots } from '../../hardware/slots.js';
import type { AffineNetwork, LiveRow } from '../../network/affine.js';
import type { LaneUnit, LayerTiming } from '../manifest.js';
import type { Field } from '../manifest-buses.js';
import { circuitBody } from '../parallel/body.js';
import type { PlannedBody } from '../window/body.js';
import { planLayer } from './layer.js';
import { operandPages } from './operands.js';

/** A layer of lanes, or of comparisons, as what works on the positions of a map one after the other. */
export interface SerialBody extends PlannedBody {
  readonly layer: SerialStage;
}

/** What lanes are made of. */
export interface LaneOptions {
  readonly multipliers: Multipliers;
  readonly operands?: OperandForm | undefined;
}

/** @param position the layer at one position, which reads the codes under its window */
export function serialBody(
  position: AffineNetwork,
  codes: readonly Interval[],
  dealer: Dealer,
  { multipliers, operands = 'auto' }: LaneOptions,
): SerialBody {
  const read = position.inputs.flatMap((input, number) => (input.read ? [number] : []));
  const part = { network: position, first: 0, end: 1, codes: read.map((input) => codes[input]), names: [] };
  const layer = layerOnWindow(part, dealer, operands, multipliers);
  return layer.kind === 'circuit'
    ? { ...circuitBody(layer.circuit, []), read, layer }
    : { ...lanesBody(layer, read, multipliers), layer };
}

function lanesBody(layer: SerialLayer, read: readonly number[], multipliers: Multipliers): PlannedBody {
  const { x, y, rows, steps, firstResult, pipeline, operands } = layer;
  return {
    read,
    x,
    y,
    given: rows.map(({ unit, output }) => ({ unit, output })),
    control: { kind: 'lanes', steps, firstResult, pipeline, ...present({ operands }) },
    pages: (instance) => operandPages(layer, slotFields(x), instance),
    planModule: (_, context) => ({
      ...planLayer(layer, 'those under its window', multipliers, context),
      parameters: [],
    }),
    workOf: (positions) => lanesWork(layer, positions),
  };
}

/** What lies in slots, by their numbers. */
function slotFields({ count, width, signed }: Slots): Field[] {
  const format = printFormat({ signed, width, integer: width });
  const field = { kind: 'value', width, signed, format } as const;
  return Array.from({ length: count }, (_, unit) => ({ ...field, unit, lsb: unit * width }));
}

/** What a layer multiplies, and on which lanes. */
export function workOf(layer: SerialStage): Omit<LayerTiming, 'layer' | 'interval' | 'latency'> {
  if (layer.kind === 'circuit') return { terms: 0, denseTerms: 0 };
  const { terms, denseTerms } = layer;
  return { terms, denseTerms, ...lanesWork(layer, 1) };
}

/** @param positions at which the same is done */
function lanesWork(
  { lanes, rows, denseTerms }: SerialLayer,
  positions: number,
): Required<ReturnType<PlannedBody['workOf']>> {
  const laneUnit = ({ unit }: LiveRow, { words }: LaneRun): LaneUnit => ({ unit, cycles: words * positions });
  return {
    denseInterval: Math.ceil(denseTerms / lanes.length) * positions,
    lanes: lanes.length,
    schedule: lanes.map(({ runs }) => runs.map((run) => laneUnit(rows[run.row], run))),
  };
}
