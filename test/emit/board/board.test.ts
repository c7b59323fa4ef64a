import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { present } from '../../../src/core/objects.js';
import { Random } from '../../../src/core/random.js';
import { chooseBoard } from '../../../src/emit/board/choice.js';
import { makeClock } from '../../../src/emit/board/clocks.js';
import { putOnBoard } from '../../../src/emit/board/index.js';
import { emitDesign } from '../../../src/emit/design.js';
import type { HardwareConfig } from '../../../src/emit/hardware-config.js';
import { romsOf } from '../../../src/emit/manifest.js';
import { parseManifest } from '../../../src/emit/read-design.js';
import { networkFromJson } from '../../../src/network/json.js';
import { type Board, pinsOf } from '../../../src/targets/board.js';
import { BOARDS } from '../../../src/targets/boards/index.js';
import { newFolder } from '../../support/cli.js';
import { messageOf } from '../../support/messages.js';
import { randomNetwork } from '../../support/networks.js';
import { runLine, verilateLine, writeExpected, writeForSimulation } from '../../support/uart-line.js';

const GENERATOR = { version: '0', command: 'test' };
const network = randomNetwork(new Random(3, 'board'));
const emit = (board: HardwareConfig['board'], rest: object = {}) =>
  emitDesign(network, { architecture: 'serial', ...present({ board }), ...rest }, GENERATOR);

/** Vendors' cells that a board's clock may be made with, as far as a linter needs them. */
const VENDOR_CELLS = path.resolve('test', 'emit', 'board', 'vendor-cells.v');

/** Port bit → pin and standard, as the constraint file has them. */
function constrained(files: ReadonlyMap<string, string>): Record<string, readonly string[]> {
  const found: [string, string[]][] = [];
  for (const [file, text] of files) {
    const each = (pattern: RegExp, take: (words: string[]) => [string, string[]]) => {
      for (const match of text.matchAll(pattern)) found.push(take(match.slice(1)));
    };
    if (file.endsWith('.xdc')) {
      each(
        /-dict \{PACKAGE_PIN (\S+) IOSTANDARD (\S+)\} \[get_ports \{(\S+)\}\]/g,
        ([pin, standard, port]) => [port, [pin, standard]],
      );
    }
    if (file.endsWith('.pcf')) each(/^set_io (\S+) (\S+)$/gm, ([port, pin]) => [port, [pin]]);
    if (file.endsWith('.qsf')) {
      each(
        /PIN_(\S+) -to (\S+)\nset_instance_assignment -name IO_STANDARD "([^"]+)" -to \2$/gm,
        ([pin, port, standard]) => [port, [pin, standard]],
      );
    }
    if (file.endsWith('.lpf')) {
      each(/LOCATE COMP "(\S+)" SITE "(\S+)";\nIOBUF PORT "\1" IO_TYPE=(\S+);/g, ([port, pin, standard]) => [
        port,
        [pin, standard],
      ]);
    }
  }
  expect(new Set(found.map(([port]) => port)).size).toBe(found.length);
  return Object.fromEntries(found);
}

/** The ports of a Verilog module, every bit by itself. */
const portBits = (text: string): string[] =>
  [...text.matchAll(/^ {2}(?:in|out)put +wire +(?:\[(\d+):0\])? *(\w+),? *(?:\/\/.*)?$/gm)].flatMap(
    ([, high, name]) =>
      high === undefined ? [name] : Array.from({ length: Number(high) + 1 }, (_, bit) => `${name}[${bit}]`),
  );

/** Every board with its links that go by pins. */
const ON_PINS = BOARDS.flatMap((board) =>
  board.links
    .filter((link) => link === 'uart' || link === 'gpio')
    .map((link): [string, string, Board] => [board.name, link, board]),
);
const PORT_USES: Readonly<Record<string, string>> = {
  clk_i: 'clock',
  reset_i: 'reset',
  uart_rxd_i: 'uart rx',
  uart_txd_o: 'uart tx',
};

/** Which of a board's pins a bit of its top module is for; contacts of a board without a host are chosen by their labels. */
function useOf(port: string, { buttons, sevenSegment }: Board): string {
  const [, name, bit = '0'] = /^(\w+?)(?:\[(\d+)\])?$/.exec(port) as RegExpExecArray;
  const index = Number(bit);
  const labels = { next_i: /^(BTNR|RIGHT)$/, previous_i: /^(BTNL|LEFT)$/ };
  if (name in labels) {
    const named = buttons.findIndex(({ label }) => labels[name as keyof typeof labels].test(label));
    return `button${named >= 0 ? named : name === 'next_i' ? 0 : 1}`;
  }
  if (name === 'by_itself_i') return 'switch0';
  if (name === 'led_o') return `led${index}`;
  if (sevenSegment?.kind === 'multiplexed') {
    const first = { segments_o: 0, point_o: 7, digits_o: 8 }[name];
    if (first !== undefined) return `segment${first + index}`;
  }
  const digit = /^digit(\d)_o$/.exec(name)?.[1];
  if (sevenSegment?.kind === 'direct' && digit !== undefined) {
    const before = sevenSegment.digits.slice(0, Number(digit)).reduce((sum, pins) => sum + pins.length, 0);
    return `segment${before + index}`;
  }
  return PORT_USES[name] ?? name;
}

describe.each(ON_PINS)('%s by %s', (name, link, board) => {
  const files = emit({ name, link });
  const manifest = parseManifest(files.get('manifest.json') as string);
  const top = manifest.board?.top as string;
  const text = files.get(`board/rtl/${top}.v`) as string;

  it('has every port of its top module on the pin that the board file names', () => {
    const placed = constrained(files);
    expect(Object.keys(placed)).toEqual(portBits(text));
    const pins = new Map(pinsOf(board).map(({ use, at }) => [use, at]));
    for (const [port, [pin, standard]] of Object.entries(placed)) {
      const wanted = pins.get(useOf(port, board));
      expect([port, pin]).toEqual([port, wanted?.pin]);
      if (standard !== undefined) expect([port, standard]).toEqual([port, wanted?.standard]);
    }
  });

  it('names every file of its Verilog, where there is a project', () => {
    const project = files.get(`board/${top}.qsf`);
    if (project === undefined) return;
    const named = [...project.matchAll(/VERILOG_FILE (\S+)$/gm)].map(([, file]) =>
      path.posix.join('board', file),
    );
    const own = [...files.keys()].filter((file) => /^(board\/)?rtl\/.*\.v$/.test(file));
    expect(named.toSorted()).toEqual(own.toSorted());
    expect(files.get(`board/${top}.qpf`)).toBe(`PROJECT_REVISION = "${top}"\n`);
  });

  it('is Verilog that no linter complains of', () => {
    const folder = newFolder('board');
    writeForSimulation(folder, files);
    const own = [...files.keys()].filter((file) => file.startsWith('board/rtl/'));
    const sources = [...manifest.sources.map(({ file }) => file), ...own];
    const words = ['--lint-only', '-Wall', '-Wno-DECLFILENAME', '--top-module', top, ...sources];
    const said = execFileSync('verilator', words, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
    expect(said).toBe('');
  });

  it('is the same bytes every time, all of them in the manifest', () => {
    expect([...emit({ name, link })]).toEqual([...files]);
    const listed = new Set(
      [...manifest.sources, ...romsOf(manifest), ...(manifest.companions ?? [])].map(({ file }) => file),
    );
    expect([...files.keys()].filter((file) => file !== 'manifest.json' && !listed.has(file))).toEqual([
      'network.json',
    ]);
    expect(manifest.board).toMatchObject({ name, link, top, hertz: board.clock?.hertz, baud: 115_200 });
    expect(text).toContain(manifest.network.sha256.slice(0, 16));
  });
});

describe('a board on its serial line', () => {
  it('answers good frames and no others, and says which network it has', () => {
    const folder = newFolder('board-line');
    const files = emit({ name: 'icebreaker', baud: 1_500_000 });
    const manifest = parseManifest(files.get('manifest.json') as string);
    writeForSimulation(folder, files);
    writeFileSync(
      path.join(folder, 'link_top.v'),
      `module link_top (input wire aclk, input wire aresetn, input wire rxd_i, output wire txd_o);
  ${manifest.board?.top} board (.clk_i(aclk), .reset_i(aresetn), .uart_rxd_i(rxd_i), .uart_txd_o(txd_o), .led_o());
endmodule
`,
    );
    writeExpected(folder, network, manifest, new Random(3, 'board samples'), 50);
    const own = [...files.keys()].filter((file) => file.startsWith('board/rtl/'));
    verilateLine(folder, ['link_top.v', ...manifest.sources.map(({ file }) => file), ...own]);
    // 20 ms at 12 MHz; a bit has 8 cycles.
    const run = { divider: 8, timeout: 240_000, garbage: 2_000, seed: 1 };
    const { good, answered, identity, negative } = runLine(folder, manifest, run);
    expect(answered + identity).toBeGreaterThanOrEqual(good);
    for (const count of [identity, ...negative]) expect(count).toBeGreaterThan(0);
  });
});

describe('the read-me of a design', () => {
  const steps = (name: string, link: string) => {
    const readMe = emit({ name, link }).get('README.md') as string;
    const section = /^## On the .+\n\n.+\n\n((?: {4}.+\n)*)/m.exec(readMe)?.[1] as string;
    return section.split('\n').flatMap((line) => (line === '' ? [] : [line.replace(/ +#.*$/, '').trim()]));
  };

  it.each([
    [
      'icebreaker',
      'uart',
      [
        'make bitstream',
        'make program',
        'npx espalier board run . --port PORT',
        'npx espalier export driver-python . --out host',
      ],
    ],
    ['basys3', 'gpio', ['make bitstream', 'make program']],
    [
      'pynq-z2',
      'axi-stream',
      [
        'make bitstream',
        'npx espalier export driver-pynq . --out host',
        'npx espalier export driver-registers . --out host',
      ],
    ],
    ['de10-nano', 'avalon-mm', ['npx espalier export driver-registers . --out host']],
  ])('says what is entered next, on the %s by %s', (name, link, wanted) => {
    expect(steps(name, link)).toEqual(wanted);
  });

  it('is silent of boards where there is none', () => {
    expect(emit(undefined).get('README.md')).not.toContain('board');
  });
});

describe('clocks', () => {
  const settings = (clock: ReturnType<typeof makeClock>): Record<string, number> =>
    'nearest' in clock
      ? {}
      : Object.fromEntries(clock.parameters.map(([key, value]) => [key, Number(value)]));

  it('of an iCE40 are what its formula says', () => {
    for (const wanted of [24e6, 36e6, 48e6, 60e6, 100.5e6]) {
      const { DIVR, DIVF, DIVQ, FILTER } = settings(makeClock('ice40', 12e6, wanted));
      expect((12e6 * (DIVF + 1)) / (2 ** DIVQ * (DIVR + 1))).toBe(wanted);
      expect(FILTER).toBe(1);
    }
  });

  it('of a 7-series device are what its formula says, within the limits of its VCO', () => {
    for (const wanted of [50e6, 75e6, 80e6, 125e6, 150e6]) {
      const { MULTIPLY, DIVIDE, OUT_DIVIDE, PERIOD_PS } = settings(makeClock('7-series', 100e6, wanted));
      expect(PERIOD_PS).toBe(10_000);
      expect((100e6 * MULTIPLY) / (DIVIDE * OUT_DIVIDE)).toBe(wanted);
      expect((100e6 * MULTIPLY) / DIVIDE).toBeGreaterThanOrEqual(600e6);
      expect((100e6 * MULTIPLY) / DIVIDE).toBeLessThanOrEqual(1200e6);
    }
  });

  it.each(['basys3', 'de10-lite', 'de0-nano', 'de1-soc', 'icebreaker', 'ice40-hx8k'])(
    'of %s stand in a top module that no linter complains of',
    (name) => {
      const folder = newFolder('board-clock');
      const clock = name.startsWith('ice') ? 48 : 40;
      const files = emit({ name, link: 'uart', clock });
      writeForSimulation(folder, files);
      const manifest = parseManifest(files.get('manifest.json') as string);
      const own = [...files.keys()].filter((file) => file.startsWith('board/rtl/'));
      const top = manifest.board?.top as string;
      expect(files.get(`board/rtl/${top}.v`)).toMatch(/espalier_clock_\w+ #\(/);
      const sources = [...manifest.sources.map(({ file }) => file), ...own, VENDOR_CELLS];
      const words = ['--lint-only', '-Wall', '-Wno-DECLFILENAME', '--top-module', top, ...sources];
      expect(execFileSync('verilator', words, { cwd: folder, encoding: 'utf8', stdio: 'pipe' })).toBe('');
    },
  );
});

describe('what no board can do', () => {
  it.each<[string, () => unknown, string]>([
    [
      'an unknown board',
      () => emit('basis3'),
      `board: got "basis3", wanted one of ${BOARDS.map(({ name }) => name).join(', ')} ` +
        '(did you mean basys3?) [targets/board-unknown]',
    ],
    [
      'an unknown link',
      () => emit({ name: 'basys3', link: 'uatr' }),
      'hardware.board.link: got "uatr", wanted a link of the Digilent Basys 3: uart, gpio (did you mean uart?) [emit/board-link]',
    ],
    [
      'beats of another width',
      () => emit('basys3', { stream: { width: 32 } }),
      'hardware.stream.width: got beats of 32 bits, wanted 8, the beats of the link uart (leave it out, or --beat 8) ' +
        '[emit/board-beat]',
    ],
    [
      'a clock that no PLL makes',
      () => emit({ name: 'icebreaker', clock: 47.9 }),
      'hardware.board.clock: got 47.9 MHz, wanted a frequency that the PLL of the 1BitSquared iCEBreaker makes of 12 MHz ' +
        'exactly (the nearest is 48 MHz) [emit/board-clock]',
    ],
    [
      'a rate that the clock is too slow for',
      () => emit({ name: 'icebreaker', baud: 4_000_000 }),
      'hardware.board.baud: got 4000000, wanted a rate that 12 MHz can be divided down to within 2 %, in 6 cycles a bit or ' +
        'more (the nearest is 2000000) [emit/board-baud]',
    ],
    [
      'an unknown key',
      () => emit({ name: 'basys3', bauds: 9600 } as never),
      'hardware.board.bauds: got an unknown option, wanted an option of a board: name, link, clock, baud ' +
        '(did you mean baud?) [hardware/unknown-option]',
    ],
    [
      'a clock that is no frequency',
      () => emit({ name: 'basys3', clock: -1 }),
      'hardware.board.clock: got -1, wanted a frequency in MHz, from 1 to 400 [hardware/option]',
    ],
  ])('%s is refused', (_, act, message) => {
    expect(messageOf(act)).toBe(message);
  });

  const manifest = parseManifest(emit(undefined, { stream: { width: 8 } }).get('manifest.json') as string);
  const estimate = { target: 'xc7', luts: 30_000, lutRams: 0, flipFlops: 100, blockRams: 0, adderLevels: 4 };

  it('a design that is larger than the part is refused, by the estimate', () => {
    expect(messageOf(() => putOnBoard({ ...manifest, estimate }, chooseBoard('basys3')))).toBe(
      'random on the Digilent Basys 3: got a design of about 30,000 LUT6s, wanted at most 20,800 LUT6s, which ' +
        'xc7a35tcpg236-1 has (use hardware.architecture serial, fewer lanes, a smaller network, or a larger board) ' +
        '[emit/board-too-small]',
    );
    const onLattice = () => putOnBoard({ ...manifest, estimate }, chooseBoard('ice40-hx8k'));
    expect(messageOf(onLattice)).toBe(
      'random on the Lattice iCE40-HX8K Breakout Board: got a design of about 48,000 LUT4s, wanted at most 7,680 LUT4s, which ' +
        'hx8k-ct256 has (use hardware.architecture serial, fewer lanes, a smaller network, or a larger board) ' +
        '[emit/board-too-small]',
    );
  });

  it('a design whose registers alone are more than the part has is refused without an estimate', () => {
    const wide = {
      schema: 'espalier/network',
      version: 2,
      name: 'wide',
      input: { size: 700, format: 'ufixed<8,0>', names: [] },
      layers: [
        {
          kind: 'dense',
          name: 'sum',
          kernel: { format: 'fixed<4,4>', codes: Array.from({ length: 700 }, (_, at) => [(at % 7) - 3]) },
          bias: { format: 'fixed<4,4>', codes: [0] },
          finish: { activation: 'linear', output: 'exact' },
        },
      ],
      head: { kind: 'values' },
      labels: [],
      provenance: {},
    };
    const files = emitDesign(
      networkFromJson(JSON.stringify(wide)),
      { architecture: 'serial', stream: { width: 8 } },
      GENERATOR,
    );
    const { estimate: _, ...bare } = parseManifest(files.get('manifest.json') as string);
    const act = () => putOnBoard(bare, chooseBoard('icebreaker'));
    expect(messageOf(act)).toMatch(
      /^wide on the 1BitSquared iCEBreaker: got a design of about 5,\d\d\d flip-flops, wanted at most 5,280 flip-flops, which up5k-sg48 has \(use hardware\.architecture serial, fewer lanes, a smaller network, or a larger board\) \[emit\/board-too-small\]$/,
    );
  });

  it('a clock that the estimate says will not close is refused', () => {
    const small = { ...estimate, luts: 3000 };
    const at = (clock: number) => () =>
      putOnBoard({ ...manifest, estimate: small }, chooseBoard({ name: 'basys3', clock }));
    expect(messageOf(at(150))).toBe(
      'random on the Digilent Basys 3: got a clock of 150 MHz, wanted about 133.3 MHz or less, by the estimate of its ' +
        'longest path (choose a slower clock (--clock 133), or in parallel layers fewer adders between registers ' +
        '(hardware.adderLevelsPerStage)) [emit/board-too-fast]',
    );
    expect(at(100)().facts.hertz).toBe(100e6);
  });

  it.each([
    ['icebreaker', 'dsp', 90, 53.4, 48],
    ['ice40-hx8k', 'luts', 90, 69.9, 60],
  ] as const)(
    'a clock that lanes will not bear on the %s is refused',
    (name, multipliers, clock, reached, slower) => {
      const at = (wanted: number) => () => emit({ name, clock: wanted }, { multipliers });
      expect(messageOf(at(clock))).toMatch(
        new RegExp(
          `: got a clock of ${clock} MHz, wanted about ${reached} MHz or less, by the estimate of its longest path ` +
            `\\(choose a slower clock \\(--clock ${Math.floor(reached)}\\), .*\\[emit/board-too-fast\\]$`,
        ),
      );
      expect([...at(slower)().keys()]).toContain('manifest.json');
    },
  );
});
