import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Random } from '../../../src/core/random.js';
import { emitDesign } from '../../../src/emit/design.js';
import { parseManifest } from '../../../src/emit/read-design.js';
import type { LinkName } from '../../../src/targets/board.js';
import { BOARDS } from '../../../src/targets/boards/index.js';
import { newFolder } from '../../support/cli.js';
import { messageOf } from '../../support/messages.js';
import { randomNetwork } from '../../support/networks.js';
import { writeForSimulation } from '../../support/uart-line.js';

const STUBS = path.resolve('test', 'emit', 'board');
const network = randomNetwork(new Random(3, 'board'));
type Width = 8 | 16 | 32 | 64;
const emit = (name: string, link?: string, width?: Width) =>
  emitDesign(
    network,
    {
      architecture: 'serial',
      board: { name, ...(link === undefined ? {} : { link }) },
      ...(width === undefined ? {} : { stream: { width } }),
    },
    { version: '0', command: 'test' },
  );

function write(files: ReadonlyMap<string, string>) {
  const folder = newFolder('buses');
  writeForSimulation(folder, files);
  const manifest = parseManifest(files.get('manifest.json') as string);
  return { folder, manifest, top: manifest.board?.top as string };
}

const tclsh = (stub: string, ...words: string[]): string[] =>
  execFileSync('tclsh', [path.join(STUBS, stub), ...words], { encoding: 'utf8', stdio: 'pipe' })
    .trim()
    .split('\n');

const withLink = (...links: LinkName[]) =>
  BOARDS.flatMap((board) =>
    board.links.filter((link) => links.includes(link)).map((link) => [board.name, link] as const),
  );

describe.each(withLink('axi-stream', 'axi-lite', 'avalon-st', 'avalon-mm'))('%s on %s', (name, link) => {
  it('is Verilog that no linter complains of', () => {
    const { folder, manifest, top } = write(emit(name, link));
    const own = (manifest.companions ?? [])
      .map(({ file }) => file)
      .filter((file) => /^board\/rtl\//.test(file));
    const sources = [...manifest.sources.map(({ file }) => file), ...own];
    const words = ['--lint-only', '-Wall', '-Wno-DECLFILENAME', '--top-module', top, ...sources];
    expect(execFileSync('verilator', words, { cwd: folder, encoding: 'utf8', stdio: 'pipe' })).toBe('');
  });
});

it.each(withLink('axi-stream', 'axi-lite', 'avalon-st', 'avalon-mm'))(
  'the Makefile of %s on %s calls what is there, and the core file has no target that cannot be built',
  (name, link) => {
    const files = emit(name, link);
    const { folder, manifest, top } = write(files);
    const make = (...words: string[]) => spawnSync('make', words, { cwd: folder, encoding: 'utf8' });
    const component = `board/${top}_hw.tcl`;
    const isComponent = files.has(component);
    const build = isComponent ? make('bitstream') : make('-n', 'bitstream');
    const said = isComponent
      ? `${component} is a component for Platform Designer: the system is yours`
      : `cd board && vivado -mode batch -nojournal -nolog -source ${top}.tcl`;
    expect(isComponent ? build.stderr : build.stdout).toContain(said);
    expect(files.has(component) || files.has(`board/${top}.tcl`)).toBe(true);
    const program = make('program');
    expect(program.stderr).toContain(isComponent ? said : 'the processor of the board loads the bitstream');
    expect(program.status).toBe(2);
    const { targets } = parse((files.get(`${manifest.top}.core`) as string).replace('CAPI=2:', ''));
    expect(Object.keys(targets)).toEqual(['default', 'sim', 'lint', 'synth']);
  },
);

describe.each(withLink('axi-stream', 'axi-lite'))('the block design of %s on %s', (name, link) => {
  it.each([true, false])('is built by the commands of Vivado, board files there: %s', (installed) => {
    const { folder, manifest, top } = write(emit(name, link));
    const said = tclsh('vivado-blocks.tcl', path.join(folder, 'board', `${top}.tcl`), installed ? '1' : '0');
    const of = (what: string) =>
      said.filter((line) => line.startsWith(`${what} `)).map((line) => line.slice(what.length + 1));
    const board = BOARDS.find((one) => one.name === name);
    expect(of('part')).toEqual([board?.part]);
    // The newest of those that are installed.
    expect(of('board')).toEqual([installed ? `${board?.boardFiles}:1.2` : 'none']);
    const own = (manifest.companions ?? []).filter(({ file }) => file.startsWith('board/rtl/'));
    const files = [...manifest.sources, ...own, ...manifest.roms].map(({ file }) => path.basename(file));
    expect(of('file')).toEqual([...files, 'system_wrapper.v']);
    const isStream = link === 'axi-stream';
    expect(of('segment')).toHaveLength(isStream ? 3 : 1);
    expect(of('processor').filter((line) => line.endsWith(' 100'))).toHaveLength(1);
    expect(of('dma').includes('c_m_axis_mm2s_tdata_width 32')).toBe(isStream);
  });
});

it.each([8, 16, 64] as const)(
  'a DMA engine has a memory port as wide as beats of %i bits, and 32 at least',
  (width) => {
    const { folder, top } = write(emit('pynq-z2', 'axi-stream', width));
    const said = tclsh('vivado-blocks.tcl', path.join(folder, 'board', `${top}.tcl`), '1');
    const memory = Math.max(32, width);
    for (const name of ['c_m_axi_mm2s_data_width', 'c_m_axi_s2mm_data_width']) {
      expect(said).toContain(`dma ${name} ${memory}`);
    }
    expect(said).toContain(`dma c_m_axis_mm2s_tdata_width ${width}`);
  },
);

it('the commands of Vivado refuse a script that joins what is not there', () => {
  const { folder, top } = write(emit('pynq-z2'));
  const file = path.join(folder, 'board', `${top}.tcl`);
  const text = emit('pynq-z2').get(`board/${top}.tcl`) as string;
  for (const [from, to, message] of [
    ['espalier/s_axis', 's_axis', 'no cell s_axis'],
    ['dma/axi_resetn', 'dma/aresetn', 'dma has no in out aresetn'],
    ['CONFIG.NUM_PORTS {3}', 'CONFIG.NUM_PORT {3}', 'interrupts has no property NUM_PORT'],
    ['[get_bd_pins memory/aclk]', '', 'memory/aclk has no driver'],
    ['espalier_stream_link.v', 'espalier_stream_links.v', 'no file'],
  ]) {
    expect(text).toContain(from);
    writeFileSync(file, text.replace(from, to));
    expect(() => tclsh('vivado-blocks.tcl', file, '1')).toThrow(message);
  }
});

describe.each(withLink('avalon-st', 'avalon-mm'))('the component of %s on %s', (name, link) => {
  it('has every port of its top module in an interface of Avalon', () => {
    const { folder, manifest, top } = write(emit(name, link));
    const said = tclsh('platform-designer.tcl', path.join(folder, 'board', `${top}_hw.tcl`));
    const streams =
      link === 'avalon-st'
        ? ['interface samples avalon_streaming end', 'interface results avalon_streaming start']
        : [];
    expect(said.filter((line) => line.startsWith('interface'))).toEqual([
      'interface clock clock end',
      'interface reset reset end',
      'interface registers avalon end',
      ...streams,
      'interface interrupt_sender interrupt end',
    ]);
    const own = (manifest.companions ?? []).filter(({ file }) => file.startsWith('board/rtl/'));
    const files = [...manifest.sources, ...manifest.roms, ...own].map(({ file }) => path.basename(file));
    expect(said.at(-1)).toBe(`files ${files.join(' ')}`);
  });
});

it('beats that a bus does not have are refused', () => {
  expect(messageOf(() => emit('pynq-z2', 'axi-lite', 64))).toBe(
    'hardware.stream.width: got beats of 64 bits, wanted 32, 16, 8, the beats of the link axi-lite ' +
      '(leave it out, or --beat 32) [emit/board-beat]',
  );
});
