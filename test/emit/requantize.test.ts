import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requantizeParameters } from '../../src/emit/requantize.js';
import { type Format, printFormat, rangeOf } from '../../src/fixed/format.js';
import type { Interval } from '../../src/fixed/interval.js';
import type { Limits } from '../../src/fixed/limits.js';
import {
  limitsOf,
  OVERFLOWS,
  type Requantize,
  ROUNDINGS,
  type Rounding,
} from '../../src/fixed/requantize.js';
import type { CodeOverflow } from '../../src/hardware/requantizer.js';
import { type Finish, finish, type SumActivation } from '../../src/network/finish.js';

/** Bits of the sums: every one of them goes through every circuit. */
const SUM_WIDTH = 6;
const PRIMITIVE = path.join(import.meta.dirname, '..', '..', 'rtl', 'espalier_requantize.v');

interface Circuit {
  readonly activation: SumActivation;
  readonly shift: number;
  readonly rounding: Rounding;
  readonly again: number;
  readonly overflow: Requantize['overflow'];
  readonly format: Format;
  readonly limits?: Interval;
}

const PLAIN: readonly SumActivation[] = [{ kind: 'linear' }, { kind: 'relu' }];
const ACTIVATIONS: readonly SumActivation[] = [
  ...PLAIN,
  { kind: 'leaky', multiplier: 1, shift: 1 },
  { kind: 'leaky', multiplier: 5, shift: 3 },
];

/** Widths from one bit to more than the sum has; shifts beyond the widths on both sides. */
const CIRCUITS: Circuit[] = [];
for (const width of [1, 2, 3, 5, 6, 8]) {
  for (const signed of [false, true]) {
    for (const shift of [-60, -9, -2, -1, 0, 1, 2, 4, 5, 6, 7, 60]) {
      for (const rounding of ROUNDINGS) {
        for (const overflow of OVERFLOWS) {
          for (const activation of width === 3 || width === 6 ? ACTIVATIONS : PLAIN) {
            CIRCUITS.push({
              activation,
              shift,
              rounding,
              again: 0,
              overflow,
              format: { signed, width, integer: width },
            });
          }
        }
      }
    }
  }
}

function overflowOf({ overflow, limits }: Circuit): CodeOverflow {
  if (limits !== undefined) return { kind: 'bounds', ...limits };
  return { kind: overflow === 'SAT' ? 'saturate' : 'drop' };
}

/** Limits of their own, for some of the formats. */
for (const circuit of [...CIRCUITS]) {
  const { low, high } = rangeOf(circuit.format);
  const isMiddling = circuit.format.width === 3 && circuit.shift >= -2 && circuit.shift <= 4;
  if (circuit.overflow === 'SAT' && isMiddling) {
    const middle = Math.floor((low + high) / 2);
    CIRCUITS.push({ ...circuit, limits: { low: low + 1, high: middle + 1 } });
  }
}

/** A second rounding, for some of them. */
for (const circuit of [...CIRCUITS]) {
  const isMiddling = [3, 6].includes(circuit.format.width) && [-1, 0, 2, 4].includes(circuit.shift);
  if (isMiddling) for (const again of [1, 3]) CIRCUITS.push({ ...circuit, again });
}

function bench(): string {
  const instances = CIRCUITS.map((circuit, index) => {
    const parameters = requantizeParameters({
      ...circuit,
      sumWidth: SUM_WIDTH,
      overflow: overflowOf(circuit),
    }).map(([name, value]) => `.${name}(${value})`);
    const { width } = circuit.format;
    return `  wire [${width - 1}:0] code${index};
  espalier_requantize #(${parameters.join(', ')}) dut${index} (.sum_i(sum), .code_o(code${index}));`;
  });
  const prints = CIRCUITS.map((_, index) => `      $display("%0d", code${index});`);
  return `module bench;
  reg [${SUM_WIDTH - 1}:0] sum;
  integer i;
${instances.join('\n')}
  initial begin
    for (i = 0; i < ${2 ** SUM_WIDTH}; i = i + 1) begin
      sum = i;
      #1;
${prints.join('\n')}
    end
  end
endmodule
`;
}

describe('espalier_requantize', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'espalier-'));
  let printed: number[] = [];

  beforeAll(() => {
    writeFileSync(path.join(folder, 'bench.v'), bench());
    execFileSync('iverilog', ['-g2001', '-s', 'bench', '-o', 'bench.vvp', 'bench.v', PRIMITIVE], {
      cwd: folder,
    });
    const text = execFileSync('vvp', ['-n', 'bench.vvp'], {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    });
    printed = text.trim().split('\n').map(Number);
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  it('equals the definition for every sum, format, shift, rounding and overflow', () => {
    expect(printed).toHaveLength(CIRCUITS.length * 2 ** SUM_WIDTH);
    const half = 2 ** (SUM_WIDTH - 1);
    CIRCUITS.forEach(({ activation, shift, rounding, again, overflow, format, limits: own }, index) => {
      const limits: Limits = own === undefined ? limitsOf(format, overflow) : { kind: 'saturate', ...own };
      const circuit: Finish = { activation, scaling: { multiplier: 1, shift, rounding, again }, limits };
      const got: number[] = [];
      const wanted: number[] = [];
      for (let bits = 0; bits < 2 ** SUM_WIDTH; bits++) {
        const sum = bits < half ? bits : bits - 2 * half;
        wanted.push(finish(circuit, sum) + 0);
        const code = printed[bits * CIRCUITS.length + index];
        got.push(code > rangeOf(format).high ? code - 2 ** format.width : code);
      }
      const what = `${printFormat(format)} shift ${shift} ${rounding} ${again} ${overflow} ${JSON.stringify(own)}${JSON.stringify(activation)}`;
      expect(got, what).toEqual(wanted);
    });
  });
});
