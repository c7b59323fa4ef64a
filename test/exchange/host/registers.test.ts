import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import { encodeRow } from '../../../src/data/scaler.js';
import { emitDesign } from '../../../src/emit/design.js';
import { parseManifest } from '../../../src/emit/read-design.js';
import type { ExportFormat } from '../../../src/exchange/export-formats.js';
import { runExport } from '../../../src/exchange/exporters.js';
import { referenceModel } from '../../../src/network/reference.js';
import type { QuantizedNetwork } from '../../../src/network/types.js';
import { designFacts, layoutFor } from '../../../src/pipeline/sample-layout.js';
import { messageOfAsync } from '../../support/messages.js';
import { writeForSimulation } from '../../support/uart-line.js';
import { STRICT } from '../c/harness.js';
import { sampleNetwork } from '../c/sample.js';

const HERE = path.resolve('test', 'exchange', 'host');
const LINKS = path.resolve('test', 'rtl', 'links');
const GENERATOR = { version: '0', command: 'test' };
const home = mkdtempSync(path.join(tmpdir(), 'espalier-registers-driver-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const network = sampleNetwork();
const { name, input } = network;
const upper = name.toUpperCase();
const encoder = input.encoder as NonNullable<typeof input.encoder>;
const random = new Random(3, 'registers driver');
const ROWS = Array.from({ length: 40 }, () =>
  input.formats.map((_, feature) => {
    const { minimum, maximum } = encoder;
    return minimum[feature] + (random.float() * 1.4 - 0.2) * (maximum[feature] - minimum[feature]);
  }),
);
const TEXT = `${ROWS.map((row) => row.join(' ')).join('\n')}\n`;

type Link = 'axi-lite' | 'axi-stream';

/** The design of a network behind a bus. */
function emit(wanted: QuantizedNetwork, link: Link, width: 8 | 16 | 32 | 64, folder: string): string {
  const place = path.join(home, folder);
  const hardware = { architecture: 'serial', stream: { width }, board: { name: 'pynq-z2', link } };
  writeForSimulation(place, emitDesign(wanted, hardware, GENERATOR));
  return place;
}

/** Compiles a design with a bench, and gives the program. */
function verilate(place: string, bench: string, flags: string, objects: readonly string[] = []): string {
  const manifest = parseManifest(
    execFileSync('cat', [path.join(place, 'manifest.json')], { encoding: 'utf8' }),
  );
  const top = manifest.board?.top as string;
  const own = (manifest.companions ?? [])
    .map(({ file }) => file)
    .filter((file) => file.startsWith('board/rtl/'));
  const options = ['--cc', '--exe', '--build', '-O3', '--top-module', top, '--prefix', 'Vlink_top'];
  const sources = manifest.sources.map(({ file }) => file);
  execFileSync(
    'verilator',
    [...options, '-CFLAGS', `-O2 -I${LINKS} ${flags}`, bench, ...objects, ...sources, ...own],
    {
      cwd: place,
      stdio: 'pipe',
      env: { ...process.env, OBJCACHE: 'ccache' },
    },
  );
  return path.join(place, 'obj_dir', 'Vlink_top');
}

async function exportTo(folder: string, format: ExportFormat, source: string): Promise<void> {
  const layoutOf = layoutFor(source, undefined);
  const { files } = await runExport({
    format,
    source,
    generator: GENERATOR,
    layoutOf,
    design: designFacts(source),
  });
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of files) writeFileSync(path.join(folder, file), text);
}

/** Class, codes and values of the rows, by the reference model. */
function expectedLines(place: string): string[] {
  const run = referenceModel(network);
  const { output } = designFacts(place) as NonNullable<ReturnType<typeof designFacts>>;
  const given = output.fields.filter(({ kind }) => kind === 'value');
  return ROWS.map((row) => {
    const outcome = run(encodeRow(encoder, input.formats, row));
    const codes = given.map(({ unit }) => outcome.outputs[unit]);
    const values = given.map(
      ({ unit, format }) => outcome.outputs[unit] * 2 ** (format.integer - format.width),
    );
    return [outcome.class ?? 0, ...codes, ...values].join(' ');
  });
}

const linesOf = (text: string) => text.trim().split('\n');
const numbersOf = (text: string) => linesOf(text).map((line) => line.split(' ').map(Number).join(' '));

/** The driver in C on the Verilated registers: reads lines of features, prints results; `deaf` polls once only. */
const MAIN = `#include "register-host.h"
#include "${name}_registers.h"
#include <cinttypes>
#include <iostream>
static Host host;
extern "C" uint32_t bus_read(uint32_t address) { return host.read(address).data; }
extern "C" void bus_write(uint32_t address, uint32_t value) { host.write(address, value); }
static const char *const NAMES[] = { "OK", "NoDesign", "OtherNetwork", "NoAnswer", "NoSample" };
int main(int argc, char **argv) {
  host.random.seed(1);
  host.idle();
  host.reset();
  ${name}_registers_t registers = {};
  registers.polls = argc > 1 ? uint32_t(std::atoi(argv[1])) : 100000u;
  ${name}_status_t status = ${name}_identify(&registers);
  double features[${upper}_INPUTS];
  uint32_t at = 0;
  while (status == ${upper}_OK && std::cin >> features[at]) {
    ${name}_result_t said;
    if (++at < ${upper}_INPUTS) continue;
    at = 0;
    status = ${name}_infer(&registers, features, &said);
    if (status != ${upper}_OK) break;
    std::printf("%" PRIu32, said.class_number);
    for (uint32_t i = 0; i < ${upper}_VALUES; i++) std::printf(" %" PRId64, said.codes[i]);
    for (uint32_t i = 0; i < ${upper}_VALUES; i++) std::printf(" %.17g", said.values[i]);
    std::printf("\\n");
    if (registers.cycles == 0) return 2;
  }
  if (status != ${upper}_OK) std::printf("%s\\n", NAMES[status]);
  return 0;
}
`;

async function buildC(driverOf: string, board: string): Promise<string> {
  await exportTo(board, 'driver-registers', driverOf);
  const access = [
    `-D${upper}_READ(registers,address)=bus_read(address)`,
    `-D${upper}_WRITE(registers,address,value)=bus_write((address),(value))`,
  ];
  const declared =
    'uint32_t bus_read(uint32_t address);\nvoid bus_write(uint32_t address, uint32_t value);\n';
  writeFileSync(path.join(board, 'bus.h'), `#include <stdint.h>\n${declared}`);
  // As it is shipped it compiles too, for memory.
  execFileSync('gcc', [...STRICT, '-O2', '-c', `${name}_registers.c`, '-o', 'memory.o'], {
    cwd: board,
    stdio: 'pipe',
  });
  const flags = [...STRICT, '-Wno-unused-parameter', '-O2', '-include', 'bus.h', ...access, '-c'];
  for (const file of [`${name}_registers`, `${name}_encoder`]) {
    execFileSync('gcc', [...flags, `${file}.c`, '-o', `${file}.o`], { cwd: board, stdio: 'pipe' });
  }
  writeFileSync(path.join(board, 'main.cpp'), MAIN);
  const objects = [`${name}_registers.o`, `${name}_encoder.o`].map((file) => path.join(board, file));
  return verilate(board, path.join(board, 'main.cpp'), `-I${board}`, objects);
}

describe('the driver for registers in C', () => {
  it.each([8, 16, 32] as const)(
    'gives the answers of the reference model, beats of %i bits',
    async (width) => {
      const place = emit(network, 'axi-lite', width, `c${width}`);
      const run = await buildC(place, place);
      expect(numbersOf(execFileSync(run, { input: TEXT, encoding: 'utf8', cwd: place }))).toEqual(
        expectedLines(place),
      );
      // A design that takes longer than one look at its status.
      expect(execFileSync(run, ['1'], { input: TEXT, encoding: 'utf8', cwd: place })).toBe('NoAnswer\n');
    },
  );

  it('says that another network is there', async () => {
    const mine = emit(network, 'axi-lite', 32, 'mine');
    const other = emit({ ...network, labels: ['other', 'names'] }, 'axi-lite', 32, 'other');
    const run = await buildC(mine, other);
    expect(execFileSync(run, { input: TEXT, encoding: 'utf8', cwd: other })).toBe('OtherNetwork\n');
  });

  it('wants beats that fit into a register', async () => {
    const wide = emit(network, 'axi-stream', 64, 'wide');
    expect(await messageOfAsync(() => exportTo(wide, 'driver-registers', wide))).toBe(
      `${name}: got beats of 64 bits, wanted a design with beats of 8, 16, 32 bits, as registers and streams carry them ` +
        '(emit it with --beat 32, or --board) [exchange/driver-register-beats]',
    );
  });
});

const PROGRAM = `
import sys
import ${name}_pynq as driver

try:
    with driver.Board(sys.argv[1], timeout=float(sys.argv[2]), most=16) as board:
        rows = [[float(one) for one in text.split()] for text in sys.stdin]
        for said in board.infer_all(rows[1:]) + [board.infer(rows[0])]:
            print(said.class_number, *said.codes, *(f"{value:.17g}" for value in said.values))
except driver.BoardError as error:
    print(type(error).__name__, error)
`;

async function pynq(driverOf: string, board: string, server: string, timeout: number): Promise<string> {
  await exportTo(board, 'driver-pynq', driverOf);
  copyFileSync(path.join(HERE, 'pynq.py'), path.join(board, 'pynq.py'));
  writeFileSync(path.join(board, 'main.py'), PROGRAM);
  const words = ['-W', 'error::SyntaxWarning', '-B', 'main.py', server, String(timeout)];
  return execFileSync('python3', words, { cwd: board, input: TEXT, encoding: 'utf8' });
}

const rotated = (lines: readonly string[]) => [...lines.slice(1), lines[0]];

describe('the driver on PYNQ', () => {
  it.each([8, 16, 32, 64] as const)(
    'gives the answers of the reference model, by DMA, beats of %i bits',
    async (width) => {
      const place = emit(network, 'axi-stream', width, `streams${width}`);
      const program = verilate(place, path.join(HERE, 'bus-server.cpp'), '-DSTREAMS');
      const server = `${program} ${width / 8} ${width / 8}`;
      expect(numbersOf(await pynq(place, place, server, 20))).toEqual(rotated(expectedLines(place)));
      expect(await pynq(place, place, server, 0)).toBe(
        'NoAnswer DMA transfer: not through after 0.0 s; the design was reset\n',
      );
    },
  );

  it('gives them by registers, and says that another network is there', async () => {
    const place = emit(network, 'axi-lite', 32, 'pynq');
    const server = verilate(place, path.join(HERE, 'bus-server.cpp'), '');
    expect(numbersOf(await pynq(place, place, server, 20))).toEqual(rotated(expectedLines(place)));
    const other = emit({ ...network, labels: ['other', 'names'] }, 'axi-lite', 32, 'pynq-other');
    const [said, wanted] = [other, place].map((one) => designFacts(one)?.sha256.slice(0, 32));
    const reached = verilate(other, path.join(HERE, 'bus-server.cpp'), '');
    expect(await pynq(place, other, reached, 20)).toBe(
      `OtherNetwork the design says ${said}, wanted ${wanted}: load this design's overlay\n`,
    );
  });
});
