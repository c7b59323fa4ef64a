import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import { packInput, packOutput } from '../../../src/emit/bus.js';
import { emitDesign } from '../../../src/emit/design.js';
import { parseManifest } from '../../../src/emit/read-design.js';
import { referenceModel } from '../../../src/network/reference.js';
import { randomInput, randomNetwork } from '../../support/networks.js';
import { spoken, writeForSimulation } from '../../support/uart-line.js';

const LINKS = path.resolve('test', 'rtl', 'links');
const SAMPLES = 100;
const RESULTS = Number(process.env.RESULTS ?? 400);

const home = mkdtempSync(path.join(tmpdir(), 'espalier-registers-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

type Bus = 'axi-lite' | 'avalon-mm' | 'axi-stream' | 'avalon-st';
/** A board that has the bus, and the bench that is its host. */
const BENCHES: Readonly<Record<Bus, { readonly board: string; readonly bench: string }>> = {
  'axi-lite': { board: 'pynq-z2', bench: 'register-bench.cpp' },
  'avalon-mm': { board: 'de10-nano', bench: 'register-bench.cpp' },
  'axi-stream': { board: 'pynq-z2', bench: 'stream-bench.cpp' },
  'avalon-st': { board: 'de10-nano', bench: 'stream-bench.cpp' },
};

/** A network behind a bus, with samples and what the reference model says of them; what the bench prints of a run. */
function runBench(
  seed: number,
  bus: Bus,
  width: 8 | 16 | 32 | 64,
  architecture: 'serial' | 'parallel',
): string {
  const folder = path.join(home, `${bus}-${seed}`);
  const random = new Random(seed, 'register map');
  const network = randomNetwork(random);
  const { board, bench } = BENCHES[bus];
  const hardware = { architecture, stream: { width }, board: { name: board, link: bus } };
  const files = emitDesign(network, hardware, { version: '0', command: 'test' });
  writeForSimulation(folder, files);
  const manifest = parseManifest(files.get('manifest.json') as string);
  const { input, output } = manifest.stream;
  const sizes = [input, output].map((port) => (port.beats * port.width) / 8);
  const [vectors, expected] = sizes.map((size) => new Uint8Array(SAMPLES * size));
  const classes = new Uint8Array(SAMPLES);
  const reference = referenceModel(network);
  for (let sample = 0; sample < SAMPLES; sample++) {
    const codes = randomInput(random, network);
    const outcome = reference(codes);
    packInput(input, codes, vectors, sample * sizes[0]);
    packOutput(output, outcome, expected, sample * sizes[1]);
    classes[sample] = outcome.class ?? 0;
  }
  writeFileSync(path.join(folder, 'vectors'), vectors);
  writeFileSync(path.join(folder, 'expected'), expected);
  writeFileSync(path.join(folder, 'classes'), classes);
  const top = manifest.board?.top as string;
  const own = [...files.keys()].filter((file) => file.startsWith('board/rtl/'));
  const options = ['-Wall', '--cc', '--exe', '--build', '-O3', '--top-module', top, '--prefix', 'Vlink_top'];
  const flags = [
    '-Wno-DECLFILENAME',
    '-CFLAGS',
    `-O2 -I${LINKS} ${bus.startsWith('avalon') ? '-DAVALON' : ''}`,
  ];
  const sources = manifest.sources.map(({ file }) => file);
  execFileSync('verilator', [...options, ...flags, path.join(LINKS, bench), ...sources, ...own], {
    cwd: folder,
    stdio: 'pipe',
    env: { ...process.env, OBJCACHE: 'ccache' },
  });
  const shape = [input.beats, input.width / 8, output.beats, output.width / 8];
  const timing = bench === 'register-bench.cpp' ? [12, manifest.timing.latency] : [];
  const numbers = [RESULTS, ...shape, ...timing].map(String);
  const words = [
    'vectors',
    'expected',
    'classes',
    ...numbers,
    manifest.network.sha256.slice(0, 32),
    String(seed),
  ];
  return spoken(path.join(folder, 'obj_dir', 'Vlink_top'), folder, words);
}

describe.each(['axi-lite', 'avalon-mm'] as const)('a design as registers on %s', (bus) => {
  it.each([
    [1, 8, 'serial'],
    [2, 16, 'parallel'],
    [3, 32, 'serial'],
  ] as const)(
    'network %i, beats of %i bits, %s: answers right, refuses what must not be done, counts it',
    (seed, width, architecture) => {
      const said = runBench(seed, bus, width, architecture);
      const numbers = /^results (\d+) refused (\d+) wrong (\d+) resets (\d+)\n$/.exec(said);
      expect(said).toMatch(/^results/);
      const [results, ...others] = (numbers as RegExpExecArray).slice(1).map(Number);
      expect(results).toBe(RESULTS);
      // All that must not be done was done.
      for (const count of others) expect(count).toBeGreaterThan(0);
    },
  );
});

describe.each(['axi-stream', 'avalon-st'] as const)('a design on %s', (bus) => {
  it.each([
    [1, 8, 'serial'],
    [2, 16, 'parallel'],
    [3, 32, 'serial'],
    [4, 64, 'serial'],
    [5, 8, 'parallel'],
  ] as const)(
    'network %i, beats of %i bits, %s: answers whole samples right, drops what is none, counts both',
    (seed, width, architecture) => {
      const said = runBench(seed, bus, width, architecture);
      expect(said).toMatch(/^packets/);
      const numbers = /^packets (\d+) results (\d+) faults (\d+) resets (\d+)\n$/.exec(said);
      const [packets, ...others] = (numbers as RegExpExecArray).slice(1).map(Number);
      expect(packets).toBe(RESULTS);
      for (const count of others) expect(count).toBeGreaterThan(0);
    },
  );
});
