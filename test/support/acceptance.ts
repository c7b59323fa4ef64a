import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect } from 'vitest';
import type { Manifest } from '../../src/emit/manifest.js';

/** Models of the vendors' cells that a design instantiates when it is told to. */
const VENDOR_CELLS = path.join(import.meta.dirname, '..', '..', 'sim', 'models', 'xc7.v');

/** Verilator -Wall, Icarus -Wall and Yosys say no word of a design, as each chip family is told to build it and as it stands. */
export function expectAccepted(folder: string, { top, sources, synthesis }: Manifest): void {
  const rtl = path.join(folder, 'rtl');
  const list = sources.map(({ file }) => path.basename(file));
  expectAcceptedAs(rtl, top, list, {});
  for (const parameters of Object.values(synthesis?.parameters ?? {})) {
    expectAcceptedAs(rtl, top, [VENDOR_CELLS, ...list], parameters);
  }
}

function expectAcceptedAs(
  cwd: string,
  top: string,
  list: readonly string[],
  parameters: Readonly<Record<string, number>>,
): void {
  const says = (tool: string, args: string[]) => {
    const { stdout, stderr, status } = spawnSync(tool, args, { cwd, encoding: 'utf8' });
    return { says: `${stdout}${stderr}`, status };
  };
  const set = (print: (name: string, value: number) => string) =>
    Object.entries(parameters).map(([name, value]) => print(name, value));
  const nothing = { says: '', status: 0 };
  const generics = set((name, value) => `-G${name}=${value}`);
  const lint = ['--lint-only', '-Wall', '--top-module', top, ...generics, ...list];
  expect(says('verilator', lint)).toEqual(nothing);
  const overrides = set((name, value) => `-P${top}.${name}=${value}`);
  const compile = ['-g2001', '-Wall', '-s', top, ...overrides, '-o', 'a.vvp', ...list];
  expect(says('iverilog', compile)).toEqual(nothing);
  const script = [
    `read_verilog ${list.join(' ')}`,
    ...set((name, value) => `chparam -set ${name} ${value} ${top}`),
    `hierarchy -check -top ${top}; proc; flatten; check -assert; opt -full; check -assert; memory`,
  ];
  expect(says('yosys', ['-q', '-p', script.join('; ')])).toEqual(nothing);
}
