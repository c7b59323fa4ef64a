import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import { encodeRow } from '../../../src/data/scaler.js';
import { emitDesign } from '../../../src/emit/design.js';
import { runExport } from '../../../src/exchange/exporters.js';
import { driverFacts } from '../../../src/exchange/host/driver/facts.js';
import type { HostLanguage } from '../../../src/exchange/host/encoder.js';
import { referenceModel } from '../../../src/network/reference.js';
import type { QuantizedNetwork } from '../../../src/network/types.js';
import { designFacts, layoutFor } from '../../../src/pipeline/sample-layout.js';
import { messageOf, messageOfAsync } from '../../support/messages.js';
import { startBoard, verilateBoard, writeForSimulation } from '../../support/uart-line.js';
import { sampleNetwork } from '../c/sample.js';
import { ask, buildDriver, LANGUAGES, lines, numbersOf } from './driver-programs.js';

const GENERATOR = { version: '0', command: 'test' };
const home = mkdtempSync(path.join(tmpdir(), 'espalier-driver-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const network = sampleNetwork();
const { name, input } = network;

function emit(wanted: QuantizedNetwork, width: 8 | 32, folder: string): string {
  const place = path.join(home, folder);
  writeForSimulation(place, emitDesign(wanted, { architecture: 'serial', stream: { width } }, GENERATOR));
  return place;
}

const exported = (source: string, language: HostLanguage) =>
  runExport({
    format: `driver-${language}`,
    source,
    generator: GENERATOR,
    layoutOf: layoutFor(source, undefined),
    design: designFacts(source),
  });

const random = new Random(3, 'driver');
const ROWS = Array.from({ length: 60 }, () =>
  input.formats.map((_, feature) => {
    const { minimum, maximum } = input.encoder as NonNullable<typeof input.encoder>;
    return minimum[feature] + (random.float() * 1.4 - 0.2) * (maximum[feature] - minimum[feature]);
  }),
);

/** What the board must say of the rows: class, codes and values of the outputs that the design gives. */
function expectedLines(place: string): string[] {
  const run = referenceModel(network);
  const { output } = designFacts(place) as NonNullable<ReturnType<typeof designFacts>>;
  const given = output.fields.filter(({ kind }) => kind === 'value');
  return ROWS.map((row) => {
    const outcome = run(encodeRow(input.encoder as NonNullable<typeof input.encoder>, input.formats, row));
    const codes = given.map(({ unit }) => outcome.outputs[unit]);
    const values = given.map(
      ({ unit, format }) => outcome.outputs[unit] * 2 ** (format.integer - format.width),
    );
    return [outcome.class ?? 0, ...codes, ...values].join(' ');
  });
}

const host = (language: HostLanguage, terminal: string, timeout: number, rows: readonly number[][]) =>
  ask(commands[language] as readonly [string, readonly string[]], terminal, timeout, rows);

const commands: Partial<Record<HostLanguage, readonly [string, readonly string[]]>> = {};

/** What the board of a design says of itself, in hexadecimal. */
function identityOf(place: string): string {
  const { sha256, input: sample, output } = designFacts(place) as NonNullable<ReturnType<typeof designFacts>>;
  const lengths = [sample.beats, output.beats].flatMap((beats) => [beats & 255, beats >> 8]);
  return `${Buffer.from([1, ...lengths]).toString('hex')}${sha256.slice(0, 16)}`;
}

describe('the driver', () => {
  let place: string;
  beforeAll(async () => {
    place = emit(network, 8, 'design');
    verilateBoard(place);
    for (const language of LANGUAGES) {
      const { files } = await exported(place, language);
      const driver = files as ReadonlyMap<string, string>;
      commands[language] = buildDriver(language, driver, name, path.join(home, language));
    }
  }, 120_000);

  it.each(LANGUAGES)('gives the answers of the reference model, over a terminal: %s', async (language) => {
    const { board, terminal } = await startBoard(place, 0);
    const said = lines(await host(language, terminal, 5, ROWS));
    board.stdin?.end();
    expect(said.slice(0, -1).map(numbersOf)).toEqual(expectedLines(place));
    expect(said.at(-1)).toBe('retried 0');
  });

  it.each(LANGUAGES)(
    'sends again what the line has spoilt, and gives no wrong answer: %s',
    async (language) => {
      const { board, terminal } = await startBoard(place, 10_000);
      const said = lines(await host(language, terminal, 0.3, ROWS));
      board.stdin?.end();
      expect(said.slice(0, -1).map(numbersOf)).toEqual(expectedLines(place));
      expect(Number(said.at(-1)?.split(' ')[1])).toBeGreaterThan(0);
    },
  );

  it('says that a board holds another network', async () => {
    const other = emit({ ...network, labels: ['other', 'names'] }, 8, 'other');
    verilateBoard(other);
    const { board, terminal } = await startBoard(other, 0);
    const said: string[] = [];
    for (const language of LANGUAGES) said.push(await host(language, terminal, 5, []));
    board.stdin?.end();
    const [got, wanted] = [other, place].map(identityOf);
    const message = `OtherNetwork the board says ${got}, wanted ${wanted}: program it with this design\n`;
    expect(said).toEqual(LANGUAGES.map((language) => (language === 'c' ? 'OtherNetwork\n' : message)));
  });

  it.each(LANGUAGES)('says that nobody answers: %s', async (language) => {
    const { board, terminal } = await startBoard(place, 1_000_000);
    const silence = (time: string) =>
      `NoAnswer silence after 21 attempts of ${time}: port, baud rate, board?\n`;
    const said = { c: 'NoAnswer\n', python: silence('0.05 s'), typescript: silence('50 ms') };
    expect(await host(language, terminal, 0.05, ROWS)).toBe(said[language]);
    board.stdin?.end();
  });

  it('wants a design with beats of 8 bits', async () => {
    const wide = emit(network, 32, 'wide');
    expect(await messageOfAsync(() => exported(wide, 'c'))).toBe(
      `${name}: got beats of 32 bits, wanted a design with beats of 8 bits, as a serial line carries them ` +
        '(emit it with --beat 8) [exchange/driver-beats]',
    );
  });

  it('wants samples whose length a frame can say', () => {
    const facts = designFacts(place) as NonNullable<ReturnType<typeof designFacts>>;
    const design = { ...facts, input: { ...facts.input, beats: 65_536 } };
    expect(messageOf(() => driverFacts(network, design))).toBe(
      `${name}: got 65536 bytes of a sample, wanted at most 65535, which a frame can say [exchange/driver-length]`,
    );
  });

  it('wants a design', async () => {
    const file = path.join(home, 'alone.json');
    copyFileSync(path.join(place, 'network.json'), file);
    expect(await messageOfAsync(() => exported(file, 'python'))).toBe(
      `${file}: got a network without a design, wanted the folder of an emitted design, with its manifest.json ` +
        '(a driver has to know how samples and results lie in beats) [exchange/driver-design]',
    );
  });
});
