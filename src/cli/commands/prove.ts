import { type Command, Option } from 'commander';
import { whole } from '../../core/number-text.js';
import type { Certificate, FieldOutcome, SegmentProof } from '../../prove/proof.js';
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
      ? `  ${paint('green', 'proved')}  samples stay whole and in order under any stall: ${whole(states)} states, ${whole(steps)} steps`
      : `  ${paint('red', 'not proved')}  ${broken.rule}${placeText(broken.place)}`;
  return [control, ...fields.map(({ field, outcome }) => `  ${describeOutcome(field, outcome, paint)}`)];
}

function describeOutcome(field: string, outcome: FieldOutcome, paint: Paint): string {
  if (outcome.kind === 'proved') {
    const { method, points } = outcome;
    const how = method === 'identity' ? METHODS.identity : `${whole(points)} ${METHODS[method]}`;
    return `${paint('green', 'proved')}  ${field}: ${how}`;
  }
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
