import { finestFraction, fractionOf } from '../../fixed/format.js';
import type { AffineNetwork } from '../../network/affine.js';
import type { Generator, PlanContext } from '../architecture.js';
import { renderTemplate } from '../template.js';
import {
  alignDeclarations,
  commentLines,
  count,
  type Declaration,
  extend,
  madeBy,
  slice,
} from '../verilog.js';
import { argmaxCost } from './argmax-cost.js';
import { headPorts, outputNotes, type PlanHead, packedFields, valuesWidth } from './head.js';

/** Several outputs: a knock-out tournament, one round a cycle. */
export const argmaxHead: PlanHead = (network, context) => {
  const module = context.modules.claim(`${context.top}_head`);
  return {
    module,
    primitives: [],
    roms: [],
    latency: roundsOf(network.outputs.length),
    cost: argmaxCost(network),
    print: (generator) => ({ file: `${module}.v`, text: textOf(module, network, context, generator) }),
  };
};

/** A single output has one round too, so that its decision is registered as all others are. */
const roundsOf = (entrants: number): number => Math.max(1, Math.ceil(Math.log2(entrants)));

function textOf(module: string, network: AffineNetwork, context: PlanContext, generator: Generator): string {
  const { width, candidates } = candidatesOf(network, context);
  const classWidth = context.stream.output.fields.filter(({ kind }) => kind === 'class')[0].width;
  const rounds = tournament(candidates.length, width, classWidth, valuesWidth(context));
  const latency = rounds.length;
  return renderTemplate('heads/argmax.v', {
    design: network.name,
    module,
    notes: commentLines([
      ...outputNotes('data_o', packedFields(context)),
      '',
      `Interval 1 cycle, latency ${count(latency, 'cycle')}.`,
    ]),
    madeBy: madeBy(generator),
    ports: alignDeclarations(headPorts(context), ',', ''),
    control: alignDeclarations(
      [
        { kind: 'reg', width: latency, name: 'valid_q' },
        { kind: 'wire', width: 1, name: 'enable', value: `data_ready_i | ~data_valid_o` },
      ],
      ';',
      ';',
    ),
    candidates: alignDeclarations(candidates, ';', ';'),
    rounds,
    noneValid: `${latency}'d0`,
    nextValid:
      latency === 1 ? 'values_valid_i' : `{${slice('valid_q', 0, latency - 1, latency)}, values_valid_i}`,
    lastValid: slice('valid_q', latency - 1, 1, latency),
    data: `{round${latency}_unit0_q, round${latency}_values_q}`,
  });
}

/** Every output, at the finest fraction and as wide as the widest then is. */
function candidatesOf(network: AffineNetwork, context: PlanContext) {
  const finest = finestFraction(network.outputs.map(({ format }) => format));
  const zeros = network.outputs.map(({ format }) => finest - fractionOf(format));
  const width = Math.max(
    ...network.outputs.map(({ format }, unit) => format.width + zeros[unit] + (format.signed ? 0 : 1)),
  );
  const bus = valuesWidth(context);
  const fields = packedFields(context);
  const candidates = network.outputs.map(({ format }, unit): Declaration => {
    const { lsb } = fields[unit];
    const code = slice('values_i', lsb, format.width, bus);
    const sign = format.signed ? slice('values_i', lsb + format.width - 1, 1, bus) : undefined;
    const shifted = zeros[unit] === 0 ? code : `{${code}, ${zeros[unit]}'d0}`;
    const value = extend(shifted, sign, format.width + zeros[unit], width);
    return { kind: 'wire signed', width, name: `value${unit}`, value };
  });
  return { width, candidates };
}

interface Round {
  readonly title: string;
  readonly signals: string[];
  readonly registers: string[];
}

function tournament(entrants: number, width: number, classWidth: number, valuesBits: number): Round[] {
  const rounds: Round[] = [];
  let players = Array.from({ length: entrants }, (_, unit) => {
    return { value: `value${unit}`, unit: `${classWidth}'d${unit}` };
  });
  let values = 'values_i';
  do {
    const stem = `round${rounds.length + 1}`;
    const isFinal = players.length <= 2;
    const signals: Declaration[] = [{ kind: 'reg', width: valuesBits, name: `${stem}_values_q` }];
    const registers = [`${stem}_values_q <= ${values};`];
    const winners: typeof players = [];
    for (let first = 0; first < players.length; first += 2) {
      const [a, b] = [players[first], players[first + 1] as (typeof players)[number] | undefined];
      const at = first / 2;
      const winner = { value: `${stem}_value${at}_q`, unit: `${stem}_unit${at}_q` };
      const isSecond = `${stem}_second${at}`;
      if (b !== undefined)
        signals.push({ kind: 'wire', width: 1, name: isSecond, value: `${b.value} > ${a.value}` });
      signals.push({ kind: 'reg', width: classWidth, name: winner.unit });
      const chosen = (of: 'value' | 'unit') =>
        b === undefined ? a[of] : `${isSecond} ? ${b[of]} : ${a[of]}`;
      registers.push(`${winner.unit} <= ${chosen('unit')};`);
      if (!isFinal) {
        signals.push({ kind: 'reg signed', width, name: winner.value });
        registers.push(`${winner.value} <= ${chosen('value')};`);
      }
      winners.push(winner);
    }
    rounds.push({
      title: `Round ${rounds.length + 1}, ${players.length} left.`,
      signals: alignDeclarations(signals, ';', ';'),
      registers,
    });
    players = winners;
    values = `${stem}_values_q`;
  } while (players.length > 1);
  return rounds;
}
