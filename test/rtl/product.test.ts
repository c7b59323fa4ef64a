import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(path.join(tmpdir(), 'espalier-product-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SOURCE = path.resolve('rtl', 'espalier_product.v');

/** Whether a text of the product, read with a macro, is for all operands the product of two signed words. */
function isProduct(text: string, macro: string, a: number, b: number): boolean {
  writeFileSync(path.join(folder, 'product.v'), text);
  writeFileSync(
    path.join(folder, 'miter.v'),
    `module miter (input signed [${a - 1}:0] a, input signed [${b - 1}:0] b, output differs);
  wire signed [${a + b - 1}:0] made, wanted = a * b;
  espalier_product #(.A_WIDTH(${a}), .B_WIDTH(${b})) product (.a_i(a), .b_i(b), .product_o(made));
  assign differs = made != wanted;
endmodule
`,
  );
  const script = `read_verilog ${macro} product.v miter.v; hierarchy -top miter; proc; flatten; opt; sat -prove differs 0 miter`;
  const said = execFileSync('yosys', ['-p', script], { cwd: folder, encoding: 'utf8' });
  return said.includes('SAT proof finished - no model found: SUCCESS!');
}

describe.each(['', '-DESPALIER_ICE40'])('espalier_product %s', (macro) => {
  const text = readFileSync(SOURCE, 'utf8');

  it.each([
    [2, 1],
    [3, 5],
    [5, 4],
  ])('multiplies %i by %i bits', (a, b) => {
    expect(isProduct(text, macro, a, b)).toBe(true);
  });

  it('is no product where the sign counts as any other bit', () => {
    expect(isProduct(text.replaceAll('above - ', 'above + '), macro, 3, 5)).toBe(false);
  });
});
