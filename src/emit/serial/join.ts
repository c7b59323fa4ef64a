import type { Join, JoinPart } from '../../hardware/serial/plan.js';
import { alignAssignments, alignDeclarations, type Declaration } from '../verilog.js';
import { emitFinish } from './finish.js';
import { keptSum, laneNames } from './lane-names.js';
import type { Site, Sums } from './sums.js';

/** What comes out of a join, behind its registers. */
export function joinSums({ layer: { joins, joinStages }, prefix }: Site, index: number): Sums {
  const join = joins[index];
  const stem = `${prefix}_join${index}`;
  const { stages } = join;
  return {
    stem,
    instance: `join${index}`,
    title: `join ${index}`,
    sum: `${stem}_sum${stages - 1}_0_q`,
    valid: stages === 1 ? `${stem}_valid_q` : `${stem}_valid_q[${stages - 1}]`,
    slot: undefined,
    tellsSlot: false,
    rows: [join.row],
    wait: joinStages - stages,
  };
}

/** A tree of adders, a register behind each. */
export function joinView(site: Site, index: number) {
  const { layer, prefix } = site;
  const join = layer.joins[index];
  const sums = joinSums(site, index);
  const { signals, text } = emitFinish(site, sums);
  const { stages } = join;
  const valid = `${sums.stem}_valid_q`;
  const registers: Declaration[] = [];
  const additions: [target: string, value: string][] = [];
  let level = join.parts.map(({ lane, slot, early }) =>
    early ? keptSum(prefix, lane, slot) : laneNames(prefix, lane).sum,
  );
  for (let stage = 0; stage < stages; stage++) {
    const next: string[] = [];
    for (let at = 0; at < level.length; at += 2) {
      const name = `${sums.stem}_sum${stage}_${at / 2}_q`;
      registers.push({ kind: 'reg', width: layer.sumWidth, name });
      additions.push([name, level.slice(at, at + 2).join(' + ')]);
      next.push(name);
    }
    level = next;
  }
  const came = laneNames(prefix, timingPart(join).lane).sumValid;
  return {
    title: `Neuron ${layer.rows[join.row].unit}: the sum of ${join.parts.length} lanes' sums.`,
    signals: alignDeclarations(
      [{ kind: 'reg', width: stages, name: valid }, ...registers, ...signals],
      ';',
      ';',
    ),
    enable: `${prefix}_enable`,
    valid,
    reset: `${stages}'d0`,
    next: stages === 1 ? came : `{${valid}[${stages - 2}:0], ${came}}`,
    additions: alignAssignments(additions),
    finish: [text],
  };
}

/** The part whose arrival says that all are there: one fills its lane. */
export const timingPart = ({ parts }: Join): JoinPart => parts.find(({ early }) => !early) as JoinPart;
