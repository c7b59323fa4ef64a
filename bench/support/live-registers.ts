import { type Circuit, operandsOf, type Value, widthOf } from '../../src/hardware/parallel/circuit.js';
import { delayOf } from '../../src/hardware/parallel/delay.js';
import type { LevelsPerStage } from '../../src/hardware/parallel/pipeline.js';

interface Time {
  readonly stage: number;
  readonly level: number;
}

/**
 * Flip-flops of a circuit that is pipelined by the plain rule: everything as early as it can be, and at each boundary
 * between two stages a register for the whole word of every value that is read later, and a bit that says whether
 * there is a sample.
 *
 * @param circuit without registers
 */
export function liveRegisterBits(
  { values, layers, inputs }: Circuit,
  levelsPerStage: LevelsPerStage,
): number {
  const levels = typeof levelsPerStage === 'number' ? levelsPerStage : Number.POSITIVE_INFINITY;
  const times: Time[] = [];
  const needed: number[] = values.map(() => 0);
  for (const { value } of inputs) if (value !== undefined) times[value] = { stage: 0, level: 0 };
  let start = 0;
  layers.forEach(({ units }, index) => {
    let end = start;
    values.forEach(({ operation, layer }, number) => {
      if (layer !== index) return;
      const read = operandsOf(operation).filter((operand) => !isConstant(values[operand]));
      const time = earliest(
        read.map((operand) => times[operand]),
        start,
        delayOf(operation),
        levels,
      );
      for (const operand of read) needed[operand] = Math.max(needed[operand], time.stage);
      times[number] = time;
    });
    const results = units.map(({ value }) => value).filter((value) => !isConstant(values[value]));
    for (const value of results) end = Math.max(end, times[value].stage);
    if (levelsPerStage === 'layer' && index < layers.length - 1) end += 1;
    for (const value of results) needed[value] = Math.max(needed[value], end);
    start = end;
  });
  return values.reduce((bits, { range }, number) => {
    const kept = Math.max(0, needed[number] - (times[number]?.stage ?? needed[number]));
    return bits + kept * widthOf(range);
  }, start);
}

const isConstant = ({ operation }: Value): boolean => operation.kind === 'constant';

function earliest(operands: readonly Time[], start: number, delay: number, levels: number): Time {
  const stage = operands.reduce((latest, time) => Math.max(latest, time.stage), start);
  const level = operands.reduce(
    (highest, time) => (time.stage === stage ? Math.max(highest, time.level) : highest),
    0,
  );
  return delay > 0 && level + delay > levels
    ? { stage: stage + 1, level: delay }
    : { stage, level: level + delay };
}
