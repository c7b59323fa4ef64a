import path from 'node:path';
import { expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { emitDesign } from '../../src/emit/design.js';
import { parseManifest } from '../../src/emit/read-design.js';
import { newFolder } from '../support/cli.js';
import { comparison, invertedLuts, mapToCells, type PartOfDesign } from '../support/equivalence.js';
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

const isVerilog = (file: string) => /rtl\/.*\.v$/.test(file);

/** A small serial network on a board, written; its modules. */
function emitBoard(seed: number, name: 'ice40-hx8k' | 'icebreaker') {
  const network = randomNetwork(new Random(seed, 'equivalence'));
  const multipliers = name === 'icebreaker' ? 'dsp' : 'luts';
  const hardware = { architecture: 'serial', multipliers, board: { name, baud: 1_500_000 } } as const;
  const files = emitDesign(network, hardware, { version: '0', command: 'test' });
  const place = newFolder(`equivalence-${name}-${seed}`);
  writeForSimulation(place, files);
  const sources = [...files.keys()].filter(isVerilog).map((file) => path.join(place, file));
  const part = { sources, multipliers: multipliers === 'dsp' };
  const { board } = parseManifest(files.get('manifest.json') as string);
  return {
    folder: path.join(place, 'rtl'),
    whole: { ...part, module: board?.top as string },
    layer: (module: string): PartOfDesign => ({
      ...part,
      module,
      counts: { data: 'y_o', valid: 'y_valid_o' },
    }),
  };
}

const count = (netlist: string, cell: string) => netlist.split(`${cell} #(`).length - 1;

it.each([
  ['ice40-hx8k', 0],
  ['icebreaker', 1],
] as const)(
  'a whole board is in cells of an iCE40 what it is in Verilog: %s, %i multipliers',
  (name, blocks) => {
    const { folder, whole } = emitBoard(1, name);
    const netlist = mapToCells(folder, whole);
    expect(count(netlist, 'SB_MAC16')).toBe(blocks);
    expect(count(netlist, 'SB_RAM40_4K')).toBe(1);
    expect(comparison(folder, whole)(netlist)).toBe('equal');
  },
);

it('a layer with block RAM of eight words beside each other is in cells what it is in Verilog', () => {
  const { folder, layer } = emitBoard(2, 'icebreaker');
  const part = layer('random_layer1');
  const netlist = mapToCells(folder, part);
  expect([...netlist.matchAll(/READ_MODE\(2'h(\d)\)/g)].map(([, mode]) => mode)).toContain('3');
  expect(comparison(folder, part)(netlist)).toBe('equal');
});

it.each([
  ['ice40-hx8k', 'random_layer2', 0],
  ['icebreaker', 'random_layer1', 1],
] as const)(
  'whichever LUT of a layer says the contrary, it shows: %s, %s',
  (name, module, blocks) => {
    const { folder, layer } = emitBoard(4, name);
    const part = layer(module);
    const netlist = mapToCells(folder, part);
    const compare = comparison(folder, part);
    expect(count(netlist, 'SB_MAC16')).toBe(blocks);
    expect(compare(netlist)).toBe('equal');
    const mutants = invertedLuts(netlist);
    expect(mutants.length).toBeGreaterThan(10);
    expect(mutants.map(compare)).toEqual(mutants.map(() => 'different'));
  },
  600_000,
);

it.each([
  ['a multiplier that takes another weight', /\.B\(16'h0006\)/, ".B(16'h0007)"],
  ['a multiplier without the register before it', /A_REG\(1'h1\)/, "A_REG(1'h0)"],
  ['a mode that the model has not', /NEG_TRIGGER\(1'h0\)/, "NEG_TRIGGER(1'h1)"],
])('%s shows', (_, what, mutated) => {
  const { folder, layer } = emitBoard(1, 'icebreaker');
  const part = layer('random_layer1');
  const netlist = mapToCells(folder, part);
  expect(netlist).toMatch(what);
  expect(comparison(folder, part)(netlist.replace(what, mutated))).toBe('different');
});

it.each(PARTS.map((part) => [part.module, part] as const))(
  '%s is in cells of an iCE40 what it is in Verilog, and is not with one of them changed',
  (_, part) => {
    const folder = newFolder('equivalence');
    const netlist = mapToCells(folder, part);
    const compare = comparison(folder, part);
    expect(compare(netlist)).toBe('equal');
    expect(compare(invertedLuts(netlist)[0])).toBe('different');
  },
);
