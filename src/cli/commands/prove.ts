import { type Command, Option } from 'commander';
import { whole } from '../../core/number-text.js';
import type { Certificate, FieldOutcome, FieldProof, SegmentProof } from '../../prove/proof.js';
import type { Proved } from '../../prove/prove.js';
import type { CliCommand, Paint } from '../command.js';
import { wholeNumber } from '../option-parsers.js';

/** The Verilog against the network, for all inputs. */
export const prove: CliCommand = {
  name: 'prove',
  summary: 'prove that the Verilog equals the integer network, for every input and every stall',
  examples: [
    ['espalier prove build/mine', 'neuron by neuron; the certificate goes to build/mine/proof.json'],
    ['espalier prove models/wdbc', "a model's design, made up to date"],
    ['espalier prove build/mine --yosys wasm', 'with the Yosys that npm installs'],
  ],
  kept: 'nothing is kept of the proof; of a model, finished stages are',
  declare(command: Command) {
    command
      .argument('[place]', 'folder of a design or of a model (default: the model here)')
      .addOption(
        new Option(
          '--yosys <kind>',
          'which Yosys reads the Verilog (default: native where it is installed)',
        ).choices(['native', 'wasm']),
      )
      .option(
        '--timeout <seconds>',
        'stop after so long, with what is proved by then (default: as long as it takes)',
        wholeNumber('--timeout', 1),
      )
      .option(
        '--edited <file>',
        'a file of the design that may be other than it was emitted, such as rtl/top.v; repeatable',
        (file: string, files: readonly string[]) => [...files, file],
        [],
      )
      .option('--out <file>', 'the certificate (default: DESIGN/proof.json)');
  },
  async run([place], { yosys, timeout, edited, out }, { onProgress, paint }) {
    const { provePlace } = await import('../../pipeline/prove.js');
    const proved = await provePlace({ place, yosys, limitSeconds: timeout, edited, out, onProgress });
    const { certificate, design, file, warnings } = proved;
    return {
      result: { design, file, certificate },
      text: `${describeProof(proved, paint)}\n\ncertificate  ${file}`,
      status: certificate.status === 'proved' ? 0 : 1,
      warnings,
    };
  },
};

const METHODS = {
  identity: 'the same linear form',
  exhaustion: 'values run through',
  splitting: 'pieces',
  orders: 'orders of the outputs',
} as const;

/** What was proved, layer by layer, and what is not. */
export function describeProof({ certificate, seconds, segmentSeconds }: Proved, paint: Paint): string {
  const timeText = (value: number) => `${value.toFixed(1)} s`;
  const lines = certificate.segments.flatMap((segment, index) => [
    `${segment.from} to ${segment.to}  ${paint('dim', timeText(segmentSeconds[index]))}`,
    ...describeSegment(segment, paint),
    '',
  ]);
  return [...lines, ...describeStatus(certificate, paint), `time       ${timeText(seconds)}`].join('\n');
}

function describeSegment(segment: SegmentProof, paint: Paint): string[] {
  const { broken, unfinished, fields, states, steps } = segment;
  if (unfinished === true && fields.length === 0) {
    return [`  ${paint('yellow', 'not proved')}  the time was over after ${whole(states)} states`];
  }
  const control =
    broken === undefined
      ? `${paint('green', 'proved')}  samples stay whole and in order under any stall: ${whole(states)} states, ${whole(steps)} steps`
      : `${paint('red', 'not proved')}  ${broken.rule}${placeText(broken.place)}`;
  return [control, ...describeProved(fields, paint), ...describeOthers(fields, paint)].map(
    (line) => `  ${line}`,
  );
}

/** Fields that are proved in the same way print as one line. */
function describeProved(fields: readonly FieldProof[], paint: Paint): string[] {
  const namesByWay = new Map<string, string[]>();
  for (const { field, outcome } of fields) {
    if (outcome.kind !== 'proved') continue;
    const way = wayOf(outcome);
    const names = namesByWay.get(way) ?? [];
    names.push(field);
    namesByWay.set(way, names);
  }
  return [...namesByWay].map(([way, names]) => `${paint('green', 'proved')}  ${fieldNames(names)}: ${way}`);
}

function wayOf({ method, points }: Extract<FieldOutcome, { readonly kind: 'proved' }>): string {
  if (method === 'identity') return METHODS.identity;
  return method === 'exhaustion' && points === 1 ? 'a constant' : `${whole(points)} ${METHODS[method]}`;
}

/** Above so many runs of numbers their count says more. */
const MOST_RUNS = 6;
const MOST_OTHERS = 20;

/** Such as "units 0 to 7, 9" and "unit 3, padding". */
function fieldNames(names: readonly string[]): string {
  const runs: { first: number; last: number }[] = [];
  const others: string[] = [];
  for (const name of names) {
    const number = /^unit (\d+)$/.exec(name)?.[1];
    const run = runs.at(-1);
    if (number === undefined) others.push(name);
    else if (run !== undefined && run.last + 1 === Number(number)) run.last += 1;
    else runs.push({ first: Number(number), last: Number(number) });
  }
  const count = names.length - others.length;
  const spans = runs.map(({ first, last }) => (first === last ? `${first}` : `${first} to ${last}`));
  const units =
    runs.length > MOST_RUNS ? `${whole(count)} units` : `unit${count === 1 ? '' : 's'} ${spans.join(', ')}`;
  return [...(count === 0 ? [] : [units]), ...others].join(', ');
}

function describeOthers(fields: readonly FieldProof[], paint: Paint): string[] {
  const others = fields.flatMap(({ field, outcome }) =>
    outcome.kind === 'proved' ? [] : [{ field, outcome }],
  );
  const lines = others
    .slice(0, MOST_OTHERS)
    .map(({ field, outcome }) => describeUnproved(field, outcome, paint));
  const left = others.length - lines.length;
  return left === 0 ? lines : [...lines, `and ${whole(left)} more: the certificate has them`];
}

function describeUnproved(
  field: string,
  outcome: Exclude<FieldOutcome, { readonly kind: 'proved' }>,
  paint: Paint,
): string {
  if (outcome.kind === 'open') {
    return `${paint('yellow', 'not proved')}  ${field}: ${outcome.reason}${placeText(outcome.place)}`;
  }
  const { expected, got, coefficients, place } = outcome;
  const wrong = coefficients
    .map((c) => `; unit ${c.unit} counts ${c.got} times instead of ${c.wanted}`)
    .join('');
  return `${paint('red', 'differs')}  ${field}: expected ${expected}, got ${got}${wrong}${placeText(place)}`;
}

const placeText = (place: { readonly file: string; readonly line: number } | undefined): string =>
  place === undefined ? '' : ` (${place.file}:${place.line})`;

/** For the verdict: what of the design is not as it was emitted. */
const differing = (edited: readonly string[]): string =>
  edited.length === 0 ? '' : `, with ${edited.join(', ')} edited`;

function describeStatus(
  { status, files, edited, notCovered, restsOn, counterexample }: Certificate,
  paint: Paint,
): string[] {
  const lines =
    status === 'proved'
      ? [
          `${paint('green', 'proved')}     for every input, every run of samples and every stall${differing(edited)}`,
        ]
      : [`${paint('red', status)}${differing(edited)}`];
  if (counterexample !== undefined) {
    const { difference, confirmedBy, input, alone } = counterexample;
    lines.push(
      `shown by   ${difference}`,
      `           input codes ${input.join(' ')}`,
      `           confirmed by ${confirmedBy.join(' and ')}${alone ? '' : ', after other samples and stalls'}`,
    );
  }
  for (const body of notCovered) {
    lines.push(`${paint('yellow', 'not proved')} ${body}: espalier simulate compares it with the network`);
  }
  return [...lines, `about      ${files.length} files, by their SHA-256`, `rests on   ${restsOn.join('; ')}`];
}
