import { bitsFor } from '../../fixed/format.js';
import type { InputBeats } from '../input-beats.js';
import type { Slots } from '../slots.js';
import { costOfMemory, costOfRegisters, weightOf } from './operand-cost.js';
import type { OperandMemory, OperandSource, ResultBeats } from './operand-memory.js';
import type { LaneStep, SerialLayer, SerialStage } from './plan.js';

/** `auto`: a memory wherever that is smaller; `memory`: wherever the operands come one after the other. */
export const OPERAND_FORMS = ['auto', 'memory', 'registers'] as const;
export type OperandForm = (typeof OPERAND_FORMS)[number];

/** Of so many bits a memory is made of blocks, which have a register behind them. */
const BLOCK_BITS = 4096;

/**
 * Layers with operand memories where they are wanted and can be; one in front of a memory gives its results one by one.
 *
 * @param input how samples come in to the first one, where that is the network's first
 */
export function withOperandMemories(
  layers: readonly SerialStage[],
  input: InputBeats | undefined,
  form: OperandForm,
): SerialStage[] {
  const made = [...layers];
  layers.forEach((layer, index) => {
    if (layer.kind !== 'lanes' || form === 'registers') return;
    const source = index === 0 ? input && sourceOfBeats(input, layer.x) : sourceOfLayer(layers[index - 1]);
    // What goes round the lanes is taken whole.
    if (source === undefined || layer.bypass !== undefined) return;
    const memory = memoryFor(layer, source);
    const isSmaller = weightOf(costOfMemory(layer, memory)) < weightOf(costOfRegisters(layer, source));
    if (form === 'auto' && !isSmaller) return;
    made[index] = readingFrom(made[index] as SerialLayer, memory);
    if (index > 0) made[index - 1] = givingWords(made[index - 1] as SerialLayer, 'layer');
  });
  return made;
}

/** Several beats, in all of which codes of the layer's width stand at the same places. */
function sourceOfBeats({ width, beats, fields }: InputBeats, x: Slots): OperandSource | undefined {
  const isAlike = fields.every((field) => field.width === x.width && field.signed === x.signed);
  if (beats === 1 || fields.length === 0 || !isAlike || x.width > width) return undefined;
  const places = fields.map(({ lsb }) => ({ word: Math.floor(lsb / width), code: (lsb % width) / x.width }));
  if (!places.every(({ code }) => Number.isInteger(code))) return undefined;
  const codes = 1 + Math.max(...places.map(({ code }) => code));
  return { from: 'beats', words: beats, codes, places, gathered: (beats - 1) * codes * x.width, pause: 0 };
}

/** The results of a single lane, in the order in which it has them. */
function sourceOfLayer(before: SerialStage): OperandSource | undefined {
  if (before.kind !== 'lanes' || before.lanes.length > 1 || before.bypass !== undefined) return undefined;
  const [{ runs }] = before.lanes;
  const places = before.rows.map((_, row) => ({ word: runs.findIndex((run) => run.row === row), code: 0 }));
  const gathered = before.rows.length * before.y.width;
  return { from: 'layer', words: runs.length, codes: 1, places, gathered, pause: runs[0].words };
}

function memoryFor(layer: SerialLayer, { from, words, codes, places, pause }: OperandSource): OperandMemory {
  const addressWidth = bitsFor(words);
  const codeBits = codes === 1 ? 0 : bitsFor(codes);
  // The last operand is read a cycle after the last step, and the page is free in the cycle after that.
  const pages = layer.steps + 1 <= pause ? 1 : 2;
  const bits = pages * 2 ** addressWidth * codes * layer.x.width;
  return {
    ...{ from, pages, words, addressWidth, codes, codeBits, places },
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
