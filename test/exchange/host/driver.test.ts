import { execFile, execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import { encodeRow } from '../../../src/data/scaler.js';
import { emitDesign } from '../../../src/emit/design.js';
import { runExport } from '../../../src/exchange/exporters.js';
import { HOST_LANGUAGES, type HostLanguage } from '../../../src/exchange/host/encoder.js';
import { referenceModel } from '../../../src/network/reference.js';
import type { QuantizedNetwork } from '../../../src/network/types.js';
import { designFacts, layoutFor } from '../../../src/pipeline/sample-layout.js';
import { startBoard, verilateBoard, writeForSimulation } from '../../support/uart-line.js';
import { STRICT } from '../c/harness.js';
import { sampleNetwork } from '../c/sample.js';

const LANGUAGES = Object.keys(HOST_LANGUAGES) as HostLanguage[];
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

/** Programs that read lines of features, and print class, codes and how often they tried again. */
const PROGRAMS: Record<HostLanguage, { readonly file: string; readonly text: string }> = {
  python: {
    file: 'main.py',
    text: `
import os, select, sys, termios, tty
import ${name}_driver as driver

class Line:
    def __init__(self, name):
        self.end = os.open(name, os.O_RDWR | os.O_NOCTTY)
        tty.setraw(self.end)
    def read(self, count):
        return os.read(self.end, count) if select.select([self.end], [], [], 0.02)[0] else b""
    def write(self, data):
        os.write(self.end, data)

try:
    with driver.Board(Line(sys.argv[1]), timeout=float(sys.argv[2]), retries=20) as board:
        for text in sys.stdin:
            said = board.infer([float(one) for one in text.split()])
            print(said.class_number, *said.codes, *(f"{value:.17g}" for value in said.values))
        print("retried", board.retried)
except driver.BoardError as error:
    print(type(error).__name__, error)
`,
  },
  typescript: {
    file: 'main.ts',
    text: `
import { createWriteStream, openSync, readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { ReadStream } from 'node:tty';
import { Board, BoardError } from './${name}_driver.js';

const [terminal, timeout] = process.argv.slice(2);
execFileSync('stty', ['-F', terminal, 'raw', '-echo']);
const end = openSync(terminal, 'r+');
const reading = new ReadStream(end);
const writing = createWriteStream(terminal, { fd: end, autoClose: false });
const line = {
  write: (bytes: Uint8Array) => writing.write(bytes),
  on: (event: 'data', listener: (bytes: Uint8Array) => void) => reading.on(event, listener),
};
try {
  const board = await Board.open(line, { timeout: 1000 * Number(timeout), retries: 20 });
  for (const text of readFileSync(0, 'utf8').trim().split('\\n').filter(Boolean)) {
    const said = await board.infer(text.split(' ').map(Number));
    console.log(said.classNumber, ...said.codes, ...said.values);
  }
  console.log('retried', board.retried);
} catch (error) {
  if (!(error instanceof BoardError)) throw error;
  console.log(error.constructor.name, error.message);
}
process.exit(0);
`,
  },
  c: {
    file: 'main.c',
    text: `#define _DEFAULT_SOURCE
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>
#include "${name}_driver.h"

static int get(void *context, uint8_t *byte, uint32_t milliseconds) {
    struct pollfd end = { *(int *)context, POLLIN, 0 };
    if (poll(&end, 1, (int)milliseconds) <= 0) { return 0; }
    return (read(end.fd, byte, 1) == 1) ? 1 : -1;
}
static int put(void *context, const uint8_t *bytes, uint32_t count) {
    return (write(*(int *)context, bytes, count) == (ssize_t)count) ? 0 : -1;
}
static const char *const NAMES[] = { "OK", "NoAnswer", "OtherNetwork", "LineFailed", "NoSample" };
int main(int argc, char **argv) {
    int end = open(argv[1], O_RDWR | O_NOCTTY);
    struct termios raw;
    if (argc != 3 || end < 0 || tcgetattr(end, &raw) != 0) { return 2; }
    cfmakeraw(&raw);
    (void)tcsetattr(end, TCSANOW, &raw);
    ${name}_board_t board = { get, put, &end, (uint32_t)(1000.0 * atof(argv[2])), 20U, 0U, 0U };
    ${name}_status_t status = ${name}_identify(&board);
    double features[${name.toUpperCase()}_INPUTS];
    uint32_t at = 0U;
    while (status == ${name.toUpperCase()}_OK && scanf("%lf", &features[at]) == 1) {
        ${name}_result_t said;
        if (++at < ${name.toUpperCase()}_INPUTS) { continue; }
        at = 0U;
        status = ${name}_infer(&board, features, &said);
        if (status != ${name.toUpperCase()}_OK) { break; }
        printf("%" PRIu32, said.class_number);
        for (uint32_t i = 0; i < ${name.toUpperCase()}_VALUES; i++) { printf(" %" PRId64, said.codes[i]); }
        for (uint32_t i = 0; i < ${name.toUpperCase()}_VALUES; i++) { printf(" %.17g", said.values[i]); }
        printf("\\n");
    }
    if (status != ${name.toUpperCase()}_OK) { printf("%s\\n", NAMES[status]); return 0; }
    printf("retried %" PRIu32 "\\n", board.retried);
    return 0;
}
`,
  },
};

/** The driver with a program, built; gives the command that runs it. */
async function build(language: HostLanguage): Promise<readonly [string, readonly string[]]> {
  const folder = path.join(home, language);
  const { files } = await exported(path.join(home, 'design'), language);
  const { file, text } = PROGRAMS[language];
  writeForSimulation(folder, new Map([...(files as ReadonlyMap<string, string>), [file, text]]));
  if (language === 'python') return ['python3', ['-W', 'error', '-B', path.join(folder, file)]];
  if (language === 'c') {
    const flags = [...STRICT, '-O2', '-fsanitize=undefined,address', '-fno-sanitize-recover=all'];
    const driver = [`${name}_driver.c`, `${name}_encoder.c`];
    execFileSync('gcc', [...flags, '-c', ...driver], { cwd: folder, stdio: 'pipe' });
    const objects = driver.map((one) => one.replace('.c', '.o'));
    const link = ['-std=gnu99', '-fsanitize=undefined,address', '-o', 'run', ...objects, file];
    execFileSync('gcc', link, { cwd: folder, stdio: 'pipe' });
    return [path.join(folder, 'run'), []];
  }
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
  const tsc = path.resolve('node_modules/typescript/bin/tsc');
  const types = ['--skipLibCheck', '--types', 'node', '--typeRoots', path.resolve('node_modules/@types')];
  const flags = ['--strict', '--noUnusedLocals', '--target', 'es2022', '--module', 'nodenext', ...types];
  execFileSync(process.execPath, [tsc, ...flags, file], { cwd: folder, stdio: 'pipe' });
  return [process.execPath, [path.join(folder, 'main.js')]];
}

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

const lines = (text: string) => text.trim().split('\n');

async function host(language: HostLanguage, terminal: string, timeout: number, rows: readonly number[][]) {
  const [command, words] = commands[language] as readonly [string, readonly string[]];
  const child = promisify(execFile)(command, [...words, terminal, String(timeout)]);
  child.child.stdin?.end(`${rows.map((row) => row.join(' ')).join('\n')}\n`);
  return (await child).stdout;
}

const commands: Partial<Record<HostLanguage, readonly [string, readonly string[]]>> = {};

describe('the driver', () => {
  let place: string;
  beforeAll(async () => {
    place = emit(network, 8, 'design');
    verilateBoard(place);
    for (const language of LANGUAGES) commands[language] = await build(language);
  }, 120_000);

  it.each(LANGUAGES)('gives the answers of the reference model, over a terminal: %s', async (language) => {
    const { board, terminal } = await startBoard(place, 0);
    const said = lines(await host(language, terminal, 5, ROWS));
    board.stdin?.end();
    expect(said.slice(0, -1).map((line) => line.split(' ').map(Number).join(' '))).toEqual(
      expectedLines(place),
    );
    expect(said.at(-1)).toBe('retried 0');
  });

  it.each(LANGUAGES)(
    'sends again what the line has spoilt, and gives no wrong answer: %s',
    async (language) => {
      const { board, terminal } = await startBoard(place, 10_000);
      const said = lines(await host(language, terminal, 0.3, ROWS));
      board.stdin?.end();
      expect(said.slice(0, -1).map((line) => line.split(' ').map(Number).join(' '))).toEqual(
        expectedLines(place),
      );
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
    const { sha256 } = designFacts(place) as NonNullable<ReturnType<typeof designFacts>>;
    for (const text of said) expect(text).toMatch(/^OtherNetwork/);
    expect(
      said.filter((text) => text.includes(`${sha256.slice(0, 16)}: program it with this design`)),
    ).toHaveLength(2);
  });

  it.each(LANGUAGES)('says that nobody answers: %s', async (language) => {
    const { board, terminal } = await startBoard(place, 1_000_000);
    expect(await host(language, terminal, 0.05, ROWS)).toMatch(
      language === 'c'
        ? /^NoAnswer\n$/
        : /^NoAnswer .* after 21 attempts of (0\.05 s|50 ms): port, baud rate, board\?\n$/,
    );
    board.stdin?.end();
  });

  it('wants a design with beats of 8 bits', async () => {
    const wide = emit(network, 32, 'wide');
    await expect(exported(wide, 'c')).rejects.toThrow(
      `${name}: got beats of 32 bits, wanted a design with beats of 8 bits, as a serial line carries them`,
    );
  });

  it('wants a design', async () => {
    const file = path.join(home, 'alone.json');
    copyFileSync(path.join(place, 'network.json'), file);
    await expect(exported(path.join(file), 'python')).rejects.toThrow(
      'alone.json: got a network without a design, wanted the folder of an emitted design, with its manifest.json',
    );
  });
});
