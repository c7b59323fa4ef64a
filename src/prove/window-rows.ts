import { isDeepStrictEqual } from 'node:util';
import type { LayerTrace, WindowBus } from '../emit/manifest-buses.js';
import { type Interval, isPoint } from '../fixed/interval.js';
import { sourceOf } from '../hardware/window/cells.js';
import { lowerGraph } from '../lower/lower.js';
import type { AffineRow, MaxRow } from '../network/layers/kind.js';
import { problems } from './problems.js';
import type { NetworkSpec } from './spec.js';

/** Units of the stage before, by the fields of the window's bus; undefined where the tap lies in the padding, or the position in another zone. */
export type Under = readonly (number | undefined)[];

export interface RowsFacts {
  /** Position by position. */
  readonly under: readonly Under[];
  /** Of the codes of the stage before. */
  readonly before: readonly Interval[];
  /** What lies in the padding, by the fields of the window's bus. */
  readonly outside: readonly number[];
  readonly layer: string;
}

/** Codes under the window that a row reads, with their weights. */
export type Weights = ReadonlyMap<number, number>;

/** Whether a unit lies under several taps at once, as those of a map that is repeated do. */
export const hasTwice = (under: Under): boolean => {
  const units = under.filter((unit) => unit !== undefined);
  return new Set(units).size < units.length;
};

/**
 * Which codes under the window the units of a layer read, by the lowered network. Where a unit lies under several taps the
 * network's rows say only what their weights come to; these are compared with that.
 */
export function readsByUnit(
  { network }: NetworkSpec,
  { layer }: LayerTrace,
  { fields }: WindowBus,
): ReadonlyMap<number, Weights> {
  const lowered = lowerGraph(network, 'read');
  const node = lowered.nodes.find(({ name, kind }) => name === layer && kind !== 'move');
  if (node === undefined || node.kind === 'move' || node.reads.kind === 'codes') return new Map();
  const { channels } = node.reads;
  const codeOf = (input: number) => {
    const { node: from, channel, zone } = channels[input % channels.length];
    const { layer: name, units, unitOf } = sourceOf(lowered, from);
    const tap = Math.floor(input / channels.length);
    return fields.findIndex(
      ({ tap: own, value, zone: at }) =>
        own === tap && at === zone && value.layer === name && value.unit % units === unitOf(channel) % units,
    );
  };
  const weightsOf =
    node.kind === 'sums'
      ? node.rows.map(({ terms }) => terms.map(({ input, weight }) => [codeOf(input), weight] as const))
      : node.rows.map(({ inputs }) => inputs.map((input) => [codeOf(input), 1] as const));
  return new Map(node.channels.map(({ unit }, channel) => [unit, new Map(weightsOf[channel])]));
}

/**
 * The one sum of which those of all positions are what is left where taps lie in the padding, as 0.
 *
 * @param hint its weights, where those of the rows do not tell them
 */
export function commonSum(
  rows: readonly AffineRow[],
  facts: RowsFacts,
  hint: Weights | undefined,
): AffineRow {
  const { under, outside, layer } = facts;
  const placed = rows.map((row, position) => placedSum(row, under[position], facts));
  const weights = hint ?? commonWeights(placed, under);
  const [{ bias }] = placed;
  const [{ fraction, finish }] = rows;
  rows.forEach((row, position) => {
    const { units } = placed[position];
    const merged = new Map<number, number>();
    for (const [code, weight] of weights) {
      const unit = under[position][code];
      if (unit !== undefined) merged.set(unit, (merged.get(unit) ?? 0) + weight);
    }
    const left = [...merged].filter(([, weight]) => weight !== 0);
    const isSame =
      placed[position].bias === bias &&
      row.fraction === fraction &&
      left.length === units.size &&
      left.every(([unit, weight]) => units.get(unit) === weight) &&
      isDeepStrictEqual(row.finish, finish);
    if (!isSame) throw anotherAt(layer, position);
  });
  for (const code of weights.keys()) {
    if (outside[code] === 0 || under.every((units) => units[code] !== undefined)) continue;
    throw wrongWindow(layer, 'padding of 0', `${outside[code]}`);
  }
  const terms = [...weights].map(([input, weight]) => ({ input, weight }));
  return { terms: terms.sort((a, b) => a.input - b.input), bias, fraction, finish };
}

/** Weights of the codes whose units those of the rows are. */
function commonWeights(placed: readonly PlacedSum[], under: readonly Under[]): Weights {
  const weights = new Map<number, number>();
  placed.forEach(({ units }, position) => {
    for (const [code, unit] of codesOf(units, under, position, placed)) {
      weights.set(code, units.get(unit) as number);
    }
  });
  return weights;
}

/** Codes under the window at a position whose units are read; of those that have one unit the first that is read everywhere. */
function codesOf(
  units: UnitSet,
  under: readonly Under[],
  position: number,
  placed: readonly { readonly units: UnitSet }[],
): [code: number, unit: number][] {
  const found: [number, number][] = [];
  const isElsewhere = hasTwice(under[position]);
  under[position].forEach((unit, code) => {
    if (unit === undefined || !units.has(unit)) return;
    const isOnly = !isElsewhere || under[position].every((one, at) => one !== unit || at === code);
    if (isOnly) found.push([code, unit]);
    else if (found.every(([, other]) => other !== unit) && isReadEverywhere(code, under, placed))
      found.push([code, unit]);
  });
  return found;
}

interface UnitSet {
  has(unit: number): boolean;
}

const isReadEverywhere = (
  code: number,
  under: readonly Under[],
  placed: readonly { readonly units: UnitSet }[],
): boolean => placed.every(({ units }, position) => units.has(under[position][code] ?? NO_UNIT));

const NO_UNIT = -1;

interface PlacedSum {
  /** Weights by units of the stage before. */
  readonly units: ReadonlyMap<number, number>;
  readonly bias: number;
}

/** A row by the units that lie under the window; a constant that is not there stands in the bias. */
function placedSum({ terms, bias }: AffineRow, under: Under, { before, layer }: RowsFacts): PlacedSum {
  const there = new Set(under);
  const units = new Map<number, number>();
  let sum = bias;
  for (const { input, weight } of terms) {
    if (there.has(input)) units.set(input, weight);
    else if (isPoint(before[input])) sum += weight * before[input].low;
    else throw wrongWindow(layer, `a field for unit ${input} of the layer before`, 'none');
  }
  return { units, bias: sum };
}

/**
 * The same of the largest codes: what lies in the padding must never be larger than all that lies inside.
 *
 * @param hint the codes that are read, where the rows do not tell them
 */
export function commonMax(rows: readonly MaxRow[], facts: RowsFacts, hint: Weights | undefined): MaxRow {
  const { under, before, outside, layer } = facts;
  const placed = rows.map((row, position) => placedMax(row, under[position], facts));
  const codes = hint === undefined ? commonCodes(placed, under) : [...hint.keys()];
  const [{ least }] = placed;
  placed.forEach(({ units, least: own }, position) => {
    const inside = codes.flatMap((code) => under[position][code] ?? []);
    const floor = Math.max(own ?? Number.NEGATIVE_INFINITY, ...inside.map((unit) => before[unit].low));
    const isSame =
      own === least &&
      new Set(inside).size === units.size &&
      inside.every((unit) => units.has(unit)) &&
      codes.every((code) => under[position][code] !== undefined || outside[code] <= floor);
    if (!isSame) throw anotherAt(layer, position);
  });
  const inputs = codes.toSorted((a, b) => a - b);
  return least === undefined ? { inputs } : { inputs, least };
}

/** The codes of the units that rows read. */
function commonCodes(placed: readonly PlacedMax[], under: readonly Under[]): number[] {
  const found = new Set<number>();
  placed.forEach(({ units }, position) => {
    for (const [code] of codesOf(units, under, position, placed)) found.add(code);
  });
  return [...found];
}

interface PlacedMax {
  readonly units: ReadonlySet<number>;
  readonly least?: number;
}

/** A constant that is not under the window may be the least; what never is the largest may be missing. */
function placedMax(row: MaxRow, under: Under, { before, layer }: RowsFacts): PlacedMax {
  const there = new Set(under);
  const away = row.inputs.filter((input) => !there.has(input));
  const constants = away.filter((input) => isPoint(before[input])).map((input) => before[input].low);
  const leasts = row.least === undefined ? constants : [...constants, row.least];
  const units = new Set(row.inputs.filter((input) => there.has(input)));
  const floor = Math.max(...leasts, ...[...units].map((unit) => before[unit].low));
  const lacking = away.find((input) => !isPoint(before[input]) && before[input].high > floor);
  if (lacking !== undefined)
    throw wrongWindow(layer, `a field for unit ${lacking} of the layer before`, 'none');
  const least = Math.max(...leasts);
  return leasts.length === 0 ? { units } : { units, least };
}

const anotherAt = (layer: string, position: number) =>
  wrongWindow(layer, 'the same rows at all positions', `another one at position ${position}`);

export const wrongWindow = (layer: string, wanted: string, got: string) =>
  problems.proveTraces(`manifest.json.traces, the window of ${layer}`, got, wanted);
