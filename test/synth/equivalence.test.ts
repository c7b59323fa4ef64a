import path from 'node:path';
import { expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { emitDesign } from '../../src/emit/design.js';
import { parseManifest } from '../../src/emit/read-design.js';
import { newFolder } from '../support/cli.js';
import { isEquivalent, type PartOfDesign } from '../support/equivalence.js';
import { randomNetwork } from '../support/networks.js';
import { writeForSimulation } from '../support/uart-line.js';

const LINKS = path.resolve('rtl', 'links');
const link = (name: string) => path.join(LINKS, `${name}.v`);
const CRC = link('espalier_crc16');

/** The modules of a serial line, as the flagship has them at 1.5 MBaud. */
const PARTS: readonly PartOfDesign[] = [
  {
    module: 'espalier_uart_rx',
    parameters: { DIVIDER: 8, DIVIDER_WIDTH: 3 },
    sources: [link('espalier_uart_rx')],
  },
  {
    module: 'espalier_uart_tx',
    parameters: { DIVIDER: 8, DIVIDER_WIDTH: 3 },
    sources: [link('espalier_uart_tx')],
  },
  {
    module: 'espalier_link_rx',
    parameters: { BYTES: 30, COUNT_WIDTH: 5, TIMEOUT: 240_000, TIMEOUT_WIDTH: 18 },
    sources: [link('espalier_link_rx'), CRC],
  },
  {
    module: 'espalier_link_tx',
    parameters: { BYTES: 3, COUNT_WIDTH: 4 },
    sources: [link('espalier_link_tx'), CRC],
  },
];

/** The first LUT of a netlist says the contrary. */
function inverted(netlist: string): string {
  const [whole, bits] = /LUT_INIT\(16'h([0-9a-f]{4})\)/.exec(netlist) as RegExpExecArray;
  const contrary = (Number.parseInt(bits, 16) ^ 0xffff).toString(16).padStart(4, '0');
  return netlist.replace(whole, `LUT_INIT(16'h${contrary})`);
}

it('a whole board is in cells of an iCE40 what it is in Verilog', () => {
  const network = randomNetwork(new Random(1, 'equivalence'));
  const board = { name: 'ice40-hx8k', baud: 1_500_000 };
  const hardware = { architecture: 'serial', multipliers: 'luts', board } as const;
  const files = emitDesign(network, hardware, { version: '0', command: 'test' });
  const place = newFolder('equivalence-board');
  writeForSimulation(place, files);
  const sources = [...files.keys()].filter((file) => /rtl\/.*\.v$/.test(file));
  const part = {
    module: parseManifest(files.get('manifest.json') as string).board?.top as string,
    sources: sources.map((file) => path.join(place, file)),
  };
  expect(isEquivalent(path.join(place, 'rtl'), part)).toBe(true);
});

it.each(PARTS.map((part) => [part.module, part] as const))(
  '%s is in cells of an iCE40 what it is in Verilog, and is not with one of them changed',
  (_, part) => {
    const folder = newFolder('equivalence');
    expect(isEquivalent(folder, part)).toBe(true);
    expect(isEquivalent(folder, part, inverted)).toBe(false);
  },
);
