import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  addressWidth,
  inputOffset,
  outputOffset,
  REGISTERS,
  registerHeader,
  registerPage,
  registerRdl,
} from '../../src/targets/registers.js';
import { newFolder, ROOT } from '../support/cli.js';

const read = (...names: string[]) => readFileSync(path.join(ROOT, ...names), 'utf8');

describe('the register map', () => {
  it('has each register once, in the order of its addresses, with fields side by side', () => {
    expect(REGISTERS.map(({ offset }) => offset)).toEqual(REGISTERS.map((_, at) => 4 * at));
    expect(new Set(REGISTERS.map(({ name }) => name)).size).toBe(REGISTERS.length);
    for (const { fields } of REGISTERS) {
      let next = 0;
      for (const { low, width } of fields) {
        expect(low).toBeGreaterThanOrEqual(next);
        next = low + width;
      }
      expect(next).toBeLessThanOrEqual(32);
    }
  });

  it('has the addresses that the Verilog has', () => {
    const verilog = read('rtl', 'links', 'espalier_registers.v');
    const [, list] = /localparam \[INDEX_WIDTH-1:0\]\s*([^;]*);/.exec(verilog) as RegExpExecArray;
    const indices = list.split(',').map((item) => item.trim().split(' = '));
    expect(indices.map(([name, index]) => [name, 4 * Number(index)])).toEqual(
      REGISTERS.map(({ name, offset }) => [name, offset]),
    );
  });

  it.each([
    [1, 1, 9],
    [30, 1, 9],
    [32, 2, 9],
    [33, 2, 10],
    [784, 10, 14],
    [1, 2000, 15],
  ])('gives %i beats in and %i out an address of %i bits', (inputs, outputs, width) => {
    expect(addressWidth(inputs, outputs)).toBe(width);
    expect(inputOffset(width) + 4 * inputs).toBeLessThanOrEqual(outputOffset(width));
    expect(outputOffset(width) + 4 * outputs).toBeLessThanOrEqual(2 ** width);
    expect(4 * REGISTERS.length).toBeLessThanOrEqual(inputOffset(width));
  });

  it.each([
    [['docs', 'registers.md'], registerPage],
    [['rtl', 'links', 'espalier_registers.h'], registerHeader],
    [['rtl', 'links', 'espalier_registers.rdl'], registerRdl],
  ])('is what %j says: npm run registers', (file, text) => {
    expect(read(...file)).toBe(text());
  });

  it('is a header that C takes, with addresses and masks', () => {
    const program = `#include "${path.join(ROOT, 'rtl', 'links', 'espalier_registers.h')}"
#include <stdio.h>
int main(void) {
  printf("%u %u %u %u", ESPALIER_FRAME_ERRORS, ESPALIER_INPUT_SHAPE_WIDTH >> 24, ESPALIER_STATUS_DONE, ESPALIER_IDENTITY_VALUE);
  return 0;
}
`;
    const out = path.join(newFolder('registers'), 'run');
    execFileSync('gcc', ['-std=c99', '-Wall', '-Wextra', '-Werror', '-pedantic', '-x', 'c', '-', '-o', out], {
      input: program,
    });
    expect(execFileSync(out, { encoding: 'utf8' })).toBe(`72 255 2 ${0x4553504c}`);
  });
});
