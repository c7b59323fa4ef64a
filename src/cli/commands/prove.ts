import path from 'node:path';
import { type Command, Option } from 'commander';
import type { Certificate, FieldOutcome, SegmentProof } from '../../prove/proof.js';
import type { Proved } from '../../prove/prove.js';
import type { CliCommand, Paint } from '../command.js';
import { wholeNumber } from '../option-parsers.js';
import { whole } from '../table.js';

const DEFAULT_TIMEOUT_SECONDS = 600;
const CERTIFICATE_FILE = 'proof.json';

/** The Verilog against the network, for all inputs. */
export const prove: CliCommand = {
  name: 'prove',
  summary: 'prove that the Verilog equals the integer network, for every input and every stall',
  examples: [
    ['espalier prove build/mine', 'neuron by neuron; the certificate goes to build/mine/proof.json'],
    ['espalier prove build/mine --yosys wasm', 'with the Yosys that npm installs'],
  ],
  declare(command: Command) {
    command
      .argument('<design>', 'folder of a design')
      .addOption(
        new Option(
          '--yosys <kind>',
          'which Yosys reads the Verilog (default: native where it is installed)',
        ).choices(['native', 'wasm']),
      )
      .option('--timeout <seconds>', 'end a reading that takes longer', wholeNumber('--timeout', 1))
      .option('--out <file>', 'the certificate (default: DESIGN/proof.json)');
  },
  async run([folder], options, { onProgress, paint }) {
    const { findYosys } = await import('../../netlist/yosys.js');
    const { proveDesign } = await import('../../prove/prove.js');
    const { writeFileAtomic } = await import('../../core/files.js');
    const proved = await proveDesign(folder, await findYosys(options.yosys), {
      timeoutSeconds: options.timeout ?? DEFAULT_TIMEOUT_SECONDS,
      onProgress,
      cacheFolder: path.join('build', '.cache', 'cosim'),
    });
    const { certificate } = proved;
    const file = options.out ?? path.join(folder, CERTIFICATE_FILE);
    writeFileAtomic(file, `${JSON.stringify(certificate, null, 2)}\n`);
    return {
      result: { file, certificate },
      text: `${describeProof(proved, paint)}\n\ncertificate  ${file}`,
      status: certificate.status === 'proved' ? 0 : 1,
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
export function describeProof({ certificate, readSeconds, segmentSeconds }: Proved, paint: Paint): string {
  const seconds = (value: number) => `${value.toFixed(1)} s`;
  const lines = certificate.segments.flatMap((segment, index) => [
    `${segment.from} to ${segment.to}  ${paint('dim', seconds(segmentSeconds[index]))}`,
    ...describeSegment(segment, paint),
    '',
  ]);
  const total = segmentSeconds.reduce((sum, value) => sum + value, readSeconds);
  return [...lines, ...describeStatus(certificate, paint), `time       ${seconds(total)}`].join('\n');
}

function describeSegment({ broken, fields, states, steps }: SegmentProof, paint: Paint): string[] {
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

function describeStatus({ status, files, restsOn, counterexample }: Certificate, paint: Paint): string[] {
  const lines =
    status === 'proved'
      ? [`${paint('green', 'proved')}     for every input, every run of samples and every stall`]
      : [`${paint('red', status)}`];
  if (counterexample !== undefined) {
    const { difference, confirmedBy, input, alone } = counterexample;
    lines.push(
      `shown by   ${difference}`,
      `           input codes ${input.join(' ')}`,
      `           confirmed by ${confirmedBy.join(' and ')}${alone ? '' : ', after other samples and stalls'}`,
    );
  }
  return [...lines, `about      ${files.length} files, by their SHA-256`, `rests on   ${restsOn.join('; ')}`];
}
