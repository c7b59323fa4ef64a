import { bitsFor } from '../../fixed/format.js';
import { busWidth } from '../../hardware/slots.js';
import type { MapStage } from '../../hardware/window/types.js';
import { handedOnTo, type StreamNames, streamNamed, takenFrom } from '../handshakes.js';
import { twosComplement } from '../rom.js';
import { alignConnections, CLOCK, clocked, constant, type InstanceView } from '../verilog.js';
import { cutView, filledUp } from './ends.js';
import { cellBits, type NamedStage, wordsUnder } from './stages.js';

/** Bits of the words into which the codes under a window are cut. */
export const wordBits = (stage: MapStage): number =>
  Math.ceil(stage.body.x.count / wordsUnder(stage)) * stage.body.x.width;

/** The codes under a window in words. */
function wordsView(stage: MapStage, stem: string, read: StreamNames, to: StreamNames): InstanceView {
  const [words, bits] = [wordsUnder(stage), wordBits(stage)];
  const data = filledUp(read.data, busWidth(stage.body.x), bits * words);
  return cutView(`${stem}_cut`, bits, words, { ...read, data }, to);
}

/** What the cells are called that the window takes, where it does not take those that come in. */
export function beforeWindow({ times, zones }: MapStage, stem: string): string | undefined {
  if (times !== undefined) return `${stem}_repeated`;
  return zones === undefined ? undefined : `${stem}_zoned`;
}

/** What repeats the cells that come in. */
function repeatViews(
  { enters, times }: MapStage,
  stem: string,
  from: StreamNames,
  to: StreamNames,
): InstanceView[] {
  if (times === undefined) return [];
  const [, columns] = enters.shape;
  const parameters: [string, string][] = [
    ['WIDTH', `${cellBits(enters)}`],
    ['COLUMNS', `${columns}`],
    ['FACTOR_Y', `${times[0]}`],
    ['FACTOR_X', `${times[1]}`],
    ['COUNT_WIDTH', `${bitsFor(Math.max(...times))}`],
    ['ADDRESS_WIDTH', `${bitsFor(columns)}`],
  ];
  return [clocked('espalier_repeat', `${stem}_repeat`, parameters, [...takenFrom(from), ...handedOnTo(to)])];
}

/** What gives the cells that come in once for each zone of the map. */
function zonesViews(
  { enters, zones }: MapStage,
  stem: string,
  from: StreamNames,
  to: StreamNames,
): InstanceView[] {
  if (zones === undefined) return [];
  const [rows, columns] = enters.shape;
  const { begins, numbers, count } = zones;
  const bits = bitsFor(Math.max(rows, columns));
  const places = numbers.flat();
  const members = Array.from({ length: count }, (_, zone) => places.map((at) => (at === zone ? 1 : 0)));
  const parameters: [string, string][] = [
    ['WIDTH', `${cellBits(enters)}`],
    ['ROWS', `${rows}`],
    ['COLUMNS', `${columns}`],
    ['BANDS_Y', `${begins[0].length}`],
    ['BANDS_X', `${begins[1].length}`],
    ['ZONES', `${count}`],
    ['COUNT_WIDTH', `${bits}`],
    ['BEGINS_Y', packed(begins[0], bits)],
    ['BEGINS_X', packed(begins[1], bits)],
    ['MEMBERS', packed(members.flat(), 1)],
  ];
  return [clocked('espalier_zones', `${stem}_zones`, parameters, [...takenFrom(from), ...handedOnTo(to)])];
}

/** Numbers of so many bits beside one another, the first one lowest. */
const packed = (numbers: readonly number[], bits: number): string =>
  constant(
    numbers.reduceRight((word, one) => (word << BigInt(bits)) | BigInt(one), 0n),
    bits * numbers.length,
  );

/** A window, and what works on the codes under it. */
export function stageViews({ stage, stem, module, cell }: NamedStage, from: string): InstanceView[] {
  const words = wordsUnder(stage);
  const read = { ...streamNamed(`${stem}_taps`), data: `${stem}_read` };
  const taken = words === 0 ? read : streamNamed(`${stem}_words`);
  const cells = streamNamed(beforeWindow(stage, stem) ?? from);
  return [
    ...repeatViews(stage, stem, streamNamed(from), cells),
    ...zonesViews(stage, stem, streamNamed(from), cells),
    clocked('espalier_window', `${stem}_window`, windowParameters(stage), [
      ...takenFrom(cells),
      ...handedOnTo(streamNamed(`${stem}_taps`)),
    ]),
    ...(words === 0 ? [] : [wordsView(stage, stem, read, taken)]),
    {
      module: module.module,
      instance: `${stem}_body`,
      parameters: module.parameters.map((name) => `.${name} (${name})`),
      ports: alignConnections([
        ...CLOCK,
        ['x_i', taken.data],
        ['x_valid_i', taken.valid],
        ['x_ready_o', taken.ready],
        ['y_o', cell.data],
        ['y_valid_o', cell.valid],
        ['y_ready_i', cell.ready],
      ]),
    },
  ];
}

function windowParameters({ window, positions, x, padding }: MapStage): [string, string][] {
  const { size, strides, dilation } = window;
  const [top, bottom, left, right] = window.padding;
  const [rows, columns] = x.shape;
  const longest = Math.max(rows, columns, top + rows + bottom, left + columns + right);
  const { width } = x.slots;
  const code = padding.reduce(
    (word, one, slot) => word | (twosComplement(one, width) << BigInt(slot * width)),
    0n,
  );
  return [
    ['WIDTH', `${cellBits(x)}`],
    ['ROWS', `${rows}`],
    ['COLUMNS', `${columns}`],
    ['SIZE_Y', `${size[0]}`],
    ['SIZE_X', `${size[1]}`],
    ['STRIDE_Y', `${strides[0]}`],
    ['STRIDE_X', `${strides[1]}`],
    ['DILATION_Y', `${dilation[0]}`],
    ['DILATION_X', `${dilation[1]}`],
    ['TOP', `${top}`],
    ['LEFT', `${left}`],
    ['OUT_ROWS', `${positions[0]}`],
    ['OUT_COLUMNS', `${positions[1]}`],
    ['COUNT_WIDTH', `${bitsFor(longest + 2)}`],
    ['ADDRESS_WIDTH', `${bitsFor(columns)}`],
    ['PADDING', constant(code, cellBits(x))],
  ];
}
