import { bitsFor, printFormat } from '../../fixed/format.js';
import { codeFormat, type Requantizer } from '../../hardware/requantizer.js';
import type { SerialLayer } from '../../hardware/serial/plan.js';
import { labelOf } from '../../network/affine.js';
import { requantizeParameters } from '../requantize.js';
import { truthText } from '../table.js';
import { renderTemplate } from '../template.js';
import { alignAssignments, alignConnections, type Declaration, extend, slice } from '../verilog.js';

import { type ScaledSums, scaledSums, scaleSignals, scaleView } from './scale.js';
import type { Site, Sums } from './sums.js';

export interface EmittedFinish {
  readonly signals: readonly Declaration[];
  readonly text: string;
}

/** The way from sums to codes that can be written among the results. */
export function emitFinish(site: Site, sums: Sums): EmittedFinish {
  const { layer, prefix } = site;
  const scaled = scaledSums(layer, sums);
  const used = layer.requantizers.flatMap(({ rows }, r) =>
    sums.rows.some((row) => row !== undefined && rows.includes(row)) ? [r] : [],
  );
  const names = namesOf(sums);
  const slotWidth = bitsFor(sums.rows.length);
  const slot = sums.tellsSlot ? scaled.slot : undefined;
  const signals: Declaration[] = [
    ...scaleSignals(layer, sums),
    { kind: 'reg', width: 1, name: names.write },
    ...(slot === undefined ? [] : [{ kind: 'reg', width: slotWidth, name: names.slot }]),
    ...used.flatMap((r) => codeSignals(layer.requantizers[r], names, r)),
  ];
  const text = renderTemplate('serial/finish.v', {
    scales: scaleView(site, sums),
    requantizers: used.map((r) => requantizerView(layer.requantizers[r], scaled, sums, r)),
    tables: used.flatMap((r) => tableView(layer.requantizers[r], sums, r)),
    enable: `${prefix}_enable`,
    write: names.write,
    valid: scaled.valid,
    registered: alignAssignments([
      ...(slot === undefined ? [] : [[names.slot, slot] as const]),
      ...used.map((r) => [`${names.code(r)}_q`, names.code(r)] as const),
    ]),
    waits: waitView(layer, sums, used, prefix),
  });
  return { signals: [...signals, ...waitSignals(layer, sums, used)], text: text.trimEnd() };
}

interface Names {
  readonly write: string;
  readonly slot: string;
  readonly code: (requantizer: number) => string;
  /** Of the requantizer's table. */
  readonly index: (requantizer: number) => string;
}

const namesOf = ({ stem }: Sums): Names => ({
  write: `${stem}_write_q`,
  slot: `${stem}_slot_q`,
  code: (requantizer) => `${stem}_code${requantizer}`,
  index: (requantizer) => `${stem}_index${requantizer}`,
});

/** What is written among the results, and when: the registered codes, or what they are after their wait. */
const writtenNames = ({ stem, wait }: Sums) =>
  wait === 0
    ? { write: `${stem}_write_q`, slot: `${stem}_slot_q`, code: (r: number) => `${stem}_code${r}_q` }
    : { write: `${stem}_write`, slot: `${stem}_slot`, code: (r: number) => `${stem}_code${r}_late` };

function codeSignals(requantizer: Requantizer, names: Names, r: number): Declaration[] {
  const format = codeFormat(requantizer);
  return [
    ...(requantizer.table === undefined
      ? []
      : [{ kind: 'wire', width: requantizer.format.width, name: names.index(r) }]),
    { kind: 'wire', width: format.width, name: names.code(r), comment: printFormat(format) },
    { kind: 'reg', width: format.width, name: `${names.code(r)}_q` },
  ];
}

const codeWidth = ({ requantizers }: SerialLayer, r: number): number => codeFormat(requantizers[r]).width;

function waitSignals(layer: SerialLayer, sums: Sums, used: readonly number[]): Declaration[] {
  if (sums.wait === 0) return [];
  const written = writtenNames(sums);
  return [
    { kind: 'wire', width: 1, name: written.write },
    ...(sums.tellsSlot ? [{ kind: 'wire', width: bitsFor(sums.rows.length), name: written.slot }] : []),
    ...used.map((r) => ({ kind: 'wire', width: codeWidth(layer, r), name: written.code(r) })),
  ];
}

function waitView(layer: SerialLayer, sums: Sums, used: readonly number[], prefix: string) {
  if (sums.wait === 0) return [];
  const names = namesOf(sums);
  const written = writtenNames(sums);
  const hasSlot = sums.tellsSlot;
  const from = [...(hasSlot ? [names.slot] : []), ...used.map((r) => `${names.code(r)}_q`)];
  const to = [...(hasSlot ? [written.slot] : []), ...used.map((r) => written.code(r))];
  const width =
    (hasSlot ? bitsFor(sums.rows.length) : 0) + used.reduce((sum, r) => sum + codeWidth(layer, r), 0);
  return [
    {
      instance: `${sums.instance}_wait`,
      parameters: alignConnections([
        ['WIDTH', `${width}`],
        ['STAGES', `${sums.wait}`],
      ]),
      ports: alignConnections([
        ['aclk', 'aclk'],
        ['aresetn', 'aresetn'],
        ['enable_i', `${prefix}_enable`],
        ['valid_i', names.write],
        ['word_i', concatenated(from)],
        ['valid_o', written.write],
        ['word_o', concatenated(to)],
      ]),
    },
  ];
}

const concatenated = (names: readonly string[]): string =>
  names.length === 1 ? names[0] : `{${names.join(', ')}}`;

function requantizerView(circuit: Requantizer, { value, width }: ScaledSums, sums: Sums, r: number) {
  const names = namesOf(sums);
  return {
    instance: `${sums.instance}_requantize${r}`,
    parameters: alignConnections(requantizeParameters({ ...circuit, sumWidth: width })),
    ports: alignConnections([
      ['sum_i', value],
      ['code_o', circuit.table === undefined ? names.code(r) : names.index(r)],
    ]),
  };
}

/** What looks the code up behind a requantizer, if anything does. */
function tableView({ format, table }: Requantizer, sums: Sums, r: number) {
  if (table === undefined) return [];
  const names = namesOf(sums);
  const { width } = table.format;
  const inputs = Array.from({ length: format.width }, (_, bit) => bit);
  const bits = Array.from({ length: width }, (_, bit) => bit);
  return [
    {
      instance: `${sums.instance}_table${r}`,
      parameters: alignConnections([
        ['INPUTS', `${format.width}`],
        ['WIDTH', `${width}`],
        ['TRUTH', truthText({ inputs: format.width, width, codes: table.codes }, inputs, bits)],
      ]),
      ports: alignConnections([
        ['index_i', names.index(r)],
        ['code_o', names.code(r)],
      ]),
    },
  ];
}

/** One line per row: its code, extended to its place among the results. */
export function writeLines({ layer, prefix }: Site, sums: Sums): string[] {
  const { width } = layer.y;
  const resultWidth = layer.computed * width;
  const written = writtenNames(sums);
  return sums.rows.flatMap((row, slot) => {
    if (row === undefined) return [];
    const r = requantizerFor(layer, row);
    const isSlot = sums.tellsSlot ? ` & ${isOfSlot(sums, slot)}` : '';
    const target = slice(`${prefix}_y_q`, row * width, width, resultWidth);
    const value = placedCode(layer, r, written.code(r));
    const { format: declared } = layer.rows[row];
    const label = labelOf(layer.name, layer.rows[row]);
    return [`if (${written.write}${isSlot}) ${target} <= ${value};  // ${label}, ${printFormat(declared)}`];
  });
}

const requantizerFor = ({ requantizers }: SerialLayer, row: number): number =>
  requantizers.findIndex(({ rows }) => rows.includes(row));

const isOfSlot = (sums: Sums, slot: number): string =>
  `(${writtenNames(sums).slot} == ${bitsFor(sums.rows.length)}'d${slot})`;

/** A requantizer's code as wide as the layer's codes are. */
function placedCode({ requantizers, y }: SerialLayer, r: number, code: string): string {
  const { width, signed } = codeFormat(requantizers[r]);
  return extend(code, signed ? slice(code, width - 1, 1, width) : undefined, width, y.width);
}

/** The code that is there, where a layer gives them one by one, and what says that it is. */
export const wordName = (prefix: string): string => `${prefix}_word`;
export const wordIsThere = (prefix: string): string => `${prefix}_word_is_there`;

export const wordSignals = ({ layer, prefix }: Site): Declaration[] => [
  { kind: 'wire', width: layer.y.width, name: wordName(prefix) },
  { kind: 'wire', width: 1, name: wordIsThere(prefix) },
];

/** The code is that of the slot's requantizer. */
export function wordLines({ layer, prefix }: Site, sums: Sums): string[] {
  const { code, write } = writtenNames(sums);
  const [first, ...others] = layer.requantizers.keys();
  const slotsOf = (r: number) =>
    [...sums.rows.keys()].filter((slot) => requantizerFor(layer, sums.rows[slot] as number) === r);
  const word = others.reduce(
    (rest, r) => {
      const isOurs = slotsOf(r).map((slot) => isOfSlot(sums, slot));
      return `(${isOurs.join(' | ')}) ? ${placedCode(layer, r, code(r))} : ${rest}`;
    },
    placedCode(layer, first, code(first)),
  );
  return [`assign ${wordName(prefix)} = ${word};`, `assign ${wordIsThere(prefix)} = ${write};`];
}
