import { bitsFor } from '../../fixed/format.js';
import type { Lane, LaneRun, LaneStep, SerialLayer } from '../../hardware/serial/plan.js';
import { checksumText, type RomImage, twosComplement } from '../rom.js';
import { alignConnections, alignDeclarations, count, slice, unusedSignal } from '../verilog.js';
import { commonFormat } from './common-format.js';
import { emitFinish } from './finish.js';
import { timingPart } from './join.js';
import { keptSum, laneNames } from './lane-names.js';
import { operandView } from './operands.js';
import type { Site, Sums } from './sums.js';

export interface LaneRoms {
  readonly weights: RomImage;
  readonly biases: RomImage;
}

/** The words that a lane walks through, and what its sums begin with. */
export function laneRoms(layer: SerialLayer, lane: Lane, stem: string, index: number): LaneRoms {
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

/** The sums that a lane gives. */
export function laneSums({ layer, prefix }: Site, index: number): Sums {
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

/** A lane: its multiplier and accumulator, the operand that it reads, what is kept of its sums, and what is made of them. */
export function laneView(site: Site, index: number, roms: LaneRoms) {
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
        ...(unread.length === 0 ? [] : [unusedSignal(`${names.lane}_unused`, unread)]),
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
