import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import { loadDesign } from '../../../src/cosim/design.js';
import { encodeRow } from '../../../src/data/scaler.js';
import { emitDesign } from '../../../src/emit/design.js';
import type { HardwareConfig } from '../../../src/emit/hardware-config.js';
import { runExport } from '../../../src/exchange/exporters.js';
import { answerMilliseconds } from '../../../src/exchange/host/driver/facts.js';
import type { HostLanguage } from '../../../src/exchange/host/encoder.js';
import { fractionOf, rangeOf, valueOfCode } from '../../../src/fixed/format.js';
import { referenceModel } from '../../../src/network/reference.js';
import type { Encoder, QuantizedNetwork } from '../../../src/network/types.js';
import { designFacts, layoutFor } from '../../../src/pipeline/sample-layout.js';
import { newFolder, runCliIn } from '../../support/cli.js';
import { randomMapGraph } from '../../support/map-graphs.js';
import { randomInput } from '../../support/networks.js';
import { startBoard, verilateBoard, writeForSimulation } from '../../support/uart-line.js';
import { STRICT } from '../c/harness.js';
import { sampleNetwork } from '../c/sample.js';
import { ask, buildDriver, LANGUAGES, lines, numbersOf, type Question } from './driver-programs.js';

const GENERATOR = { version: '0', command: 'test' };

/** A design on a board, Verilated. */
function emit(network: QuantizedNetwork, hardware: HardwareConfig): string {
  const place = newFolder('driver-network');
  writeForSimulation(place, emitDesign(network, { ...hardware, stream: { width: 8 } }, GENERATOR));
  verilateBoard(place);
  return place;
}

async function driverOf(place: string, language: HostLanguage, name: string, question: Question) {
  const { files } = await runExport({
    format: `driver-${language}`,
    source: place,
    generator: GENERATOR,
    layoutOf: layoutFor(place, undefined),
    design: designFacts(place),
  });
  const driver = files as ReadonlyMap<string, string>;
  return { driver, command: buildDriver(language, driver, name, newFolder('driver'), question) };
}

/** What a program must print of input codes: class, codes and values of the outputs that the design gives. */
function expected(place: string, network: QuantizedNetwork, samples: readonly number[][]): string[] {
  const run = referenceModel(network);
  const { output } = designFacts(place) as NonNullable<ReturnType<typeof designFacts>>;
  const given = output.fields.filter(({ kind }) => kind === 'value');
  return samples.map((codes) => {
    const outcome = run(codes);
    const values = given.map(({ unit }) => outcome.outputs[unit]);
    const real = given.map(
      ({ unit, format }) => outcome.outputs[unit] * 2 ** (format.integer - format.width),
    );
    return [outcome.class ?? 0, ...values, ...real].join(' ');
  });
}

async function boardRun(place: string, ...more: string[]): Promise<string> {
  const { board, terminal } = await startBoard(place, 0);
  const words = ['board', 'run', place, '--port', terminal, '--random', '20', ...more];
  const { status, stdout, stderr } = await runCliIn(newFolder('board-run'), ...words);
  board.stdin?.end();
  expect([status, stderr]).toEqual([0, '']);
  return stdout;
}

/** A network over pictures of grey levels or colours, that sees their samples over all of its inputs' range. */
function pictureNetwork(channels: 1 | 3): QuantizedNetwork {
  for (let seed = 1; ; seed++) {
    const random = new Random(seed, 'pictures on a board');
    const network = randomMapGraph(random);
    const { shape = [], formats } = network.input;
    if (shape[2] !== channels) continue;
    const run = referenceModel(network);
    const samples = Array.from({ length: 30 }, () => randomInput(random, network));
    if (new Set(samples.map((codes) => run(codes).outputs.join(' '))).size < 20) continue;
    const ends = formats.map((format) => {
      const [low, high] = Object.values(rangeOf(format)).map((code) => valueOfCode(code, fractionOf(format)));
      const minimum = (-255 * low) / (high - low);
      return { minimum, maximum: minimum + 255 / (high - low) };
    });
    const encoder: Encoder = {
      kind: 'minmax',
      minimum: ends.map(({ minimum }) => minimum),
      maximum: ends.map(({ maximum }) => maximum),
      picture: { antialias: false },
    };
    return { ...network, name: 'seen', input: { ...network.input, encoder } };
  }
}

describe.each([1, 3] as const)('a network over pictures of %i channels on a board', (channels) => {
  const network = pictureNetwork(channels);
  const { shape, formats, encoder } = network.input;
  const random = new Random(channels, 'pictures');
  const pictures = Array.from({ length: 20 }, () => formats.map(() => random.integer(0, 255)));
  const codes = pictures.map((samples) => encodeRow(encoder as Encoder, formats, samples));
  const place = emit(network, { architecture: 'serial' });

  it.each(LANGUAGES)('answers the driver as the reference model does: %s', async (language) => {
    const wanted = expected(place, network, codes);
    expect(new Set(wanted).size).toBeGreaterThan(10);
    const pixels = await driverOf(place, language, 'seen', 'picture');
    const levels = await driverOf(place, language, 'seen', 'features');
    const { board, terminal } = await startBoard(place, 0);
    const said = lines(
      await ask(
        pixels.command,
        terminal,
        5,
        pictures.map((samples) => [...(shape ?? []), ...samples]),
      ),
    );
    const ofLevels = lines(await ask(levels.command, terminal, 5, pictures));
    board.stdin?.end();
    expect(said.slice(0, -1).map(numbersOf)).toEqual(wanted);
    expect(ofLevels.slice(0, -1)).toEqual(said.slice(0, -1));
  });

  it('passes `espalier board run`', async () => {
    expect(await boardRun(place)).toMatch(
      /^samples on the board {2}\d+: \d+ corner, 20 random\nsamples differing {5}0\n/,
    );
  });
});

it('drivers for registers take pictures, too', async () => {
  const network = pictureNetwork(1);
  const place = newFolder('picture-registers');
  writeForSimulation(
    place,
    emitDesign(network, { architecture: 'serial', stream: { width: 32 } }, GENERATOR),
  );
  const exported = async (format: 'driver-registers' | 'driver-pynq') => {
    const { files } = await runExport({
      format,
      source: place,
      generator: GENERATOR,
      layoutOf: layoutFor(place, undefined),
      design: designFacts(place),
    });
    writeForSimulation(place, files as ReadonlyMap<string, string>);
    return files as ReadonlyMap<string, string>;
  };
  const inC = await exported('driver-registers');
  expect(inC.get('seen_registers.h')).toContain(
    'seen_status_t seen_infer_picture(seen_registers_t *registers, const seen_picture_t *picture, seen_result_t *result);',
  );
  execFileSync('gcc', [...STRICT, '-c', 'seen_registers.c', 'seen_encoder.c'], { cwd: place, stdio: 'pipe' });
  await exported('driver-pynq');
  const call = 'print(driver.Board.infer_picture(Fake(), bytes(range(1, 5)), 2, 2, 1))';
  const fake =
    'class Fake:\n    infer_codes = staticmethod(lambda codes: codes == driver.encoder.encode_picture(bytes(range(1, 5)), 2, 2, 1))';
  const program = `import seen_pynq as driver\n${fake}\n${call}`;
  expect(execFileSync('python3', ['-B', '-c', program], { cwd: place, encoding: 'utf8' })).toBe('True\n');
});

it.each([
  [115_200, 1100],
  [1_200, 1200],
])(
  'a driver waits as long as sample and result take on a line of %i baud, and a second',
  async (baud, wanted) => {
    const place = newFolder('slow-line');
    const board = { name: 'ice40-hx8k', baud } as const;
    writeForSimulation(place, emitDesign(sampleNetwork(), { architecture: 'serial', board }, GENERATOR));
    const { input, output } = designFacts(place) as NonNullable<ReturnType<typeof designFacts>>;
    expect([input.beats, output.beats]).toEqual([2, 2]);
    for (const [language, text] of [
      ['python', `TIMEOUT = ${wanted / 1000}  #`],
      ['typescript', `export const TIMEOUT = ${wanted};`],
      ['c', `#define TINY_MILLISECONDS ${wanted}UL`],
    ] as const) {
      const { driver } = await driverOf(place, language, 'tiny', 'features');
      expect([...driver.values()].join('')).toContain(text);
    }
  },
);

it('a picture of 12 kB has the time that it takes on the line, and the design its own', () => {
  expect(answerMilliseconds(12_289, 115_200)).toBe(2100);
  expect(answerMilliseconds(12_289, 115_200, 0.25)).toBe(2400);
});

describe('a network whose features go in as whole numbers, on a board', () => {
  const network = sampleNetwork();
  const decimals = [1, 3, 0];
  const place = emit(network, { architecture: 'serial', inputs: { decimals } });
  const inDesign = loadDesign(place).network;
  const random = new Random(4, 'raw features on a board');
  const rows = Array.from({ length: 40 }, () => [
    random.float() * 6 - 3,
    random.float() * 0.16 - 0.03,
    6.4 + random.float(),
  ]);
  /** What must go over the line: features times powers of ten, rounded half up, no further than the input holds. */
  const whole = rows.map((row) =>
    row.map((feature, at) => {
      const { low, high } = rangeOf(inDesign.input.formats[at]);
      return Math.min(high, Math.max(low, Math.floor(feature * 10 ** decimals[at] + 0.5)));
    }),
  );

  it.each(LANGUAGES)('answers the driver, which has no ranges: %s', async (language) => {
    const wanted = expected(place, inDesign, whole);
    expect(new Set(wanted).size).toBeGreaterThan(10);
    const { driver, command } = await driverOf(place, language, 'tiny', 'features');
    const encoder = [...driver].find(([file]) => /_encoder\.(c|py|ts)$/.test(file))?.[1] as string;
    expect(encoder).not.toMatch(/-1\.5|2\.5/);
    const { board, terminal } = await startBoard(place, 0);
    const said = lines(await ask(command, terminal, 5, rows));
    board.stdin?.end();
    expect(said.slice(0, -1).map(numbersOf)).toEqual(wanted);
  });

  it('passes `espalier board run` with rows of features', async () => {
    const table = path.join(newFolder('raw-rows'), 'rows.csv');
    const text = rows.map((row, at) => [...row, network.labels[at % 2]].join(','));
    writeFileSync(table, `radius,texture,constant,class\n${text.join('\n')}\n`);
    expect(await boardRun(place, '--data', table, '--label', 'class')).toMatch(
      /^samples on the board {2}\d+: 40 data, \d+ corner, 20 random\nsamples differing {5}0\n/,
    );
  });
});
