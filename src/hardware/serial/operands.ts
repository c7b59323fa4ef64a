import { present } from '../../core/objects.js';
import { bitsFor } from '../../fixed/format.js';
import type { CellPace, CellStream } from '../cell-stream.js';
import type { Multipliers } from '../device-cost.js';
import type { InputBeats } from '../input-beats.js';
import type { Part } from '../part.js';
import type { Slots } from '../slots.js';
import { stageCost } from './cost.js';
import { costOfMemory, costOfRegisters, weightOf } from './operand-cost.js';
import type { OperandMemory, OperandSource, ResultBeats } from './operand-memory.js';
import { type Dealer, type LaneStep, planSerial, type SerialLayer, type SerialStage } from './plan.js';

/** `auto`: a memory wherever that is smaller; `memory`: wherever the operands come one after the other. */
export const OPERAND_FORMS = ['auto', 'memory', 'registers'] as const;
export type OperandForm = (typeof OPERAND_FORMS)[number];

/** Of so many bits a memory is made of blocks, which have a register behind them. */
const BLOCK_BITS = 4096;

/** How samples come in to the first layer: as beats of the input stream, or as cells of maps. */
export type FirstOperands = InputBeats | CellStream;

/**
 * Layers with operand memories where they are wanted and can be; one in front of a memory gives its results one by one.
 *
 * @param first absent where samples come in to the first layer as a whole
 */
export function withOperandMemories(
  layers: readonly SerialStage[],
  first: FirstOperands | undefined,
  form: OperandForm,
): SerialStage[] {
  const made = [...layers];
  layers.forEach((layer, index) => {
    // What goes round the lanes is taken whole.
    if (layer.kind !== 'lanes' || layer.bypass !== undefined || form === 'registers') return;
    const memory = bestMemory(
      layer,
      index === 0 ? firstSources(layer, first) : sourceOfLayer(layers[index - 1]),
      form,
    );
    if (memory === undefined) return;
    made[index] = readingFrom(made[index] as SerialLayer, memory);
    if (index > 0) made[index - 1] = givingWords(made[index - 1] as SerialLayer, 'layer');
  });
  return made;
}

/** The layers of a part where the first one takes cells as they come; undefined where it does not. */
export function layersOnCells(
  part: Part,
  cells: CellStream,
  dealer: Dealer,
  form: OperandForm,
): SerialStage[] | undefined {
  // Its words are as wide as the codes of any cell.
  const codes = cells.places.map(({ slot }) => cells.codes[slot]);
  const planned = withOperandMemories(planSerial({ ...part, codes }, dealer), cells, form);
  const [first] = planned;
  return first.kind === 'lanes' && first.operands?.from === 'cells' ? planned : undefined;
}

/**
 * The layer of a part behind a window: the codes under it wait in a register, or go word by word into a memory, beside which
 * nothing goes round the lanes. So that the window has time to move on, words take half of a position's steps at most.
 */
export function layerOnWindow(
  part: Part,
  dealer: Dealer,
  form: OperandForm,
  multipliers: Multipliers,
): SerialStage {
  const [whole] = planSerial(part, dealer);
  if (whole.kind === 'circuit' || form === 'registers') return whole;
  const [layer] = planSerial(part, dealer, 'through') as [SerialLayer];
  const weigh = (way: SerialLayer) => ({ way, weight: weightOf(stageCost(way, multipliers)) });
  const ways = sourcesOfWindow(layer.x)
    .filter(({ words }) => 2 * words <= layer.steps)
    .map((source) => weigh(readingFrom(layer, memoryFor(layer, source))));
  const all = form === 'memory' && ways.length > 0 ? ways : [weigh(whole), ...ways];
  return all.reduce((best, one) => (one.weight < best.weight ? one : best)).way;
}

/** All codes under a window as words of 1, 2, 4 and so on codes. */
const sourcesOfWindow = ({ count, width }: Slots): OperandSource[] =>
  wordCounts(count).map((words): OperandSource => {
    const codes = Math.ceil(count / words);
    return {
      ...{ from: 'window', cellWords: words, isMarked: false, words, codes },
      places: Array.from({ length: count }, (_, at) => ({ word: Math.floor(at / codes), code: at % codes })),
      ...{ gathered: 0, cut: words === 1 ? 0 : codes * width, pause: 0 },
    };
  });

/** Numbers of words that so many codes make, of 1, 2, 4 and so on codes, or one. */
function wordCounts(codes: number): number[] {
  const words = new Set<number>();
  for (let each = 1; each < 2 * codes; each *= 2) words.add(Math.ceil(codes / each));
  return [...words];
}

/** The smallest memory that can be filled as fast as samples come; none where registers are smaller. */
function bestMemory(
  layer: SerialLayer,
  sources: readonly PacedSource[],
  form: OperandForm,
): OperandMemory | undefined {
  const ways = sources
    .map((source) => {
      const memory = memoryFor(layer, source);
      return { ...source, memory, weight: weightOf(costOfMemory(layer, memory)) };
    })
    .sort((a, b) => a.weight - b.weight);
  const best = ways.find(({ paceOf }) => paceOf === undefined || paceOf().isKept);
  if (best === undefined) return undefined;
  if (form === 'auto' && best.weight >= weightOf(costOfRegisters(layer, best))) return undefined;
  return best.paceOf === undefined ? best.memory : memoryFor(layer, { ...best, pause: best.paceOf().pause });
}

/** A source of which it is to be found out whether it is fast enough. */
interface PacedSource extends OperandSource {
  readonly paceOf?: () => CellPace;
}

function firstSources(layer: SerialLayer, first: FirstOperands | undefined): PacedSource[] {
  if (first === undefined) return [];
  return 'cells' in first ? sourcesOfCells(first, layer.x) : sourceOfBeats(first, layer.x);
}

/** Cells cut into words of 1, 2, 4 and so on codes, or whole. */
function sourcesOfCells({ cells, slots, places, isMarked, paceOf }: CellStream, x: Slots): PacedSource[] {
  if (cells === 1 || slots.width !== x.width || slots.signed !== x.signed) return [];
  return wordCounts(slots.count).map((each): PacedSource => {
    const codes = Math.ceil(slots.count / each);
    return {
      ...{ from: 'cells', cellWords: each, isMarked, codes, words: cells * each },
      places: places.map(({ cell, slot }) => {
        return { word: cell * each + Math.floor(slot / codes), code: slot % codes };
      }),
      gathered: (cells - 1) * slots.count * slots.width,
      cut: each === 1 ? 0 : codes * slots.width,
      pause: 0,
      paceOf: () => paceOf(each),
    };
  });
}

/** Several beats, in all of which codes of the layer's width stand at the same places. */
function sourceOfBeats({ width, beats, fields }: InputBeats, x: Slots): OperandSource[] {
  const isAlike = fields.every((field) => field.width === x.width && field.signed === x.signed);
  if (beats === 1 || fields.length === 0 || !isAlike || x.width > width) return [];
  const places = fields.map(({ lsb }) => ({ word: Math.floor(lsb / width), code: (lsb % width) / x.width }));
  if (!places.every(({ code }) => Number.isInteger(code))) return [];
  const codes = 1 + Math.max(...places.map(({ code }) => code));
  const gathered = (beats - 1) * codes * x.width;
  return [{ from: 'beats', isMarked: false, words: beats, codes, places, gathered, cut: 0, pause: 0 }];
}

/** The results of a single lane, in the order in which it has them. */
function sourceOfLayer(before: SerialStage): OperandSource[] {
  if (before.kind !== 'lanes' || before.lanes.length > 1 || before.bypass !== undefined) return [];
  const [{ runs }] = before.lanes;
  const places = before.rows.map((_, row) => ({ word: runs.findIndex((run) => run.row === row), code: 0 }));
  const gathered = before.rows.length * before.y.width;
  const pause = runs[0].words;
  return [{ from: 'layer', isMarked: false, words: runs.length, codes: 1, places, gathered, cut: 0, pause }];
}

function memoryFor(layer: SerialLayer, source: OperandSource): OperandMemory {
  const { from, cellWords, isMarked, words, codes, cut, places, pause } = source;
  const addressWidth = bitsFor(words);
  const codeBits = codes === 1 ? 0 : bitsFor(codes);
  // The last operand is read a cycle after the last step, and the page is free in the cycle after that.
  const pages = layer.steps + 1 <= pause ? 1 : 2;
  const bits = pages * 2 ** addressWidth * codes * layer.x.width;
  return {
    ...{ from, isMarked, pages, words, addressWidth, codes, codeBits, cut, places },
    ...present({ cellWords }),
    stages: codes > 1 && bits >= BLOCK_BITS ? 2 : 1,
  };
}

function readingFrom(layer: SerialLayer, memory: OperandMemory): SerialLayer {
  const { codeBits, places, stages } = memory;
  const indexOf = (slot: number) => places[slot].word * 2 ** codeBits + places[slot].code;
  return {
    ...layer,
    operands: memory,
    lanes: layer.lanes.map(({ runs, words }) => ({
      runs,
      words: words.map((word) => ({ ...word, index: indexOf(word.index) })),
    })),
    selectStages: stages,
    pipeline: layer.pipeline - layer.selectStages + stages,
    indexWidth: memory.addressWidth + codeBits,
  };
}

/**
 * The last layer giving its results one by one to the output stream, where it has them on one lane, and each one has left
 * before the next one comes.
 */
export function givingResults(
  layer: SerialStage,
  results: ResultBeats | undefined,
  form: OperandForm,
): SerialStage {
  if (form === 'registers' || results === undefined || layer.kind !== 'lanes') return layer;
  const { lanes, rows, bypass, joins } = layer;
  if (lanes.length > 1 || bypass !== undefined || joins.length > 0 || rows.length !== results.rows.length) {
    return layer;
  }
  const ordered = inOrder(layer, results.rows);
  const { beats } = results;
  const isInTime = ordered.lanes[0].runs.every(({ words }, at) => words >= (beats.at(at - 1) as number));
  return isInTime ? givingWords(ordered, 'stream') : layer;
}

/** The only lane works the rows off in such an order. */
function inOrder(layer: SerialLayer, rows: readonly number[]): SerialLayer {
  const [{ runs, words }] = layer.lanes;
  const starts = runs.map((_, at) => runs.slice(0, at).reduce((sum, run) => sum + run.words, 0));
  const order = rows.map((row) => runs.findIndex((run) => run.row === row));
  const wordsOf = (at: number): readonly LaneStep[] => words.slice(starts[at], starts[at] + runs[at].words);
  return {
    ...layer,
    lanes: [{ runs: order.map((at) => runs[at]), words: order.flatMap(wordsOf) }],
    firstResult: runs[order[0]].words - 1,
  };
}

/** Without the register of all results. */
const givingWords = (layer: SerialLayer, to: 'layer' | 'stream'): SerialLayer => ({
  ...layer,
  givesWords: to,
  pipeline: layer.pipeline - 1,
});
