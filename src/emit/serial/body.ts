import type { Interval } from '../../fixed/interval.js';
import type { Multipliers } from '../../hardware/device-cost.js';
import {
  type Dealer,
  type LaneRun,
  planSerial,
  type SerialLayer,
  type SerialStage,
} from '../../hardware/serial/plan.js';
import type { AffineNetwork, LiveRow } from '../../network/affine.js';
import type { LaneUnit, LayerTiming } from '../manifest.js';
import { circuitBody } from '../parallel/body.js';
import type { PlannedBody } from '../window/body.js';
import { planLayer } from './layer.js';

/** A layer of lanes, or of comparisons, as what works on the positions of a map one after the other. */
export interface SerialBody extends PlannedBody {
  readonly layer: SerialStage;
}

/** @param position the layer at one position, which reads the codes under its window */
export function serialBody(
  position: AffineNetwork,
  codes: readonly Interval[],
  dealer: Dealer,
  multipliers: Multipliers,
): SerialBody {
  const read = position.inputs.flatMap((input, number) => (input.read ? [number] : []));
  const part = { network: position, first: 0, end: 1, codes: read.map((input) => codes[input]), names: [] };
  const [layer] = planSerial(part, dealer);
  return layer.kind === 'circuit'
    ? { ...circuitBody(layer.circuit, []), read, layer }
    : { ...lanesBody(layer, read, multipliers), layer };
}

function lanesBody(layer: SerialLayer, read: readonly number[], multipliers: Multipliers): PlannedBody {
  const { x, y, rows, steps, firstResult, pipeline } = layer;
  return {
    read,
    x,
    y,
    given: rows.map(({ unit, output }) => ({ unit, output })),
    control: { kind: 'lanes', steps, firstResult, pipeline },
    planModule: (_, context) => ({
      ...planLayer(layer, 'those under its window', multipliers, context),
      parameters: [],
    }),
    workOf: (positions) => lanesWork(layer, positions),
  };
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
