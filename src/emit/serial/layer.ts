import { bitsFor, type Format, printFormat } from '../../fixed/format.js';
import type { Multipliers } from '../../hardware/device-cost.js';
import {
  type Lane,
  type LaneRun,
  type LaneStep,
  layerTiming,
  type SerialLayer,
} from '../../hardware/serial/plan.js';
import type { Generator, PlanContext, Source } from '../architecture.js';
import { checksumText, type RomImage, twosComplement } from '../rom.js';
import { renderTemplate } from '../template.js';
import {
  alignConnections,
  alignDeclarations,
  commentLines,
  count,
  type Declaration,
  madeBy,
  slice,
} from '../verilog.js';
import { busWidth } from './bus.js';
import { bypassView } from './bypass.js';
import { emitFinish, wordIsThere, wordLines, wordName, wordSignals, writeLines } from './finish.js';
import { joinSums, joinView, timingPart } from './join.js';
import { keptSum, laneNames } from './lane-names.js';
import { inputCodes, operandView, pagesView, sampleView } from './operands.js';
import { multiplierRoms, scaleFaults } from './scale.js';
import type { Site, Sums } from './sums.js';

/** A layer's module: what the top module and the manifest must know of it, and its text. */
export interface StageModule {
  readonly module: string;
  /** The signal that carries the results, all that is handed on among them, and the one that says that they are there. */
  readonly results: string;
  readonly valid: string;
  readonly roms: readonly RomImage[];
  readonly print: (generator: Generator) => Source;
}

/** What the names of a layer's module must not clash with. */
const PORTS = [
  ...['aclk', 'aresetn', 'x_i', 'x_valid_i', 'x_ready_o', 'x_last_i', 'x_error_o'],
  ...['y_o', 'y_valid_o', 'y_ready_i'],
];

/** @param inputs what the input bus carries, for the header */
export function planLayer(
  layer: SerialLayer,
  inputs: string,
  multipliers: Multipliers,
  context: PlanContext,
): StageModule {
  const module = context.modules.claim(`${context.top}_${layer.name}`);
  const prefix = PORTS.some((port) => port.startsWith(`${layer.name}_`)) ? `${layer.name}_layer` : layer.name;
  const site = { layer, module, prefix, multipliers };
  const roms = layer.lanes.map((lane, index) => laneRoms(layer, lane, `${module}_lane${index}`, index));
  return {
    module,
    results: resultsOf(site),
    valid: `${prefix}_y_valid`,
    roms: [
      ...roms.flatMap(({ weights, biases }) => [weights, biases]),
      ...sumsOf(site).flatMap((one) => multiplierRoms(site, one)),
    ],
    print: (generator) => ({ file: `${module}.v`, text: layerText(site, roms, inputs, generator) }),
  };
}

function resultsOf({ layer, prefix }: Site): string {
  if (layer.givesWords !== undefined) return wordName(prefix);
  return layer.bypass === undefined ? `${prefix}_y_q` : `${prefix}_y`;
}

function layerText(site: Site, roms: readonly LaneRoms[], inputs: string, generator: Generator): string {
  const { layer, module, prefix } = site;
  const sums = sumsOf(site);
  return renderTemplate('serial/layer.v', {
    module,
    prefix,
    title: `${layer.name}: ${count(layer.computed, 'neuron')} on ${count(layer.lanes.length, 'sparse MAC lane')}.`,
    notes: commentLines(notes(layer, inputs)),
    madeBy: madeBy(generator),
    ports: alignDeclarations(ports(layer), ',', ''),
    samples: sampleView(site),
    pages: pagesView(site),
    controlSignals: alignDeclarations(controlSignals(site, sums), ';', ';'),
    sequencer: sequencerView(site),
    lanes: layer.lanes.map((_, index) => laneView(site, index, roms[index])),
    joins: layer.joins.map((_, index) => joinView(site, index)),
    bypass: layer.bypass === undefined ? [] : [bypassView(layer.bypass, layer, prefix)],
    ...resultViews(site, sums),
    results: resultsOf(site),
  });
}

/** The register of all results, or the one that is there. */
function resultViews(site: Site, sums: readonly Sums[]) {
  const { layer, prefix } = site;
  if (layer.givesWords !== undefined) {
    return { registers: [], words: [{ assignments: wordLines(site, sums[0]) }] };
  }
  const register = { kind: 'reg', width: resultWidth(layer), name: `${prefix}_y_q` };
  const writes = sums.flatMap((one) => writeLines(site, one));
  return { registers: [{ signals: alignDeclarations([register], ';', ';'), writes }], words: [] };
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
  const order =
    layer.givesWords === undefined ? 'the first one lowest' : 'one after the other as they are computed';
  return [
    ...inputNotes(layer, `${count(x.count, `${kind(x.signed)} code`)} of ${count(x.width, 'bit')}`, inputs),
    `y_o        ${count(y.count, `${kind(y.signed)} code`)} of ${count(y.width, 'bit')}, ${order}: ${commonFormat(layer.rows)}`,
    ...(layer.bypass === undefined
      ? []
      : [
          `           ${count(layer.bypass.slots.length, 'code')} of x_i among them, handed on as it is taken`,
        ]),
    'valid      a bus is taken in a cycle in which valid and ready are 1',
    '',
    `Weights    ${layer.terms} (${zeros} of ${layer.denseTerms} are zero or folded away and cost nothing)`,
    `Interval   ${count(interval, 'cycle')} from one sample to the next`,
    `Latency    ${count(latency, 'cycle')} from taking ${layer.operands === undefined ? '' : 'the last word of '}x_i to giving ${layer.givesWords === undefined ? '' : 'the last one of '}y_o`,
  ];
}

/** What comes in, as a whole or word by word. */
function inputNotes({ operands }: SerialLayer, codes: string, inputs: string): string[] {
  if (operands === undefined) return [`x_i        ${codes}, the first one lowest: ${inputs}`];
  const { words, codes: each, from } = operands;
  const atATime = each === 1 ? 'one' : `${each}, the first one lowest,`;
  const last = from === 'beats' ? ', with x_last_i the last of a sample' : '';
  return [
    `x_i        ${codes}, ${atATime} in each of ${count(words, 'word')}: ${inputs}`,
    `           valid and ready with every word${last}`,
  ];
}

function ports(layer: SerialLayer): Declaration[] {
  const takesBeats = layer.operands?.from === 'beats';
  return [
    { kind: 'input  wire', width: 1, name: 'aclk' },
    { kind: 'input  wire', width: 1, name: 'aresetn' },
    { kind: 'input  wire', width: inputCodes(layer) * layer.x.width, name: 'x_i' },
    { kind: 'input  wire', width: 1, name: 'x_valid_i' },
    { kind: 'output wire', width: 1, name: 'x_ready_o' },
    ...(takesBeats
      ? [
          { kind: 'input  wire', width: 1, name: 'x_last_i' },
          {
            kind: 'output wire',
            width: 1,
            name: 'x_error_o',
            comment: '1 for a cycle: a sample was dropped',
          },
        ]
      : []),
    {
      kind: 'output wire',
      width: layer.givesWords === undefined ? busWidth(layer.y) : layer.y.width,
      name: 'y_o',
    },
    { kind: 'output wire', width: 1, name: 'y_valid_o' },
    { kind: 'input  wire', width: 1, name: 'y_ready_i' },
  ];
}

function controlSignals(site: Site, sums: readonly Sums[]): Declaration[] {
  const { layer, prefix } = site;
  const lanes = layer.lanes.map((_, lane) => laneNames(prefix, lane).fault);
  const faults = [...lanes, ...sums.flatMap((one) => scaleFaults(layer, one))];
  return [
    { kind: 'wire', width: 1, name: `${prefix}_enable` },
    { kind: 'wire', width: 1, name: `${prefix}_issue` },
    { kind: 'wire', width: bitsFor(layer.steps), name: `${prefix}_step` },
    { kind: 'wire', width: 1, name: `${prefix}_y_valid` },
    ...(layer.givesWords === undefined ? [] : wordSignals(site)),
    ...faults.map((name): Declaration => ({ kind: 'wire', width: 1, name })),
    { kind: 'wire', width: 1, name: `${prefix}_fault`, value: faults.join(' | ') },
  ];
}

function sequencerView({ layer, prefix }: Site) {
  const isHeld = layer.operands !== undefined;
  const givesWords = layer.givesWords !== undefined;
  return {
    parameters: alignConnections([
      ['STEPS', `${layer.steps}`],
      ['STEP_WIDTH', `${bitsFor(layer.steps)}`],
      ['PIPELINE', `${layer.pipeline}`],
      ['FIRST_RESULT', `${layer.firstResult}`],
      ['LOOK_AHEAD', layer.firstResult === 0 ? '1' : '0'],
      ...(isHeld ? [['HELD', '1'] as const] : []),
      ...(givesWords ? [['WORDS', '1'] as const] : []),
    ]),
    ports: alignConnections([
      ['aclk', 'aclk'],
      ['aresetn', 'aresetn'],
      ['x_valid_i', isHeld ? `${prefix}_sample` : 'x_valid_i'],
      ['x_ready_o', isHeld ? `${prefix}_release` : 'x_ready_o'],
      ['enable_o', `${prefix}_enable`],
      ['issue_o', `${prefix}_issue`],
      ['step_o', `${prefix}_step`],
      ['fault_i', `${prefix}_fault`],
      ['word_i', givesWords ? wordIsThere(prefix) : `1'b0`],
      ['y_valid_o', `${prefix}_y_valid`],
      ['y_ready_i', 'y_ready_i'],
    ]),
  };
}

interface LaneRoms {
  readonly weights: RomImage;
  readonly biases: RomImage;
}

function laneRoms(layer: SerialLayer, lane: Lane, stem: string, index: number): LaneRoms {
  const { weightWidth, indexWidth, sumWidth } = layer;
  const word = ({ last, index: input, weight }: LaneStep) => {
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
      words: lane.runs.map(({ row, start }) =>
        twosComplement(start === 'bias' ? layer.rows[row].bias : 0, sumWidth),
      ),
    },
  };
}

/** All that gives the sums of rows. */
const sumsOf = (site: Site): Sums[] => [
  ...site.layer.lanes.map((_, index) => laneSums(site, index)),
  ...site.layer.joins.map((_, index) => joinSums(site, index)),
];

function laneSums({ layer, prefix }: Site, index: number): Sums {
  const { lanes, joinStages, givesWords, requantizers } = layer;
  const { runs } = lanes[index];
  const names = laneNames(prefix, index);
  return {
    stem: names.lane,
    instance: `lane${index}`,
    title: `lane ${index}`,
    sum: names.sum,
    valid: names.sumValid,
    slot: runs.length > 1 ? names.sumSlot : undefined,
    tellsSlot: runs.length > 1 && (givesWords === undefined || requantizers.length > 1),
    rows: runs.map(({ row, gives }) => (gives === 'row' ? row : undefined)),
    wait: joinStages,
  };
}

function laneView(site: Site, index: number, roms: LaneRoms) {
  const { layer, prefix } = site;
  const lane = layer.lanes[index];
  const names = laneNames(prefix, index);
  const slots = lane.runs.length;
  const units = lane.runs.map((run) => `${layer.rows[run.row].unit}${isWhole(run) ? '' : ' in part'}`);
  const sums = laneSums(site, index);
  const hasRows = sums.rows.some((row) => row !== undefined);
  const { signals, text } = emitFinish(site, sums);
  const keeps = keptSlots(layer, index).map((slot) => {
    const when = slots === 1 ? '' : ` & (${names.sumSlot} == ${bitsFor(slots)}'d${slot})`;
    const register = keptSum(prefix, index, slot);
    return {
      register,
      line: `if (${prefix}_enable & ${names.sumValid}${when}) ${register} <= ${names.sum};`,
    };
  });
  const isRead = hasRows || keeps.length > 0 || isTimedBy(layer, index);
  const slotIsRead = slots > 1 && (sums.tellsSlot || layer.multiplierWidth > 0);
  const unread = [...(slotIsRead ? [] : [names.sumSlot]), ...(isRead ? [] : [names.sumValid])];
  return {
    title: `Lane ${index}: ${count(lane.words.length, 'weight')}; ${count(slots, 'neuron')}: ${units.join(', ')}.`,
    signals: alignDeclarations(
      [
        { kind: 'wire', width: layer.indexWidth, name: names.index },
        { kind: 'wire', width: layer.x.width, name: names.operand },
        { kind: 'wire', width: 1, name: names.sumValid },
        { kind: 'wire', width: bitsFor(slots), name: names.sumSlot },
        { kind: 'wire', width: layer.sumWidth, name: names.sum, comment: sumFormats(layer, lane) },
        ...(hasRows ? signals : []),
        ...keeps.map(({ register }) => ({ kind: 'reg', width: layer.sumWidth, name: register })),
        ...unusedSignal(`${names.lane}_unused`, unread),
      ],
      ';',
      ';',
    ),
    operand: operandView(site, index),
    instance: `lane${index}`,
    mac: macView(site, index, roms),
    keeps: keeps.length === 0 ? [] : [{ lines: keeps.map(({ line }) => line) }],
    finish: hasRows ? [text] : [],
  };
}

const unusedSignal = (name: string, unread: readonly string[]): Declaration[] =>
  unread.length === 0
    ? []
    : [
        {
          kind: 'wire',
          width: 1,
          name,
          value: `&{1'b0, ${unread.join(', ')}}`,
        },
      ];

const isWhole = ({ start, gives }: LaneRun): boolean => start === 'bias' && gives === 'row';

/** The slots of a lane whose sums somebody reads later. */
function keptSlots({ lanes, joins }: SerialLayer, index: number): number[] {
  return lanes[index].runs.flatMap(({ gives }, slot) => {
    const isEarly = joins.some(({ parts }) =>
      parts.some((part) => part.lane === index && part.slot === slot && part.early),
    );
    return gives === 'neighbour' || isEarly ? [slot] : [];
  });
}

/** A join takes its parts when a lane says that its own is there. */
const isTimedBy = ({ joins }: SerialLayer, index: number): boolean =>
  joins.some((join) => timingPart(join).lane === index);

function sumFormats({ rows, sumWidth }: SerialLayer, lane: Lane): string {
  const format = (row: number) => ({ signed: true, width: sumWidth, integer: sumWidth - rows[row].fraction });
  return commonFormat(lane.runs.map(({ row }) => ({ format: format(row) })));
}

function macView({ layer, prefix, multipliers }: Site, index: number, roms: LaneRoms) {
  const lane = layer.lanes[index];
  const names = laneNames(prefix, index);
  const stepWidth = bitsFor(layer.steps);
  const addressWidth = bitsFor(lane.words.length);
  const isFull = lane.words.length === layer.steps;
  const step = `${prefix}_step`;
  const continues = lane.runs.at(-1)?.start === 'neighbour';
  return {
    parameters: alignConnections([
      ['WORDS', `${lane.words.length}`],
      ['ADDRESS_WIDTH', `${addressWidth}`],
      ['SLOTS', `${lane.runs.length}`],
      ['SLOT_WIDTH', `${bitsFor(lane.runs.length)}`],
      ['INPUT_WIDTH', `${layer.x.width}`],
      ['INPUT_SIGNED', layer.x.signed ? '1' : '0'],
      ['INDEX_WIDTH', `${layer.indexWidth}`],
      ['WEIGHT_WIDTH', `${layer.weightWidth}`],
      ['ACC_WIDTH', `${layer.sumWidth}`],
      ['SELECT_STAGES', `${layer.selectStages}`],
      ...(multipliers === 'luts' ? [['PRODUCT_LUTS', '1'] as const] : []),
      ...(continues ? [['CONTINUES', '1'] as const] : []),
      ['WEIGHT_FILE', `"${roms.weights.name}.mem"`],
      ['WEIGHT_CHECKSUM', checksumText(roms.weights)],
      ['BIAS_FILE', `"${roms.biases.name}.mem"`],
      ['BIAS_CHECKSUM', checksumText(roms.biases)],
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
      ['index_o', names.index],
      ['operand_i', names.operand],
      ['start_i', continues ? keptSum(prefix, index - 1, 0) : `${layer.sumWidth}'d0`],
      ['sum_valid_o', names.sumValid],
      ['sum_slot_o', names.sumSlot],
      ['sum_o', names.sum],
      ['fault_o', names.fault],
    ]),
  };
}
