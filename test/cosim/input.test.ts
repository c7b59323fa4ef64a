import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../src/core/hash.js';
import { Random } from '../../src/core/random.js';
import { simulate } from '../../src/cosim/simulate.js';
import { longestWait, STALL_PATTERNS, stallSequence, watchDogOf } from '../../src/cosim/stalls.js';
import { doctor, passToVerilator } from '../../src/cosim/tools.js';
import { packInput, readField, unpackInput } from '../../src/emit/bus.js';
import type { Timing } from '../../src/emit/manifest.js';
import type { Field } from '../../src/emit/manifest-buses.js';
import { makeStimulus } from '../../src/network/stimulus.js';
import { newFolder, TINY, tinyDesign } from './fixture.js';

const hashed = (text: string) => `SHA-256 ${sha256(text).slice(0, 16)}…`;

describe('simulate refuses', () => {
  const PATH = process.env.PATH;
  afterEach(() => {
    process.env.PATH = PATH;
  });
  const refusal = async (folder: string, options = {}) => {
    const error = await simulate(folder, options).catch((thrown: Error) => thrown);
    expect(error).toBeInstanceOf(Error);
    return (error as Error).message.replaceAll(folder, 'DESIGN');
  };

  it('a folder that is no design', async () => {
    expect(await refusal(newFolder())).toBe(
      'DESIGN: got a folder without manifest.json, wanted the folder of an emitted design [emit/not-a-design]',
    );
  });

  it('a ROM image that was changed', async () => {
    const folder = tinyDesign();
    writeFileSync(path.join(folder, 'rtl/tiny.mem'), '3\n2\n4\n');
    expect(await refusal(folder)).toBe(
      `DESIGN/rtl/tiny.mem: got ${hashed('3\n2\n4\n')}, wanted ${hashed('3\n2\n5\n')}, as the manifest says (emit ` +
        'the design again; to see whether the harness notices broken ROMs, run mutations) [cosim/rom-changed]',
    );
  });

  it('a ROM image that is missing', async () => {
    const folder = tinyDesign();
    rmSync(path.join(folder, 'rtl/tiny.mem'));
    expect(await refusal(folder)).toBe(
      'DESIGN/rtl/tiny.mem: got no such file, wanted the ROM image with the weights and bias of layer sum (emit the ' +
        'design again) [emit/file-missing]',
    );
  });

  it('a Verilog file that is missing', async () => {
    const folder = tinyDesign();
    rmSync(path.join(folder, 'rtl/tiny.v'));
    expect(await refusal(folder)).toBe(
      'DESIGN/rtl/tiny.v: got no such file, wanted a Verilog file of the design (emit the design again) ' +
        '[emit/file-missing]',
    );
  });

  it('another network than the design was made from', async () => {
    const folder = tinyDesign();
    const file = path.join(folder, 'network.json');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('[3]', '[4]'));
    expect(await refusal(folder)).toBe(
      `DESIGN/network.json: got ${hashed(text.replace('[3]', '[4]'))}, wanted ${hashed(text)}, as the manifest says ` +
        '(the Verilog was made from another network: emit the design again) [cosim/network-changed]',
    );
  });

  it('files whose line ends were changed, and says so', async () => {
    const folder = tinyDesign();
    for (const name of ['rtl/tiny.mem', 'network.json']) {
      const file = path.join(folder, name);
      const text = readFileSync(file, 'utf8');
      const crlf = text.replaceAll('\n', '\r\n');
      writeFileSync(file, crlf);
      expect(await refusal(folder)).toBe(
        `DESIGN/${name}: got ${hashed(crlf)}, wanted ${hashed(text)}, as the manifest says (only line ends changed, LF to ` +
          'CRLF, as git does with core.autocrlf: put `* -text` into .gitattributes and check out again) ' +
          `[cosim/${name === 'network.json' ? 'network' : 'rom'}-changed]`,
      );
      if (name === 'rtl/tiny.mem') writeFileSync(file, text);
    }
  });

  it('data rows of another width', async () => {
    const rows = [
      [1, 2],
      [1, 2, 3],
    ];
    expect(await refusal(tinyDesign(), { rows })).toBe(
      'data row 1: got 3 codes, wanted 2 codes (one per input) [network/row-width]',
    );
  });

  it.each([
    [{ engine: 'modelsim' }, 'engine: got "modelsim", wanted verilator, embedded, icarus [cosim/option]'],
    [
      { stalls: 'some' },
      'stalls: got "some", wanted none, random, bursts, long, mixed, patient, resets, lengths [cosim/option]',
    ],
    [{ random: -1 }, 'random: got -1, wanted a whole number of at least 0 [cosim/option]'],
    [{ random: 1.5 }, 'random: got 1.5, wanted a whole number of at least 0 [cosim/option]'],
  ])('options that cannot be: %o', async (options, message) => {
    expect(await refusal(tinyDesign(), options)).toBe(message);
  });

  it('to go on without the simulator, and says how to get it', async () => {
    process.env.PATH = newFolder();
    expect(await refusal(tinyDesign(), { engine: 'verilator' })).toBe(
      'verilator: got no such program, wanted verilator on the PATH (Debian/Ubuntu: sudo apt-get install -y ' +
        'verilator; Fedora: sudo dnf install -y verilator; macOS: brew install verilator) [cosim/tool-missing]',
    );
    expect(await refusal(tinyDesign(), { engine: 'icarus' })).toBe(
      'iverilog: got no such program, wanted iverilog on the PATH (Debian/Ubuntu: sudo apt-get install -y iverilog; ' +
        'Fedora: sudo dnf install -y iverilog; macOS: brew install icarus-verilog) [cosim/tool-missing]',
    );
    await expect(passToVerilator(['--version'])).rejects.toThrow('[cosim/tool-missing]');
    const { tools } = await doctor();
    const missing = tools.filter(({ version }) => version === undefined).map(({ name }) => name);
    expect(missing).toEqual(['verilator', 'C++ compiler', 'make', 'ccache', 'iverilog', 'yosys']);
    expect(tools.find(({ name }) => name === 'C++ compiler')).toEqual({
      name: 'C++ compiler',
      purpose: 'co-simulation with Verilator',
      required: false,
      hint: 'Debian/Ubuntu: sudo apt-get install -y g++; Fedora: sudo dnf install -y gcc-c++; macOS: brew install llvm',
    });
  });
});

describe('doctor', () => {
  it('finds the tools of this machine', async () => {
    const { complete, tools } = await doctor();
    expect(complete).toBe(true);
    expect(tools.find(({ name }) => name === 'verilator')?.version).toMatch(/^Verilator \d/);
    expect(tools.find(({ name }) => name === 'node')?.version).toBe(process.version);
  });

  it('passes a command through to Verilator, its exit status too', async () => {
    expect(await passToVerilator(['--no-such-option'])).not.toBe(0);
  });
});

describe('buses', () => {
  it('carry codes of any width, sign and place', () => {
    const random = new Random(1, 'buses');
    for (let round = 0; round < 300; round++) {
      let lsb = 0;
      const fields = Array.from({ length: random.integer(1, 6) }, (_, unit): Field => {
        const width = random.integer(1, 53);
        const field = { kind: 'input', unit, lsb, width, signed: random.float() < 0.5, format: '' } as const;
        lsb += width + random.integer(0, 3);
        return field;
      });
      const codes = fields.map(({ width, signed }) =>
        signed
          ? random.integer(-(2 ** (width - 1)), 2 ** (width - 1) - 1)
          : random.integer(0, 2 ** width - 1),
      );
      const port = { width: Math.ceil(lsb / 8) * 8, beats: 1, fields };
      const bytes = new Uint8Array(port.width / 8 + 2);
      packInput(port, codes, bytes, 1);
      expect(unpackInput(port, bytes.subarray(1))).toEqual(codes);
      // The bits, counted another way.
      const bits = bytes.reduceRight((all, byte) => (all << 8n) | BigInt(byte), 0n) >> 8n;
      fields.forEach((field, index) => {
        const raw = BigInt.asUintN(field.width, bits >> BigInt(field.lsb));
        const code = field.signed ? BigInt.asIntN(field.width, raw) : raw;
        expect(Number(code)).toBe(codes[index]);
        expect(readField(bytes, field, 1)).toBe(codes[index]);
      });
    }
  });
});

describe('stimulus', () => {
  const options = { regressions: [[5, 6]], rows: [[1, 2]], random: 4_000, seed: 1 };
  const stimulus = makeStimulus(TINY, options);
  const vectors = [...stimulus.vectors(0, stimulus.count)];

  it('is regressions, rows, corners, random vectors', () => {
    expect(vectors.slice(0, 9)).toEqual([
      [5, 6],
      [1, 2],
      [-128, -128],
      [127, 127],
      [0, 0],
      [-128, 0],
      [127, 0],
      [0, -128],
      [0, 127],
    ]);
    expect(vectors).toHaveLength(stimulus.count);
    expect([0, 1, 2, 6, 9, 4_008].map((sample) => stimulus.origin(sample))).toEqual([
      'regression vector 0',
      'data row 0',
      'corner: all inputs at their minimum',
      'corner: input 0 at its maximum',
      'random vector 0',
      'random vector 3999',
    ]);
  });

  it('is the same for the same seed, and meets every code of every input', () => {
    expect([...makeStimulus(TINY, options).vectors(0, stimulus.count)]).toEqual(vectors);
    expect([...makeStimulus(TINY, { ...options, seed: 2 }).vectors(0, stimulus.count)]).not.toEqual(vectors);
    for (const input of [0, 1]) expect(new Set(vectors.map((codes) => codes[input])).size).toBe(256);
  });

  it('is the same from wherever it is begun', () => {
    const parts = [
      [0, 0],
      [0, 1],
      [1, 5],
      [3, 9],
      [8, 12],
      [500, 1_009],
      [1_000, 3_400],
      [4_008, 5_000],
    ];
    for (const [from, to] of parts) expect([...stimulus.vectors(from, to)]).toEqual(vectors.slice(from, to));
  });
});

describe('stalls', () => {
  const timing: Timing = { interval: 20, latency: 50, layers: [] };

  it.each(STALL_PATTERNS)('%s: both sides go on and wait, repeatably', (pattern) => {
    const sequence = stallSequence(pattern, timing, 7);
    expect(stallSequence(pattern, timing, 7)).toEqual(sequence);
    const seen = new Set(sequence.map((byte) => byte % 4));
    expect([...seen].sort()).toEqual(pattern === 'none' ? [3] : [0, 1, 2, 3]);
    const above = new Set(sequence.map((byte) => byte >> 2));
    const wanted = { resets: [12, 13, 4, 5], patient: [6], lengths: [0, 8] } as Record<string, number[]>;
    expect([...above].sort()).toEqual(wanted[pattern] ?? [0]);
    if (pattern !== 'none') expect(stallSequence(pattern, timing, 8)).not.toEqual(sequence);
  });

  it('reset for one cycle and for more, soon after another reset and after the watch dog', () => {
    const sequence = stallSequence('resets', timing, 1);
    const runs = Buffer.from(sequence.map((byte) => (byte >> 2) % 2))
      .toString('hex')
      .replaceAll('00', '.')
      .replaceAll('01', 'R')
      .match(/R+|\.+/g) as string[];
    const lengths = (mark: string) => runs.filter((run) => run[0] === mark).map((run) => run.length);
    expect(lengths('R')).toHaveLength(64);
    expect(Math.min(...lengths('R'))).toBe(1);
    expect(Math.max(...lengths('R'))).toBeGreaterThan(4);
    expect(Math.min(...lengths('.'))).toBe(1);
    expect(Math.max(...lengths('.'))).toBeGreaterThan(watchDogOf(timing, stallSequence('mixed', timing, 1)));
  });

  it('of the long kind outlast the latency', () => {
    expect(longestWait(stallSequence('long', timing, 1))).toBeGreaterThan(timing.latency);
    expect(longestWait(stallSequence('random', timing, 1))).toBeLessThan(timing.latency);
    expect(longestWait(stallSequence('none', timing, 1))).toBe(0);
  });
});
