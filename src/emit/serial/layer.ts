import { bitsFor } from '../../fixed/format.js';
import type { Multipliers } from '../../hardware/device-cost.js';
import { layerTiming, type SerialLayer } from '../../hardware/serial/plan.js';
import { busWidth } from '../../hardware/slots.js';
import type { Generator, PlanContext, Source } from '../architecture.js';
import type { RomImage } from '../rom.js';
import { renderTemplate } from '../template.js';
import {
  alignConnections,
  alignDeclarations,
  commentLines,
  count,
  type Declaration,
  madeBy,
} from '../verilog.js';
import { bypassView } from './bypass.js';
import { commonFormat } from './common-format.js';
import { wordIsThere, wordLines, wordName, wordSignals, writeLines } from './finish.js';
import { joinSums, joinView } from './join.js';
import { type LaneRoms, laneRoms, laneSums, laneView } from './lane.js';
import { laneNames } from './lane-names.js';
import { inputCodes, pagesView, sampleView } from './operands.js';
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
  ...['y_o', 'y_valid_o', 'y_ready_i', 'mark_valid_i', 'mark_ready_o', 'mark_spoilt_i'],
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
  const { words, codes: each, from, isMarked } = operands;
  const atATime = each === 1 ? 'one' : `${each}, the first one lowest,`;
  const last = from === 'beats' ? ', with x_last_i the last of a sample' : '';
  const marks = isMarked ? ['           with a mark for each sample, whether it is to be dropped'] : [];
  return [
    `x_i        ${codes}, ${atATime} in each of ${count(words, 'word')}: ${inputs}`,
    `           valid and ready with every word${last}`,
    ...marks,
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
    ...(layer.operands?.isMarked === true ? MARK_PORTS : []),
    {
      kind: 'output wire',
      width: layer.givesWords === undefined ? busWidth(layer.y) : layer.y.width,
      name: 'y_o',
    },
    { kind: 'output wire', width: 1, name: 'y_valid_o' },
    { kind: 'input  wire', width: 1, name: 'y_ready_i' },
  ];
}

const MARK_PORTS: readonly Declaration[] = [
  { kind: 'input  wire', width: 1, name: 'mark_valid_i' },
  { kind: 'output wire', width: 1, name: 'mark_ready_o' },
  { kind: 'input  wire', width: 1, name: 'mark_spoilt_i', comment: '1: the sample is to be dropped' },
];

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

/** All that gives the sums of rows. */
const sumsOf = (site: Site): Sums[] => [
  ...site.layer.lanes.map((_, index) => laneSums(site, index)),
  ...site.layer.joins.map((_, index) => joinSums(site, index)),
];
