import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Random } from '../../../src/core/random.js';
import { emitDesign } from '../../../src/emit/design.js';
import type { HardwareConfig } from '../../../src/emit/hardware-config.js';
import { pinsOf } from '../../../src/targets/board.js';
import { BOARDS } from '../../../src/targets/boards/index.js';
import { familyOf } from '../../../src/targets/find.js';
import { newFolder } from '../../support/cli.js';
import { manifestOf } from '../../support/icarus.js';
import { randomNetwork } from '../../support/networks.js';
import { RANDOM_ARCHITECTURES, randomDesign } from '../../support/random-designs.js';
import { writeFolder } from '../../support/write-folder.js';

const GENERATOR = { version: '1.2.3', command: 'test' };
const network = randomNetwork(new Random(3, 'board'));
const emit = (hardware: Partial<HardwareConfig>) =>
  emitDesign(network, { architecture: 'serial', ...hardware }, GENERATOR);

const COMMANDS = path.resolve('test', 'emit', 'project', 'vendor-commands.tcl');

interface Said {
  readonly status: number | null;
  readonly stderr: string;
  /** Words of each line: a kind, then its facts. */
  readonly said: readonly (readonly string[])[];
}

/** Runs a script among stand-ins for a vendor's commands. */
function play(
  tool: string,
  script: string,
  { ports = [], part = 'any' }: { ports?: string[]; part?: string } = {},
): Said {
  const words = [COMMANDS, tool, script, ports.join(' '), part];
  const { status, stdout, stderr } = spawnSync('tclsh', words, { encoding: 'utf8' });
  return {
    status,
    stderr,
    said: stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t')),
  };
}

const factsOf = ({ said }: Said, kind: string) =>
  said.filter(([first]) => first === kind).map((line) => line.slice(1));

const WELL = { status: 0, stderr: '' };

const SERIAL_BOARDS = BOARDS.filter(({ links }) => links.includes('uart')).map((board) => ({
  ...board,
  flow: familyOf(board).flow,
}));

describe.each(SERIAL_BOARDS)('scripts for $name', ({ flow, ...board }) => {
  const { name } = board;
  const files = emit({ board: { name, link: 'uart' } });
  const folder = newFolder('project');
  writeFolder(folder, files);
  const { board: facts, top, sources, roms } = manifestOf(files);
  const boardTop = facts?.top as string;
  const text = files.get(`board/rtl/${boardTop}.v`) as string;
  const ports = [
    ...text.matchAll(/^ {2}(?:in|out)put +wire +(?:\[(\d+):0\])? *(\w+),? *(?:\/\/.*)?$/gm),
  ].flatMap(([, high, port]) =>
    high === undefined ? [port] : Array.from({ length: Number(high) + 1 }, (_, bit) => `${port}[${bit}]`),
  );
  const place = (file: string) => path.join(folder, 'board', file);
  const verilog = [...files.keys()].filter((file) => /^(board\/)?rtl\/.*\.v$/.test(file)).toSorted();
  const images = roms.map(({ file }) => file).toSorted();
  const named = (run: Said) =>
    factsOf(run, 'file')
      .map(([file]) => path.relative(folder, file))
      .toSorted();
  /** Every port with the pin and the standard of the board's file. */
  const expectPins = (run: Said) => {
    const pins = new Map(pinsOf(board).map(({ at }) => [at.pin, at.standard]));
    const placed = factsOf(run, 'property').filter(([, key]) => key === 'PACKAGE_PIN');
    const standards = new Map(
      factsOf(run, 'property').flatMap(([port, key, value]) =>
        key === 'IOSTANDARD' || key === 'IO_STANDARD' ? [[port, value] as const] : [],
      ),
    );
    expect(placed.map(([port]) => port)).toEqual(ports);
    for (const [port, , pin] of placed) expect([port, standards.get(port)]).toEqual([port, pins.get(pin)]);
  };

  const inVivado = () => {
    const part = board.part;
    const bitstream = place(path.join('build', `${boardTop}.bit`));
    const program = () => play('vivado', place('program.tcl'));
    const none = `no ${bitstream}: build.tcl makes it, and so does project.tcl\n`;
    expect(program()).toMatchObject({ status: 1, stderr: none });
    const build = play('vivado', place('build.tcl'), { part });
    expect(build).toMatchObject(WELL);
    expect(named(build)).toEqual([...verilog, ...images, `board/${boardTop}.xdc`].toSorted());
    expect(program()).toMatchObject(WELL);
    rmSync(bitstream);
    const project = play('vivado', place('project.tcl'), { part });
    expect(project).toMatchObject(WELL);
    const bench = [`sim/tb_${top}.v`, `sim/${top}_samples.mem`, `sim/${top}_results.mem`];
    expect(named(project)).toEqual([...verilog, ...images, `board/${boardTop}.xdc`, ...bench].toSorted());
    expect(program()).toMatchObject(WELL);
    const xdc = play('xdc', place(`${boardTop}.xdc`), { ports });
    expect(xdc).toMatchObject(WELL);
    expectPins(xdc);
  };

  const inQuartus = () => {
    expect(play('quartus', place('build.tcl'))).toMatchObject(WELL);
    const qsf = play('qsf', place(`${boardTop}.qsf`), { ports, part: board.part });
    expect(qsf).toMatchObject(WELL);
    expect(named(qsf)).toEqual([...verilog, `board/${boardTop}.sdc`].toSorted());
    expectPins(qsf);
    const memory = factsOf(qsf, 'assignment').filter(([key]) => key === 'INTERNAL_FLASH_UPDATE_MODE');
    expect(memory.length).toBe(board.part.startsWith('10M') ? 1 : 0);
    expect(play('sdc', place(`${boardTop}.sdc`), { ports })).toMatchObject(WELL);
  };

  // The open tools have no scripts: their recipe is run below, that for ECP5 nowhere.
  const scripts = { vivado: [inVivado], quartus: [inQuartus], icestorm: [], trellis: [] }[flow];
  for (const run of scripts) it('run in the maker’s tool, as far as names, options and files go', run);

  it('are made of whole files for FuseSoC', () => {
    const core = files.get(`${top}.core`) as string;
    expect(core.startsWith('CAPI=2:\n')).toBe(true);
    const { filesets, targets, name: vlnv } = parse(core.slice('CAPI=2:\n'.length));
    expect(vlnv).toBe(`espalier:networks:${top}:1.2.0`);
    const listed = Object.values<{ files: (string | Record<string, unknown>)[] }>(filesets).flatMap((set) =>
      set.files.map((file) => (typeof file === 'string' ? file : Object.keys(file)[0])),
    );
    for (const file of listed) expect([file, files.has(file)]).toEqual([file, true]);
    expect(listed).toEqual(expect.arrayContaining([...verilog, ...images]));
    expect(Object.keys(targets)).toEqual(['default', 'sim', 'lint', 'synth', name]);
    expect(targets[name]).toMatchObject({ toplevel: boardTop, filesets: ['rtl', 'board'] });
    expect(sources.every(({ file }) => listed.includes(file))).toBe(true);
  });
});

describe('the stand-ins for vendors’ commands', () => {
  const folder = newFolder('stand-ins');
  const files = emit({ board: { name: 'basys3' } });
  const { top } = manifestOf(files);
  const script = files.get('board/build.tcl') as string;
  writeFolder(folder, files);

  it.each<[string, RegExp, string, string]>([
    ['a command', /read_xdc/, 'read_xdcs', 'no command read_xdcs'],
    ['an option', /-in_memory/, '-in_ram', 'create_project has no option -in_ram'],
    ['a part', /xc7a35tcpg236-1/, 'xc7a35tcpg236-2', 'the part xc7a35tcpg236-2 is not xc7a35tcpg236-1'],
    ['a file', /_basys3\.xdc/, '.xdc', 'read_xdc: no file'],
    ['a property', /SLACK/, 'SLAK', 'no property SLAK'],
    ['an argument too many', /^opt_design/m, 'opt_design now', 'opt_design takes 0 to 0 arguments, not 1'],
  ])('refuse %s that is not there', (_, before, after, message) => {
    const changed = script.replace(before, after);
    expect(changed).not.toBe(script);
    writeFolder(folder, new Map([...files, ['board/build.tcl', changed]]));
    const { status, stderr } = play('vivado', path.join(folder, 'board', 'build.tcl'), {
      part: 'xc7a35tcpg236-1',
    });
    expect(stderr).toContain(message);
    expect(status).toBe(1);
  });

  it('refuse a pin for a port that the top module has not', () => {
    const file = `board/${top}_basys3.xdc`;
    const text = (files.get(file) as string).replace('{uart_rxd_i}]', '{uart_rx_i}]');
    writeFolder(folder, new Map([[file, text]]));
    const run = play('xdc', path.join(folder, file), {
      ports: ['clk_i', 'reset_i', 'uart_rxd_i', 'uart_txd_o'],
    });
    expect(run.stderr).toContain('no port uart_rx_i');
    expect(run.status).toBe(1);
  });
});

describe.each(RANDOM_ARCHITECTURES)('a design for everybody, %s', (architecture) => {
  const { network: other, hardware } = randomDesign(new Random(5, 'everybody'), architecture);
  const files = emitDesign(other, hardware, GENERATOR);
  const { top, sources, stream } = manifestOf(files);
  const folder = newFolder('everybody');
  writeFolder(folder, files);

  it('is VHDL that GHDL takes, of 1993 and of 2008', () => {
    for (const standard of ['93', '08']) {
      const library = newFolder('ghdl');
      mkdirSync(library, { recursive: true });
      const words = ['-a', `--std=${standard}`, `--workdir=${library}`, `vhdl/${top}_vhdl.vhd`];
      expect(execFileSync('ghdl', words, { cwd: folder, encoding: 'utf8', stdio: 'pipe' })).toBe('');
    }
    const text = files.get(`vhdl/${top}_vhdl.vhd`) as string;
    expect(text).toContain(`std_logic_vector(${stream.input.width - 1} downto 0)`);
  });

  it('is packaged for Vivado, and for Platform Designer where a beat is a symbol of it', () => {
    expect(play('vivado', path.join(folder, 'vendor', 'package_ip.tcl'))).toMatchObject(WELL);
    const wrapper = `vendor/${top}_avalon.v`;
    expect(files.has(wrapper)).toBe(Math.max(stream.input.width, stream.output.width) <= 512);
    if (!files.has(wrapper)) return;
    const run = play('platform-designer', path.join(folder, 'vendor', `${top}_avalon_hw.tcl`));
    expect(run).toMatchObject(WELL);
    // Every port of the wrapper, with its width.
    const ports = [
      ...(files.get(wrapper) as string).matchAll(/^ {2}(in|out)put +wire +(?:\[(\d+):0\] )?(\w+)/gm),
    ];
    const wanted = ports.map(([, way, high = '0', port]) => [
      port,
      way === 'in' ? 'Input' : 'Output',
      `${Number(high) + 1}`,
    ]);
    expect(factsOf(run, 'port').toSorted()).toEqual(wanted.toSorted());
    const list = [wrapper, ...sources.map(({ file }) => file)];
    const lint = ['--lint-only', '-Wall', '--top-module', `${top}_avalon`, ...list];
    expect(execFileSync('verilator', lint, { cwd: folder, encoding: 'utf8', stdio: 'pipe' })).toBe('');
  });
});

describe('make', () => {
  const folder = newFolder('make');
  const files = emit({ board: { name: 'icebreaker' } });
  const { top, board } = manifestOf(files);
  writeFolder(folder, files);
  const make = (...words: string[]) => spawnSync('make', words, { cwd: folder, encoding: 'utf8' });

  it.each(['icarus', 'verilator'])('sim runs the test bench in %s', (simulator) => {
    const { stdout, status } = make('sim', `SIM=${simulator}`);
    expect(stdout).toMatch(/^PASS \d+ vectors$/m);
    expect(status).toBe(0);
  });

  it('lint, synth and bitstream work with the open tools', () => {
    expect(make('lint')).toMatchObject(WELL);
    const synth = make('synth');
    expect(synth.status).toBe(0);
    expect(synth.stdout).toMatch(/SB_LUT4 +\d+/);
    expect(make('bitstream').status).toBe(0);
    expect(existsSync(path.join(folder, 'build', `${board?.top}.bin`))).toBe(true);
  });

  it('says so where a design is for no board, and where its bench fails', () => {
    const bare = emit({});
    const file = `sim/${top}_results.mem`;
    writeFolder(folder, new Map([...bare, [file, '']]));
    const { stderr, status } = make('bitstream');
    expect(stderr).toContain('this design is for no board: espalier emit network.json --board NAME');
    expect(status).toBe(2);
    expect(make('sim').status).toBe(2);
  });
});
