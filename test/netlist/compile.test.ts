import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { compileNetlist } from '../../src/netlist/compile.js';
import { elaborate, netlistFromRtlil } from '../../src/netlist/read.js';
import { withTaint } from '../../src/netlist/taint.js';
import { type Bits, type Netlist, type RegisterCell, UNDEFINED } from '../../src/netlist/types.js';
import { findYosys } from '../../src/netlist/yosys.js';
import { writeHandDesign } from '../support/hand-designs.js';

const INPUTS = [
  { name: 'a', width: 8, signed: true },
  { name: 'b', width: 13, signed: false },
  { name: 'c', width: 40, signed: true },
  { name: 'd', width: 72, signed: false },
  { name: 'e', width: 32, signed: true },
  { name: 'k', width: 6, signed: false },
  { name: 's', width: 4, signed: true },
] as const;

interface Wire {
  readonly name: string;
  readonly width: number;
  readonly signed: boolean;
}

const BINARY = [
  '+',
  '-',
  '*',
  '&',
  '|',
  '^',
  '~^',
  '<<',
  '>>',
  '<<<',
  '>>>',
  '<',
  '<=',
  '==',
  '!=',
  '>=',
  '>',
];
const UNARY = ['~', '-', '+', '&', '|', '^', '~^', '!', '~&', '~|'];

/** An expression over the wires so far, with every kind of operator that the netlist has cells for. */
function randomExpression(random: Random, wires: readonly Wire[]): string {
  const pick = () => random.pick(wires).name;
  switch (random.integer(0, 11)) {
    case 0:
      return `${random.pick(UNARY)}${pick()}`;
    case 1:
      return `${pick()} ? ${pick()} : ${pick()}`;
    case 2:
      return `{${pick()}, ${pick()}}`;
    case 3:
      return `d[k +: ${random.integer(1, 9)}] ^ ${pick()}`;
    case 4:
      // By the amounts of `s`: also beyond the word, where a shift gives zeros or signs.
      return `${pick()} ${random.pick(['<<', '>>', '>>>'])} (s + ${random.integer(0, 60)})`;
    case 5: {
      const wire = random.pick(wires);
      const low = random.integer(0, wire.width - 1);
      return `${wire.name}[${random.integer(low, wire.width - 1)}:${low}]`;
    }
    case 6:
      return `(${pick()} ${random.pick(['&&', '||'])} ${pick()}) + ${pick()}`;
    case 7:
      return `s[1:0] == 0 ? ${pick()} : s[1:0] == 1 ? ${pick()} : s[1:0] == 2 ? ${pick()} : ${pick()}`;
    case 8:
      // Both operands signed: signs are extended and compared, and `>>>` draws them in.
      return `$signed(${pick()}) ${random.pick(BINARY)} $signed(${pick()})`;
    case 9:
      return `$signed(${pick()}) >>> (k + ${random.integer(0, 40)})`;
    default:
      return `${pick()} ${random.pick(BINARY)} ${pick()}`;
  }
}

interface RandomModule {
  readonly text: string;
  readonly outputs: readonly Wire[];
}

/** @param withCases also by `case` and by writing a part, which take an x for a value of its own */
function randomModule(random: Random, count: number, withCases: boolean): RandomModule {
  const outputs: Wire[] = [];
  const lines: string[] = [];
  const variables = new Set<Wire>();
  for (let index = 0; index < count; index++) {
    const known: Wire[] = [...INPUTS, ...outputs];
    const wire = { name: `w${index}`, width: random.integer(1, 90), signed: random.float() < 0.5 };
    if (withCases && index % 5 === 0) {
      variables.add(wire);
      lines.push(index % 10 === 0 ? randomCase(random, wire.name, known) : randomWrite(random, wire, known));
    } else lines.push(`  assign ${wire.name} = ${randomExpression(random, known)};`);
    outputs.push(wire);
  }
  const port = ({ name, width, signed }: Wire, direction: string) =>
    `${direction} ${signed ? 'signed ' : ''}[${width - 1}:0] ${name}`;
  const ports = [
    'input aclk',
    ...INPUTS.map((wire) => port(wire, 'input')),
    ...outputs.map((wire) => port(wire, variables.has(wire) ? 'output reg' : 'output')),
  ];
  return { text: `module dut (\n  ${ports.join(',\n  ')}\n);\n${lines.join('\n')}\nendmodule\n`, outputs };
}

function randomCase(random: Random, name: string, known: readonly Wire[]): string {
  const cases = [0, 3, 5, 9].map((value) => `4'd${value}: ${name} = ${random.pick(known).name};`);
  return `  always @* case (s) ${cases.join(' ')} default: ${name} = ${random.pick(known).name}; endcase`;
}

/** A part at a computed place, also beyond the word. */
function randomWrite(random: Random, { name, width }: Wire, known: readonly Wire[]): string {
  const pick = () => random.pick(known).name;
  const part = `${name}[k +: ${random.integer(1, Math.min(9, width))}]`;
  return `  always @* begin ${name} = ${pick()}; ${part} = ${pick()}; end`;
}

/** Reads every vector, prints every output in binary: Icarus is the judge. */
function bench(outputs: readonly Wire[], vectors: number): string {
  const bits = INPUTS.reduce((sum, { width }) => sum + width, 0);
  const format = outputs.map(() => '%b').join(' ');
  return `module bench;
  reg [${bits - 1}:0] vectors [0:${vectors - 1}];
  wire [${bits - 1}:0] vector = vectors[index];
  integer index;
  ${INPUTS.map(({ name, width }) => `wire [${width - 1}:0] ${name};`).join('\n  ')}
  assign {${INPUTS.map(({ name }) => name).join(', ')}} = vector;
  ${outputs.map(({ name, width }) => `wire [${width - 1}:0] ${name};`).join('\n  ')}
  dut dut (.aclk(1'b0), ${[...INPUTS, ...outputs].map(({ name }) => `.${name}(${name})`).join(', ')});
  initial begin
    $readmemb("vectors.txt", vectors);
    for (index = 0; index < ${vectors}; index = index + 1) begin
      #1 $display("${format}", ${outputs.map(({ name }) => name).join(', ')});
    end
  end
endmodule
`;
}

/** What Icarus prints for every vector, the inputs' bits as text: per output its bits, highest first. */
function runIcarus(place: string, outputs: readonly Wire[], vectors: readonly string[][]): string[][] {
  writeFileSync(path.join(place, 'vectors.txt'), vectors.map((inputs) => inputs.join('')).join('\n'));
  writeFileSync(path.join(place, 'bench.v'), bench(outputs, vectors.length));
  execFileSync('iverilog', ['-g2005', '-o', 'bench.vvp', 'bench.v', 'dut.v'], { cwd: place });
  const printed = execFileSync('vvp', ['-n', 'bench.vvp'], {
    cwd: place,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  const lines = printed.split('\n').filter((line) => /^[01xz]/.test(line));
  expect(lines).toHaveLength(vectors.length);
  return lines.map((line) => line.split(' '));
}

function randomBits(random: Random, width: number): bigint {
  const style = random.integer(0, 3);
  if (style === 0) return 0n;
  if (style === 1) return (1n << BigInt(width)) - 1n;
  let value = 0n;
  for (let at = 0; at < width; at += 32) value = (value << 32n) | BigInt(random.uint32());
  return BigInt.asUintN(width, value);
}

const folder = mkdtempSync(path.join(tmpdir(), 'espalier-compile-'));
afterAll(() => rmSync(folder, { recursive: true }));

const littleEndian = (value: bigint, bytes: number) =>
  Uint8Array.from({ length: bytes }, (_, index) => Number((value >> BigInt(8 * index)) & 255n));
const toText = (bytes: Uint8Array, width: number) =>
  bytes
    .reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n)
    .toString(2)
    .padStart(width, '0');
const inBinary = (value: bigint, width: number) => value.toString(2).padStart(width, '0');

interface ReadModule {
  readonly module: RandomModule;
  /** Its folder. */
  readonly place: string;
  readonly netlist: Netlist;
}

async function readModule(name: string, module: RandomModule): Promise<ReadModule> {
  const place = path.join(folder, name);
  const design = writeHandDesign(place, 'dut', { 'dut.v': module.text });
  // Expressions of every kind, more than a design may have: without the check of its text.
  const rtlil = await elaborate(design, await findYosys('native'), { timeoutSeconds: 60 });
  const netlist = netlistFromRtlil('dut', rtlil);
  return { module, place, netlist };
}

const SEEDS = [1, 2, 3, 4];
const modules = new Map<number, Promise<ReadModule>>();

/** A module of everything, read once. */
function moduleOf(seed: number): Promise<ReadModule> {
  const known =
    modules.get(seed) ?? readModule(`${seed}`, randomModule(new Random(seed, 'expressions'), 60, true));
  modules.set(seed, known);
  return known;
}

describe('a compiled netlist', () => {
  it.each(SEEDS)('computes what Icarus does (seed %i)', async (seed) => {
    const random = new Random(seed, 'vectors');
    const { module, place, netlist } = await moduleOf(seed);
    const vectors = Array.from({ length: 200 }, () => INPUTS.map(({ width }) => randomBits(random, width)));
    const asText = vectors.map((values) =>
      values.map((value, index) => inBinary(value, INPUTS[index].width)),
    );
    const wanted = runIcarus(place, module.outputs, asText);
    const compiled = compileNetlist(netlist);
    vectors.forEach((values, sample) => {
      INPUTS.forEach(({ name }, index) => {
        const bytes = compiled.bytes(name);
        bytes.set(littleEndian(values[index], bytes.length));
      });
      compiled.settle();
      const got = module.outputs.map(({ name, width }) => toText(compiled.bytes(name), width));
      expect(`${sample}: ${got.join(' ')}`).toBe(`${sample}: ${wanted[sample].join(' ')}`);
    });
  });

  it('is tried on every kind of cell but tables', async () => {
    const all = await Promise.all(SEEDS.map(moduleOf));
    const seen = all.flatMap(({ netlist }) =>
      netlist.cells.map((cell) => ('operator' in cell ? cell.operator : cell.kind)),
    );
    const unary = 'not pos neg reduce_and reduce_or reduce_bool reduce_xor reduce_xnor logic_not';
    const bitwise = 'and or xor xnor add sub mul logic_and logic_or';
    const others = 'shl sshl shr sshr shift shiftx lt le eq ne ge gt';
    const operators = `${unary} ${bitwise} ${others}`.split(' ').map((name) => `$${name}`);
    expect([...new Set(seen)].sort()).toEqual([...operators, 'mux', 'parallelMux'].sort());
  });
});

/** The netlist with registers in place of its inputs: what they hold can be `x`. */
function withOpenInputs(netlist: Netlist): { netlist: Netlist; inputs: readonly RegisterCell[] } {
  const inputs = INPUTS.map(({ name }): RegisterCell => {
    const q = netlist.inputs.get(name) as Bits;
    const initial = q.map(() => UNDEFINED);
    return {
      kind: 'register',
      name,
      place: undefined,
      d: q,
      q,
      enable: undefined,
      reset: undefined,
      initial,
    };
  });
  return { netlist: { ...netlist, inputs: new Map(), registers: inputs }, inputs };
}

describe('a netlist that follows x', () => {
  it.each(SEEDS)('knows no more than holds, and no less than Icarus (seed %i)', async (seed) => {
    const random = new Random(seed, 'unknown inputs');
    const module = randomModule(random, 60, false);
    const { place, netlist } = await readModule(`x${seed}`, module);
    const samples = Array.from({ length: 100 }, () =>
      INPUTS.map(({ width }) => ({
        value: randomBits(random, width),
        open: random.float() < 0.6 ? 0n : randomBits(random, width) & randomBits(random, width),
      })),
    );
    const text = (digit: (value: string, open: boolean) => string) =>
      samples.map((sample) =>
        sample.map(({ value, open }, index) => {
          const { width } = INPUTS[index];
          const mask = inBinary(open, width);
          return [...inBinary(value, width)].map((bit, at) => digit(bit, mask[at] === '1')).join('');
        }),
      );
    const withX = runIcarus(
      place,
      module.outputs,
      text((bit, open) => (open ? 'x' : bit)),
    );
    const filled = [1, 2, 3].map(() =>
      runIcarus(
        place,
        module.outputs,
        text((bit, open) => (open ? random.pick(['0', '1']) : bit)),
      ),
    );
    const opened = withOpenInputs(netlist);
    const tainted = withTaint(opened.netlist);
    const watched = new Map([...netlist.outputs].map(([name, bits]) => [`x ${name}`, tainted.of(bits)]));
    const compiled = compileNetlist(tainted.netlist, { watched, unknown: 1 });
    const limbs = (value: bigint, width: number) =>
      Array.from({ length: Math.ceil(width / 32) }, (_, l) =>
        Number((value >> BigInt(32 * l)) & 0xffffffffn),
      );
    samples.forEach((sample, number) => {
      sample.forEach(({ value, open }, index) => {
        const { width } = INPUTS[index];
        compiled.load(opened.inputs[index], limbs(value, width));
        compiled.load(tainted.companions[index], limbs(open, width));
      });
      compiled.settle();
      module.outputs.forEach(({ name, width }, index) => {
        const value = toText(compiled.bytes(name), width);
        const unknown = toText(compiled.bytes(`x ${name}`), width);
        const got = [...value].map((bit, at) => (unknown[at] === '1' ? 'x' : bit)).join('');
        const where = `sample ${number}, ${name}: `;
        for (const outcome of filled) {
          const known = [...outcome[number][index]].map((bit, at) => (got[at] === 'x' ? 'x' : bit)).join('');
          expect(where + got).toBe(where + known);
        }
        const judged = withX[number][index];
        const noMore = [...got].map((bit, at) => (judged[at] === 'x' ? 'x' : bit)).join('');
        expect(where + noMore).toBe(where + judged);
      });
    });
  });
});
