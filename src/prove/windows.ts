import type { Field, LayerTrace, WindowBus } from '../emit/manifest-buses.js';
import { traceFields, unitsTo } from '../emit/trace-fields.js';
import { rangeOf } from '../fixed/format.js';
import { hull, type Interval, point } from '../fixed/interval.js';
import { finishInterval } from '../network/finish.js';
import { type AffineRow, type MaxRow, maxInterval, sumInterval } from '../network/layers/kind.js';
import type { Extent } from '../network/window.js';
import { zoneAt } from '../network/zones.js';
import { problems } from './problems.js';
import { type NetworkSpec, unitOf } from './spec.js';
import { commonMax, commonSum, hasTwice, readsByUnit, type Under, wrongWindow } from './window-rows.js';

/**
 * A layer that is one circuit for all positions of a map, in two pieces: the window, which only moves codes, position by
 * position; and the circuit, which is the same function of the codes under the window at all of them. Codes under the
 * window have the numbers of their fields on its bus. Each piece is a network of one stage.
 */
export interface WindowPieces {
  readonly positions: number;
  readonly window: Piece;
  readonly body: Piece & { readonly taps: readonly Field[] };
  /** Of each code under the window the unit of the layer before, where most of them lie inside the map. */
  readonly units: Under;
}

interface Piece {
  readonly spec: NetworkSpec;
  /** What it gives. */
  readonly fields: readonly Field[];
}

/**
 * What the manifest says of a window is where to look: the rows of the network, position by position, must be those of one
 * circuit on just these codes.
 *
 * @param number of the layer's stage
 * @throws prove/traces where the layer is not one function at all positions, or the manifest says otherwise
 */
export function windowPieces(
  spec: NetworkSpec,
  number: number,
  trace: LayerTrace,
  bus: WindowBus,
): WindowPieces {
  const before = spec.ranges[number];
  const outside = bus.fields.map((field) => field.outside);
  const under = codesByPosition(spec, number, trace, bus);
  const slots = trace.fields.length;
  const given = tracedUnits(spec, number, trace);
  const { stages } = spec;
  const rowsOf = (slot: number) =>
    under.map((_, position) => stages[number].rows[given[position * slots + slot].unit].row);
  const facts = { under, before, outside, layer: trace.layer };
  const reads = under.some(hasTwice) ? readsByUnit(spec, trace, bus) : undefined;
  const hintOf = ({ unit, handedOn }: Field) => (handedOn === undefined ? reads?.get(unit) : undefined);
  const body: Rows =
    stages[number].kind === 'sums'
      ? {
          kind: 'sums',
          rows: trace.fields.map((field, slot) =>
            commonSum(rowsOf(slot) as AffineRow[], facts, hintOf(field)),
          ),
        }
      : {
          kind: 'max',
          rows: trace.fields.map((field, slot) => commonMax(rowsOf(slot) as MaxRow[], facts, hintOf(field))),
        };
  const taps = bus.fields.map(({ lsb, width, signed }, unit): Field => {
    return { kind: 'value', unit, lsb, width, signed, format: 'fixed<1,1>' };
  });
  const moves = under.flatMap((units) =>
    units.map(
      (unit, code): MaxRow =>
        unit === undefined ? { inputs: [], least: outside[code] } : { inputs: [unit] },
    ),
  );
  return {
    positions: under.length,
    window: {
      spec: specOfRows(spec, `${trace.layer} window`, before, { kind: 'max', rows: moves }),
      fields: under.flatMap((_, position) =>
        taps.map((field) => ({
          ...field,
          unit: position * taps.length + field.unit,
          lsb: position * bus.width + field.lsb,
        })),
      ),
    },
    body: {
      spec: specOfRows(spec, trace.layer, codesUnder(under, outside, before), body),
      taps,
      fields: trace.fields.map(({ steps: _, repeats: __, handedOn: ___, ...field }, unit) => ({
        ...field,
        unit,
      })),
    },
    units: mostInside(under),
  };
}

/** The fields of a layer's bus, by the numbers that its stage has for their units. */
export function tracedUnits(spec: NetworkSpec, number: number, trace: LayerTrace): readonly Field[] {
  return traceFields(trace).map(({ handedOn, ...field }) => {
    if (handedOn === undefined || trace.columns === undefined) return field;
    const unit = unitOf(spec, number, handedOn);
    if (unit === undefined) {
      throw problems.proveTraces(
        `manifest.json.traces, ${trace.layer}`,
        `unit ${handedOn.unit} of ${handedOn.layer}`,
        'what the layer hands on',
      );
    }
    return { ...field, unit };
  });
}

/** The codes under the window, position by position; none of zones in which it does not lie. */
function codesByPosition(
  spec: NetworkSpec,
  number: number,
  trace: LayerTrace,
  { shape, size, strides, dilation, padding, zones, fields }: WindowBus,
): Under[] {
  const { beats = 1, columns = 1 } = trace;
  const beyond = fields.find(({ tap }) => tap >= size[0] * size[1]);
  if (beyond !== undefined) throw wrongWindow(trace.layer, 'taps of its window', `tap ${beyond.tap}`);
  return Array.from({ length: beats }, (_, position) => {
    const place: Extent = [Math.floor(position / columns), position % columns];
    const zoneHere = zones === undefined ? undefined : zoneAt(zones, place);
    const corner = [place[0] * strides[0], place[1] * strides[1]];
    return fields.map(({ tap, value, zone, ...moves }) => {
      if (zone !== undefined && zone !== zoneHere) return undefined;
      const row = corner[0] + Math.floor(tap / size[1]) * dilation[0] - padding[0];
      const column = corner[1] + (tap % size[1]) * dilation[1] - padding[2];
      if (row < 0 || column < 0 || row >= shape[0] || column >= shape[1]) return undefined;
      const named = { layer: value.layer, unit: value.unit + unitsTo(moves, row, column) };
      const unit = unitOf(spec, number - 1, named);
      if (unit === undefined)
        throw wrongWindow(trace.layer, 'codes of the layer before', `unit ${named.unit} of ${named.layer}`);
      return unit;
    });
  });
}

/** All that can lie under the window, at whichever position. */
const codesUnder = (
  under: readonly Under[],
  outside: readonly number[],
  before: readonly Interval[],
): Interval[] =>
  outside.map((code, at) =>
    under.map(({ [at]: unit }) => (unit === undefined ? point(code) : before[unit])).reduce(hull),
  );

/**
 * Codes that are only moved may be any words, not those alone that the layer before gives in their places: a bit that is
 * constant in some cells would make states differ by what lies in them. A word has a sign where who reads it takes it for
 * a signed code; one that is made wider for its reader keeps its own.
 *
 * @param cells the fields in which the codes come
 */
export function anyWords({ spec, fields }: WindowPieces['window'], cells: readonly Field[]): NetworkSpec {
  const words = [...spec.ranges[0]];
  const rows = spec.stages[0].rows.map(({ row }) => row) as MaxRow[];
  const cellOf = new Map(cells.map((cell) => [cell.unit, cell]));
  for (const field of fields) {
    for (const unit of rows[field.unit].inputs) {
      const cell = cellOf.get(unit);
      // What does not come is one code, which is known.
      if (cell === undefined) continue;
      const { signed, width } = field.width > cell.width ? cell : field;
      words[unit] = hull(words[unit], rangeOf({ signed, width, integer: width }));
    }
  }
  return specOfRows(spec, spec.names[0], words, { kind: 'max', rows });
}

/** The codes that a stage gives, handed on. */
export function sameCodes(spec: NetworkSpec, number: number): NetworkSpec {
  return handedOn(spec, spec.names[number], spec.ranges[number + 1]);
}

/** The codes that a piece reads, handed on. */
export const keptCodes = (spec: NetworkSpec): NetworkSpec => handedOn(spec, spec.names[0], spec.ranges[0]);

const handedOn = (spec: NetworkSpec, name: string, codes: readonly Interval[]): NetworkSpec =>
  specOfRows(spec, name, codes, { kind: 'max', rows: codes.map((_, unit) => ({ inputs: [unit] })) });

/**
 * The codes of any cell that a stage gives, handed on, and their fields.
 *
 * @throws prove/traces where they do not lie in the same places in all cells
 */
export function sameCells(
  spec: NetworkSpec,
  number: number,
  { fields, data, beats }: CellBus,
): { readonly spec: NetworkSpec; readonly fields: readonly Field[] } {
  const layer = spec.names[number];
  const codes = spec.ranges[number + 1];
  const slots = fields.length / beats;
  const first = fields.slice(0, slots);
  const isRegular = fields.every(({ lsb, width, signed }, at) => {
    const place = first[at % slots];
    const isMoved = lsb === place.lsb + Math.floor(at / slots) * data.length;
    return isMoved && width === place.width && signed === place.signed;
  });
  if (!isRegular) throw wrongWindow(layer, 'the same fields at all positions', 'others');
  const ranges = first.map((_, slot) =>
    fields.flatMap(({ unit }, at) => (at % slots === slot ? [codes[unit]] : [])).reduce(hull),
  );
  return {
    spec: handedOn(spec, layer, ranges),
    fields: first.map((field, unit) => ({ ...field, unit })),
  };
}

/** Where a layer's codes pass, cell by cell. */
interface CellBus {
  readonly fields: readonly Field[];
  /** Bits of a cell. */
  readonly data: readonly unknown[];
  readonly beats: number;
}

type Rows =
  | { readonly kind: 'sums'; readonly rows: readonly AffineRow[] }
  | { readonly kind: 'max'; readonly rows: readonly MaxRow[] };

/** Rows as a network of one stage that reads codes in intervals. */
function specOfRows(spec: NetworkSpec, name: string, before: readonly Interval[], body: Rows): NetworkSpec {
  const placed = <Row>(rows: readonly Row[]) =>
    rows.map((row, unit) => ({ row, format: NO_FORMAT, value: { layer: 0, unit } }));
  const common = { network: spec.network, names: [name], outputs: [] };
  if (body.kind === 'max') {
    const ranges = [before, body.rows.map((row) => maxInterval(row, before))];
    return { ...common, ranges, stages: [{ kind: 'max', name, rows: placed(body.rows) }] };
  }
  const ranges = [before, body.rows.map((row) => finishInterval(row.finish, sumInterval(row, before)))];
  return { ...common, ranges, stages: [{ kind: 'sums', name, denseTerms: 0, rows: placed(body.rows) }] };
}

/** Codes are compared without their formats, because both sides have the same ones. */
const NO_FORMAT = { signed: true, width: 1, integer: 1 };

function mostInside(units: readonly Under[]): Under {
  const count = (under: Under) => under.filter((unit) => unit !== undefined).length;
  return units.reduce((best, under) => (count(under) > count(best) ? under : best));
}
