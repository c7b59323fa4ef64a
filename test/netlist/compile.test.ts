import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { compileNetlist } from '../../src/netlist/compile.js';
import { readNetlist } from '../../src/netlist/read.js';
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
  switch (random.integer(0, 7)) {
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
    default:
      return `${pick()} ${random.pick(BINARY)} ${pick()}`;
  }
}

function randomModule(random: Random, count: number): { text: string; outputs: readonly Wire[] } {
  const outputs: Wire[] = [];
  const lines: string[] = [];
  for (let index = 0; index < count; index++) {
    const known: Wire[] = [...INPUTS, ...outputs];
    const wire = { name: `w${index}`, width: random.integer(1, 90), signed: random.float() < 0.5 };
    lines.push(`  assign w${index} = ${randomExpression(random, known)};`);
    outputs.push(wire);
  }
  const ports = [
    'input aclk',
    ...INPUTS.map(({ name, width, signed }) => `input ${signed ? 'signed ' : ''}[${width - 1}:0] ${name}`),
    ...outputs.map(({ name, width, signed }) => `output ${signed ? 'signed ' : ''}[${width - 1}:0] ${name}`),
  ];
  return { text: `module dut (\n  ${ports.join(',\n  ')}\n);\n${lines.join('\n')}\nendmodule\n`, outputs };
}

/** Reads every vector, prints every output in hexadecimal: Icarus is the judge. */
function bench(outputs: readonly Wire[], vectors: number): string {
  const bits = INPUTS.reduce((sum, { width }) => sum + width, 0);
  const format = outputs.map(() => '%h').join(' ');
  return `module bench;
  reg [${bits - 1}:0] vectors [0:${vectors - 1}];
  wire [${bits - 1}:0] vector = vectors[index];
  integer index;
  ${INPUTS.map(({ name, width }) => `wire [${width - 1}:0] ${name};`).join('\n  ')}
  assign {${INPUTS.map(({ name }) => name).join(', ')}} = vector;
  ${outputs.map(({ name, width }) => `wire [${width - 1}:0] ${name};`).join('\n  ')}
  dut dut (.aclk(1'b0), ${[...INPUTS, ...outputs].map(({ name }) => `.${name}(${name})`).join(', ')});
  initial begin
    $readmemh("vectors.hex", vectors);
    for (index = 0; index < ${vectors}; index = index + 1) begin
      #1 $display("${format}", ${outputs.map(({ name }) => name).join(', ')});
    end
  end
endmodule
`;
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
const toNumber = (bytes: Uint8Array) => bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);

describe('a compiled netlist', () => {
  it.each([1, 2, 3, 4])('computes what Icarus does (seed %i)', async (seed) => {
    const random = new Random(seed, 'expressions');
    const place = path.join(folder, String(seed));
    const { text, outputs } = randomModule(random, 60);
    const design = writeHandDesign(place, 'dut', { 'dut.v': text });
    const vectors = Array.from({ length: 200 }, () => INPUTS.map(({ width }) => randomBits(random, width)));
    const lines = vectors.map((values) =>
      values.reduce((all, value, index) => (all << BigInt(INPUTS[index].width)) | value, 0n).toString(16),
    );
    writeFileSync(path.join(place, 'vectors.hex'), lines.join('\n'));
    writeFileSync(path.join(place, 'bench.v'), bench(outputs, vectors.length));
    execFileSync('iverilog', ['-g2005', '-o', 'bench.vvp', 'bench.v', 'dut.v'], { cwd: place });
    const printed = execFileSync('vvp', ['-n', 'bench.vvp'], { cwd: place, encoding: 'utf8' });
    const wanted = printed
      .trim()
      .split('\n')
      .filter((line) => !line.startsWith('WARNING'));

    const netlist = await readNetlist(design, await findYosys('native'), { timeoutSeconds: 60 });
    const compiled = compileNetlist(netlist);
    expect(wanted).toHaveLength(vectors.length);
    vectors.forEach((values, sample) => {
      INPUTS.forEach(({ name }, index) => {
        const bytes = compiled.bytes(name);
        bytes.set(littleEndian(values[index], bytes.length));
      });
      compiled.settle();
      const got = outputs.map(({ name, width }) =>
        toNumber(compiled.bytes(name))
          .toString(16)
          .padStart(Math.ceil(width / 4), '0'),
      );
      expect(`${sample}: ${got.join(' ')}`).toBe(`${sample}: ${wanted[sample]}`);
    });
  });
});
