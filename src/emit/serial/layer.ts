import { type Format, printFormat } from '../../fixed/format.js';
import { codeFormat, type Requantizer } from '../../hardware/requantizer.js';
import { type Lane, layerTiming, type SerialLayer, type Word } from '../../hardware/serial/plan.js';
import { labelOf } from '../../network/affine.js';
import type { BuildContext, Source } from '../architecture.js';
import { requantizeParameters } from '../requantize.js';
import { type RomImage, romChecksum, twosComplement } from '../rom.js';
import { truthText } from '../table.js';
import { renderTemplate } from '../template.js';
import {
  alignAssignments,
  alignConnections,
  alignDeclarations,
  commentLines,
  count,
  type Declaration,
  extend,
  madeBy,
  slice,
} from '../verilog.js';
import { bitsFor, busWidth } from './bus.js';
import { bypassView } from './bypass.js';

/** A layer as Verilog, with what the top module and the manifest must know of it. */
export interface EmittedStage {
  readonly source: Source;
  readonly module: string;
  /** The signal that carries the results, all that is handed on among them, and the one that says that they are there. */
  readonly results: string;
  readonly valid: string;
  readonly roms: readonly RomImage[];
}

/** What the names of a layer's module must not clash with. */
const PORTS = ['aclk', 'aresetn', 'x_i', 'x_valid_i', 'x_ready_o', 'y_o', 'y_valid_o', 'y_ready_i'];

interface LaneNames {
  readonly lane: string;
  readonly sum: string;
  readonly sumValid: string;
  readonly sumSlot: string;
  readonly fault: string;
  readonly product: string;
  readonly productValid: string;
  readonly productSlot: string;
  readonly productFault: string;
  readonly write: string;
  readonly slot: string;
  readonly code: (requantizer: number) => string;
  /** Of the requantizer's table. */
  readonly index: (requantizer: number) => string;
}

function laneNames(prefix: string, lane: number): LaneNames {
  const stem = `${prefix}_lane${lane}`;
  return {
    lane: stem,
    sum: `${stem}_sum`,
    sumValid: `${stem}_sum_valid`,
    sumSlot: `${stem}_sum_slot`,
    fault: `${stem}_fault`,
    product: `${stem}_product`,
    productValid: `${stem}_product_valid`,
    productSlot: `${stem}_product_slot`,
    productFault: `${stem}_product_fault`,
    write: `${stem}_write_q`,
    slot: `${stem}_slot_q`,
    code: (requantizer) => `${stem}_code${requantizer}`,
    index: (requantizer) => `${stem}_index${requantizer}`,
  };
}

/** @param reads what slot s of the input bus is, such as `input 3` or `layer hidden unit 2` */
export function emitLayer(layer: SerialLayer, inputs: string, context: BuildContext): EmittedStage {
  const module = context.modules.claim(`${context.top}_${layer.name}`);
  const prefix = PORTS.some((port) => port.startsWith(`${layer.name}_`)) ? `${layer.name}_layer` : layer.name;
  const roms = layer.lanes.map((lane, index) => laneRoms(layer, lane, `${module}_lane${index}`, index));
  const lanes = layer.lanes.map((lane, index) => laneView(layer, lane, index, prefix, roms[index]));
  const results = layer.bypass === undefined ? `${prefix}_y_q` : `${prefix}_y`;
  const text = renderTemplate('serial/layer.v', {
    module,
    prefix,
    title: `${layer.name}: ${count(layer.computed, 'neuron')} on ${count(layer.lanes.length, 'sparse MAC lane')}.`,
    notes: commentLines(notes(layer, inputs)),
    madeBy: madeBy(context.generator),
    ports: alignDeclarations(ports(layer), ',', ''),
    sampleSignals: alignDeclarations(
      [{ kind: 'reg', width: busWidth(layer.x), name: `${prefix}_x_q` }],
      ';',
      ';',
    ),
    controlSignals: alignDeclarations(controlSignals(layer, prefix), ';', ';'),
    sequencer: sequencerView(layer, prefix),
    lanes,
    bypass: layer.bypass === undefined ? [] : [bypassView(layer.bypass, layer, prefix)],
    resultSignals: alignDeclarations(
      [{ kind: 'reg', width: resultWidth(layer), name: `${prefix}_y_q` }],
      ';',
      ';',
    ),
    results,
    writes: layer.lanes.flatMap((lane, index) => writeLines(layer, lane, index, prefix)),
  });
  return {
    source: { file: `${module}.v`, text },
    module,
    results,
    valid: `${prefix}_y_valid`,
    roms: roms.flatMap((r) => [r.weights, r.biases, ...(r.multipliers === undefined ? [] : [r.multipliers])]),
  };
}

/** The format of all, or that they have several. */
export function commonFormat(units: readonly { readonly format: Format }[]): string {
  const formats = new Set(units.map(({ format }) => printFormat(format)));
  return formats.size === 1 ? [...formats][0] : 'formats differ';
}

/** Bits of the results that lanes compute. */
const resultWidth = ({ computed, y }: SerialLayer): number => computed * y.width;

function notes(layer: SerialLayer, inputs: string): string[] {
  const { interval, latency } = layerTiming(layer);
  const { x, y } = layer;
  const kind = (signed: boolean) => (signed ? 'signed' : 'unsigned');
  const zeros = layer.denseTerms - layer.terms;
  return [
    `x_i        ${count(x.count, `${kind(x.signed)} code`)} of ${count(x.width, 'bit')}, the first one lowest: ${inputs}`,
    `y_o        ${count(y.count, `${kind(y.signed)} code`)} of ${count(y.width, 'bit')}, the first one lowest: ${commonFormat(layer.rows)}`,
    ...(layer.bypass === undefined
      ? []
      : [
          `           ${count(layer.bypass.slots.length, 'code')} of x_i among them, handed on as it is taken`,
        ]),
    'valid      a bus is taken in a cycle in which valid and ready are 1',
    '',
    `Weights    ${layer.terms} (${zeros} of ${layer.denseTerms} are zero or folded away and cost nothing)`,
    `Interval   ${count(interval, 'cycle')} from one sample to the next`,
    `Latency    ${count(latency, 'cycle')} from taking x_i to giving y_o`,
  ];
}

function ports(layer: SerialLayer): Declaration[] {
  return [
    { kind: 'input  wire', width: 1, name: 'aclk' },
    { kind: 'input  wire', width: 1, name: 'aresetn' },
    { kind: 'input  wire', width: busWidth(layer.x), name: 'x_i' },
    { kind: 'input  wire', width: 1, name: 'x_valid_i' },
    { kind: 'output wire', width: 1, name: 'x_ready_o' },
    { kind: 'output wire', width: busWidth(layer.y), name: 'y_o' },
    { kind: 'output wire', width: 1, name: 'y_valid_o' },
    { kind: 'input  wire', width: 1, name: 'y_ready_i' },
  ];
}

function controlSignals(layer: SerialLayer, prefix: string): Declaration[] {
  const faults = layer.lanes.flatMap((_, lane) => {
    const { fault, productFault } = laneNames(prefix, lane);
    return layer.multiplierWidth === 0 ? [fault] : [fault, productFault];
  });
  return [
    { kind: 'wire', width: 1, name: `${prefix}_take` },
    { kind: 'wire', width: 1, name: `${prefix}_enable` },
    { kind: 'wire', width: 1, name: `${prefix}_issue` },
    { kind: 'wire', width: bitsFor(layer.steps), name: `${prefix}_step` },
    { kind: 'wire', width: 1, name: `${prefix}_y_valid` },
    ...faults.map((name): Declaration => ({ kind: 'wire', width: 1, name })),
    { kind: 'wire', width: 1, name: `${prefix}_fault`, value: faults.join(' | ') },
  ];
}

function sequencerView(layer: SerialLayer, prefix: string) {
  return {
    parameters: alignConnections([
      ['STEPS', `${layer.steps}`],
      ['STEP_WIDTH', `${bitsFor(layer.steps)}`],
      ['PIPELINE', `${layer.pipeline}`],
      ['FIRST_RESULT', `${layer.firstResult}`],
      ['LOOK_AHEAD', layer.firstResult === 0 ? '1' : '0'],
    ]),
    ports: alignConnections([
      ['aclk', 'aclk'],
      ['aresetn', 'aresetn'],
      ['x_valid_i', 'x_valid_i'],
      ['x_ready_o', 'x_ready_o'],
      ['take_o', `${prefix}_take`],
      ['enable_o', `${prefix}_enable`],
      ['issue_o', `${prefix}_issue`],
      ['step_o', `${prefix}_step`],
      ['fault_i', `${prefix}_fault`],
      ['y_valid_o', `${prefix}_y_valid`],
      ['y_ready_i', 'y_ready_i'],
    ]),
  };
}

interface LaneRoms {
  readonly weights: RomImage;
  readonly biases: RomImage;
  readonly multipliers?: RomImage;
}

function laneRoms(layer: SerialLayer, lane: Lane, stem: string, index: number): LaneRoms {
  const { weightWidth, indexWidth, sumWidth } = layer;
  const word = ({ last, index: input, weight }: Word) => {
    const head = (BigInt(last) << BigInt(indexWidth)) | BigInt(input);
    return (head << BigInt(weightWidth)) | twosComplement(weight, weightWidth);
  };
  return {
    weights: {
      name: `${stem}_weights`,
      layer: layer.name,
      purpose: `lane ${index}: {last, index, weight}`,
      width: 1 + indexWidth + weightWidth,
      words: lane.words.map(word),
    },
    biases: {
      name: `${stem}_biases`,
      layer: layer.name,
      purpose: `lane ${index}: bias`,
      width: sumWidth,
      words: lane.rows.map((row) => twosComplement(layer.rows[row].bias, sumWidth)),
    },
    ...(layer.multiplierWidth === 0 ? {} : { multipliers: multiplierRom(layer, lane, stem, index) }),
  };
}

const multiplierRom = (layer: SerialLayer, lane: Lane, stem: string, index: number): RomImage => ({
  name: `${stem}_multipliers`,
  layer: layer.name,
  purpose: `lane ${index}: multiplier`,
  width: layer.multiplierWidth,
  words: lane.rows.map((row) => BigInt(layer.rows[row].finish.scaling.multiplier)),
});

function laneView(layer: SerialLayer, lane: Lane, index: number, prefix: string, roms: LaneRoms) {
  const names = laneNames(prefix, index);
  const slots = lane.rows.length;
  const units = lane.rows.map((row) => layer.rows[row].unit).join(', ');
  const used = usedRequantizers(layer, lane);
  const hasSlots = slots > 1;
  const finished = finishedNames(layer, names);
  const signals: Declaration[] = [
    { kind: 'wire', width: 1, name: names.sumValid },
    { kind: 'wire', width: bitsFor(slots), name: names.sumSlot },
    { kind: 'wire', width: layer.sumWidth, name: names.sum, comment: sumFormats(layer, lane) },
    ...productSignals(layer, names, slots),
    { kind: 'reg', width: 1, name: names.write },
    ...(hasSlots ? [{ kind: 'reg', width: bitsFor(slots), name: names.slot }] : []),
    ...used.flatMap((r): Declaration[] => {
      const requantizer = layer.requantizers[r];
      const format = codeFormat(requantizer);
      const comment = printFormat(format);
      return [
        ...(requantizer.table === undefined
          ? []
          : [{ kind: 'wire', width: requantizer.format.width, name: names.index(r) } as const]),
        { kind: 'wire', width: format.width, name: names.code(r), comment },
        { kind: 'reg', width: format.width, name: `${names.code(r)}_q` },
      ];
    }),
  ];
  const unusedSlot: Declaration = {
    kind: 'wire',
    width: 1,
    name: `${names.lane}_unused`,
    value: finished.slot,
  };
  return {
    title: `Lane ${index}: ${count(lane.words.length, 'weight')}; ${count(slots, 'neuron')}: ${units}.`,
    signals: alignDeclarations(hasSlots ? signals : [...signals, unusedSlot], ';', ';'),
    instance: `lane${index}`,
    mac: macView(layer, lane, prefix, names, roms),
    scales: scaleView(layer, prefix, names, index, roms),
    requantizers: used.map((r) => requantizerView(layer.requantizers[r], finished, names, index, r)),
    tables: used.flatMap((r) => tableView(layer.requantizers[r], names, index, r)),
    write: names.write,
    valid: finished.valid,
    registered: alignAssignments([
      ...(hasSlots ? [[names.slot, finished.slot] as const] : []),
      ...used.map((r) => [`${names.code(r)}_q`, names.code(r)] as const),
    ]),
  };
}

/** What requantizers read: the sums, or these multiplied. */
interface FinishedSums {
  readonly value: string;
  readonly valid: string;
  readonly slot: string;
  readonly width: number;
}

const finishedNames = ({ sumWidth, multiplierWidth }: SerialLayer, names: LaneNames): FinishedSums =>
  multiplierWidth === 0
    ? { value: names.sum, valid: names.sumValid, slot: names.sumSlot, width: sumWidth }
    : {
        value: names.product,
        valid: names.productValid,
        slot: names.productSlot,
        width: sumWidth + multiplierWidth,
      };

function productSignals(layer: SerialLayer, names: LaneNames, slots: number): Declaration[] {
  if (layer.multiplierWidth === 0) return [];
  return [
    { kind: 'wire', width: 1, name: names.productValid },
    { kind: 'wire', width: bitsFor(slots), name: names.productSlot },
    { kind: 'wire', width: layer.sumWidth + layer.multiplierWidth, name: names.product },
  ];
}

/** What multiplies the sums, if anything does. */
function scaleView(layer: SerialLayer, prefix: string, names: LaneNames, lane: number, roms: LaneRoms) {
  const rom = roms.multipliers;
  if (rom === undefined) return [];
  const slots = rom.words.length;
  return [
    {
      instance: `lane${lane}_scale`,
      parameters: alignConnections([
        ['SUM_WIDTH', `${layer.sumWidth}`],
        ['MULTIPLIER_WIDTH', `${layer.multiplierWidth}`],
        ['SLOTS', `${slots}`],
        ['SLOT_WIDTH', `${bitsFor(slots)}`],
        ['FILE', `"${rom.name}.mem"`],
        ['CHECKSUM', checksum(rom)],
      ]),
      ports: alignConnections([
        ['aclk', 'aclk'],
        ['aresetn', 'aresetn'],
        ['enable_i', `${prefix}_enable`],
        ['sum_valid_i', names.sumValid],
        ['sum_slot_i', names.sumSlot],
        ['sum_i', names.sum],
        ['product_valid_o', names.productValid],
        ['product_slot_o', names.productSlot],
        ['product_o', names.product],
        ['fault_o', names.productFault],
      ]),
    },
  ];
}

const checksum = (rom: RomImage): string => `32'h${romChecksum(rom).toString(16).padStart(8, '0')}`;

function sumFormats({ rows, sumWidth }: SerialLayer, lane: Lane): string {
  const format = (row: number) => ({ signed: true, width: sumWidth, integer: sumWidth - rows[row].fraction });
  return commonFormat(lane.rows.map((row) => ({ format: format(row) })));
}

function usedRequantizers(layer: SerialLayer, lane: Lane): number[] {
  return layer.requantizers.flatMap(({ rows }, r) =>
    lane.rows.some((row) => rows.includes(row)) ? [r] : [],
  );
}

function macView(layer: SerialLayer, lane: Lane, prefix: string, names: LaneNames, roms: LaneRoms) {
  const stepWidth = bitsFor(layer.steps);
  const addressWidth = bitsFor(lane.words.length);
  const isFull = lane.words.length === layer.steps;
  const step = `${prefix}_step`;
  return {
    parameters: alignConnections([
      ['WORDS', `${lane.words.length}`],
      ['ADDRESS_WIDTH', `${addressWidth}`],
      ['SLOTS', `${lane.rows.length}`],
      ['SLOT_WIDTH', `${bitsFor(lane.rows.length)}`],
      ['INPUTS', `${layer.x.count}`],
      ['INPUT_WIDTH', `${layer.x.width}`],
      ['INPUT_SIGNED', layer.x.signed ? '1' : '0'],
      ['INDEX_WIDTH', `${layer.indexWidth}`],
      ['WEIGHT_WIDTH', `${layer.weightWidth}`],
      ['ACC_WIDTH', `${layer.sumWidth}`],
      ['SELECT_STAGES', `${layer.selectStages}`],
      ['GROUP_BITS', `${Math.max(1, Math.floor(layer.indexWidth / 2))}`],
      ['WEIGHT_FILE', `"${roms.weights.name}.mem"`],
      ['WEIGHT_CHECKSUM', checksum(roms.weights)],
      ['BIAS_FILE', `"${roms.biases.name}.mem"`],
      ['BIAS_CHECKSUM', checksum(roms.biases)],
    ]),
    ports: alignConnections([
      ['aclk', 'aclk'],
      ['aresetn', 'aresetn'],
      ['enable_i', `${prefix}_enable`],
      [
        'issue_i',
        isFull ? `${prefix}_issue` : `${prefix}_issue & (${step} < ${stepWidth}'d${lane.words.length})`,
      ],
      ['address_i', slice(step, 0, addressWidth, stepWidth)],
      ['x_i', `${prefix}_x_q`],
      ['sum_valid_o', names.sumValid],
      ['sum_slot_o', names.sumSlot],
      ['sum_o', names.sum],
      ['fault_o', names.fault],
    ]),
  };
}

function requantizerView(
  circuit: Requantizer,
  { value, width }: FinishedSums,
  names: LaneNames,
  lane: number,
  r: number,
) {
  return {
    instance: `lane${lane}_requantize${r}`,
    parameters: alignConnections(requantizeParameters({ ...circuit, sumWidth: width })),
    ports: alignConnections([
      ['sum_i', value],
      ['code_o', circuit.table === undefined ? names.code(r) : names.index(r)],
    ]),
  };
}

/** What looks the code up behind a requantizer, if anything does. */
function tableView({ format, table }: Requantizer, names: LaneNames, lane: number, r: number) {
  if (table === undefined) return [];
  const { width } = table.format;
  const inputs = Array.from({ length: format.width }, (_, bit) => bit);
  const bits = Array.from({ length: width }, (_, bit) => bit);
  return [
    {
      instance: `lane${lane}_table${r}`,
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

/** One line per neuron of a lane: its code, extended to its place among the results. */
function writeLines(layer: SerialLayer, lane: Lane, index: number, prefix: string): string[] {
  const names = laneNames(prefix, index);
  const { width } = layer.y;
  return lane.rows.map((row, slot) => {
    const r = layer.requantizers.findIndex(({ rows }) => rows.includes(row));
    const format = codeFormat(layer.requantizers[r]);
    const code = `${names.code(r)}_q`;
    const sign = format.signed ? slice(code, format.width - 1, 1, format.width) : undefined;
    const isSlot =
      lane.rows.length === 1 ? '' : ` & (${names.slot} == ${bitsFor(lane.rows.length)}'d${slot})`;
    const target = slice(`${prefix}_y_q`, row * width, width, resultWidth(layer));
    const value = extend(code, sign, format.width, width);
    const { format: declared } = layer.rows[row];
    const label = labelOf(layer.name, layer.rows[row]);
    return `if (${names.write}${isSlot}) ${target} <= ${value};  // ${label}, ${printFormat(declared)}`;
  });
}
