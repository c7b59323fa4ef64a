import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { compileNetlist } from '../../src/netlist/compile.js';
import { compileMachine, unknownName } from '../../src/netlist/machine.js';
import { readNetlist } from '../../src/netlist/read.js';
import { withTaint } from '../../src/netlist/taint.js';
import type { Netlist } from '../../src/netlist/types.js';
import { findYosys } from '../../src/netlist/yosys.js';
import { writeHandDesign } from '../support/hand-designs.js';

const folder = mkdtempSync(path.join(tmpdir(), 'espalier-memories-'));
afterAll(() => rmSync(folder, { recursive: true }));

const INPUTS = { put: 1, get: 1, in: 3, out: 3, data: 70 } as const;
type Inputs = Readonly<Record<keyof typeof INPUTS, bigint>>;
const OUTPUTS = { near: 70, far: 70, second: 5 } as const;

const ports = [
  'input aclk',
  ...Object.entries(INPUTS).map(([name, width]) => `input [${width - 1}:0] ${name}`),
  ...Object.entries(OUTPUTS).map(([name, width]) => `output [${width - 1}:0] ${name}`),
];
const moduleText = (items: string) => `module dut (${ports.join(', ')});\n${items}\nendmodule\n`;

/** Six words in eight addresses, read at once and into a register; four words of five bits. */
const MEMORIES = `reg [69:0] words [0:5];
reg [4:0] few [0:3];
reg [69:0] far_q;
always @(posedge aclk) begin
  if (put) words[in] <= data;
  if (get) far_q <= words[out];
  if (!put) begin
    if (get | in[2]) few[in[1:0]] <= data[4:0] ^ (out[2] ? few[out[1:0]] : 5'd0);
  end
end
assign near = words[out];
assign far = far_q;
assign second = few[in[1:0]];`;

async function read(items: string): Promise<{ netlist: Netlist; place: string }> {
  const place = mkdtempSync(`${folder}${path.sep}`);
  const design = writeHandDesign(place, 'dut', { 'dut.v': moduleText(items) });
  return { netlist: await readNetlist(design, await findYosys('native'), { timeoutSeconds: 60 }), place };
}

const binary = (value: bigint, width: number) => value.toString(2).padStart(width, '0');
const numberOf = (bytes: Uint8Array) => bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);

function give(bytes: Uint8Array, value: bigint): void {
  for (let at = 0; at < bytes.length; at++) bytes[at] = Number((value >> BigInt(8 * at)) & 255n);
}

/** With `x` for the bits that are. */
function shown(compiled: { bytes(name: string): Uint8Array }): string[] {
  return Object.entries(OUTPUTS).map(([name, width]) => {
    const open = binary(numberOf(compiled.bytes(unknownName(name))), width);
    return [...binary(numberOf(compiled.bytes(name)), width)]
      .map((bit, at) => (open[at] === '1' ? 'x' : bit))
      .join('');
  });
}

/** Before every rising edge. */
function runIcarus(place: string, steps: readonly Inputs[]): string[][] {
  const names = Object.keys(INPUTS) as (keyof typeof INPUTS)[];
  const lines = steps.map((step) => names.map((name) => binary(step[name], INPUTS[name])).join(''));
  const bits = Object.values(INPUTS).reduce((sum, width) => sum + width, 0);
  const wires = (of: object) =>
    Object.entries(of)
      .map(([name, width]) => `wire [${width - 1}:0] ${name};`)
      .join(' ');
  const format = Object.keys(OUTPUTS).map(() => '%b');
  const bench = `module bench;
  reg aclk = 0;
  reg [${bits - 1}:0] vectors [0:${steps.length - 1}];
  integer step = 0;
  ${wires(INPUTS)} ${wires(OUTPUTS)}
  assign {${names.join(', ')}} = vectors[step];
  dut dut (.aclk(aclk), ${[...names, ...Object.keys(OUTPUTS)].map((name) => `.${name}(${name})`).join(', ')});
  initial begin
    $readmemb("vectors.txt", vectors);
    for (step = 0; step < ${steps.length}; step = step + 1) begin
      #1 $display("${format.join(' ')}", ${Object.keys(OUTPUTS).join(', ')});
      #1 aclk = 1;
      #1 aclk = 0;
    end
  end
endmodule
`;
  writeFileSync(path.join(place, 'vectors.txt'), lines.join('\n'));
  writeFileSync(path.join(place, 'bench.v'), bench);
  execFileSync('iverilog', ['-g2005', '-o', 'bench.vvp', 'bench.v', 'dut.v'], { cwd: place });
  const printed = execFileSync('vvp', ['-n', 'bench.vvp'], { cwd: place, encoding: 'utf8' });
  return printed
    .split('\n')
    .filter((line) => /^[01x]/.test(line))
    .map((line) => line.split(' '));
}

function randomSteps(seed: number, count: number): Inputs[] {
  const random = new Random(seed, 'memories');
  const bits = (width: number) =>
    Array.from({ length: width }, () => random.integer(0, 1)).reduce(
      (value, bit) => 2n * value + BigInt(bit),
      0n,
    );
  return Array.from({ length: count }, () => ({
    put: random.float() < 0.3 ? 1n : 0n,
    get: random.float() < 0.6 ? 1n : 0n,
    in: bits(3),
    out: bits(3),
    data: bits(70),
  }));
}

/** The netlist that follows every x, step by step. */
function followed(netlist: Netlist, steps: readonly Inputs[]): string[][] {
  const tainted = withTaint(netlist);
  const watched = new Map([...netlist.outputs].map(([name, bits]) => [unknownName(name), tainted.of(bits)]));
  const compiled = compileNetlist(tainted.netlist, { watched, unknown: 1 });
  return steps.map((step) => {
    for (const [name, value] of Object.entries(step)) give(compiled.bytes(name), value);
    compiled.settle();
    const before = shown(compiled);
    compiled.clock();
    return before;
  });
}

describe('memories that are written', () => {
  it('are read as one write port and as many read ports as there are', async () => {
    const { netlist } = await read(MEMORIES);
    expect(netlist.memories.map(({ name, width, depth }) => ({ name, width, depth }))).toEqual([
      { name: 'few', width: 5, depth: 4 },
      { name: 'words', width: 70, depth: 6 },
    ]);
    const [, { address, data, enable, place }] = netlist.memories;
    expect(place).toEqual({ file: 'dut.v', line: 2 });
    // What is written where while nothing is written does not count.
    expect(address).toEqual(netlist.inputs.get('in'));
    expect(data).toEqual(netlist.inputs.get('data'));
    expect(new Set(enable)).toEqual(new Set(netlist.inputs.get('put')));
    const reads = netlist.cells.flatMap((cell) => (cell.kind === 'memoryRead' ? [cell.memory] : []));
    expect(reads.sort()).toEqual(['few', 'few', 'words', 'words']);
    // Those that Yosys leaves where a memory is written are gone.
    expect(netlist.registers.map(({ q }) => q.length)).toEqual([70]);
  });

  it.each([1, 2, 3])('hold what Icarus holds, x until they are written (seed %i)', async (seed) => {
    const { netlist, place } = await read(MEMORIES);
    const steps = randomSteps(seed, 300);
    const wanted = runIcarus(place, steps);
    expect(wanted.flat().some((word) => word.includes('x'))).toBe(true);
    expect(followed(netlist, steps)).toEqual(wanted);
  });

  it('show an x that is read while the fast netlist runs', async () => {
    const { netlist, place } = await read(MEMORIES);
    const machine = compileMachine(netlist);
    const { fast, exact } = machine;
    const steps = randomSteps(4, 300);
    machine.restart(1);
    let runsExact = true;
    const runs = [true, false].map((value) => ({ value, cycles: 0 }));
    const got = steps.map((step) => {
      for (const [name, value] of Object.entries(step)) give(fast.bytes(name), value);
      fast.settle();
      if (!runsExact && machine.alarm[0] !== 0) {
        runsExact = true;
        machine.catchUp();
      }
      for (const run of runs) if (run.value === runsExact) run.cycles += 1;
      if (runsExact) {
        for (const [name, value] of Object.entries(step)) give(exact.bytes(name), value);
        exact.settle();
      }
      const text = runsExact
        ? shown(exact)
        : Object.entries(OUTPUTS).map(([name, width]) => binary(numberOf(fast.bytes(name)), width));
      fast.clock();
      if (runsExact) {
        exact.clock();
        runsExact = machine.holdsUnknown();
      }
      return text;
    });
    expect(got).toEqual(runIcarus(place, steps));
    // Both were of use.
    for (const { cycles } of runs) expect(cycles).toBeGreaterThan(20);
  });

  it('lose a word where it is open whether it is written, and all where it is open which', async () => {
    // Nothing sets open_q: it is x.
    const { netlist } = await read(`reg [69:0] words [0:5];
reg open_q;
always @(posedge aclk) begin
  open_q <= open_q;
  if (data[1:0] == 2'd2 ? open_q : put) words[{in[2:1], data[1:0] == 2'd1 ? open_q : in[0]}] <= data;
end
assign near = words[out];
assign far = words[3'd1];
assign second = {4'd0, open_q};`);
    const idle = { put: 0n, get: 0n, in: 0n, out: 0n, data: 0n };
    const steps: Inputs[] = [
      { ...idle, put: 1n, in: 0n, data: 4n },
      { ...idle, put: 1n, in: 1n, data: 8n },
      { ...idle },
      // An open enable: only the word of that address.
      { ...idle, in: 0n, data: 2n },
      { ...idle },
      { ...idle, put: 1n, in: 0n, data: 12n },
      { ...idle },
      // An open address, and no enable; then with it.
      { ...idle, in: 4n, data: 1n },
      { ...idle },
      { ...idle, put: 1n, in: 4n, data: 1n },
      { ...idle },
    ];
    const lost = 'x'.repeat(70);
    const words = followed(netlist, steps).map(([near, far]) => [near, far]);
    const word = (value: number) => binary(BigInt(value), 70);
    expect(words).toEqual([
      [lost, lost],
      [word(4), lost],
      [word(4), word(8)],
      [word(4), word(8)],
      [lost, word(8)],
      [lost, word(8)],
      [word(12), word(8)],
      [word(12), word(8)],
      [word(12), word(8)],
      [word(12), word(8)],
      [lost, lost],
    ]);
  });

  const wanted =
    'wanted registers, memories and word-level logic, as Espalier emits them [netlist/unknown-cell]';
  it.each([
    [
      'two statements',
      'if (put) m[in] <= data; if (get) m[out] <= data;',
      `dut.v:2: got a memory that is written in several places, ${wanted}`,
    ],
    [
      'two alternatives',
      'if (put) m[in] <= data; else m[out] <= data;',
      `dut.v:2: got a memory that is written in several places, ${wanted}`,
    ],
  ])('are refused with %s that write', async (_, statement, message) => {
    const items = `reg [69:0] m [0:7];\nalways @(posedge aclk) begin ${statement} end\nassign near = m[out];`;
    await expect(read(`${items}\nassign far = near;\nassign second = 5'd0;`)).rejects.toThrow(message);
  });
});
