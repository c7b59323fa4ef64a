import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import { chooseBoard } from '../../../src/emit/board/choice.js';
import { putOnBoard } from '../../../src/emit/board/index.js';
import { readStored } from '../../../src/emit/board/stored.js';
import { emitDesign } from '../../../src/emit/design.js';
import { readDesign } from '../../../src/emit/read-design.js';
import { referenceModel } from '../../../src/network/reference.js';
import { newFolder } from '../../support/cli.js';
import { messageOf } from '../../support/messages.js';
import { randomInput, randomNetwork } from '../../support/networks.js';
import { spoken, writeForSimulation } from '../../support/uart-line.js';

const BENCH = path.resolve('test', 'emit', 'board', 'demo-bench.cpp');
const GENERATOR = { version: '0', command: 'test' };
/** Cycles that a contact rests, and that a sample is shown: less than on a board, where nobody would wait for a simulation. */
const REST = 64;
const PAUSE = 9000;

const random = new Random(5, 'demo');
/** A network that tells at least three classes apart on its rows. */
const { network, rows, stored, run, classes } = (() => {
  for (;;) {
    const network = randomNetwork(random);
    const rows = Array.from({ length: 40 }, () => randomInput(random, network));
    // Sixteen are taken, as far apart as they can be.
    const stored = Array.from({ length: 16 }, (_, at) => rows[Math.floor((at * 40) / 16)]);
    const run = referenceModel(network);
    const classes = stored.map((codes) => run(codes).class as number);
    if (new Set(classes).size >= 3) return { network, rows, stored, run, classes };
  }
})();

/** Segments a to g of a digit, a lowest. */
const SEGMENTS = [
  ...[0x3f, 0x06, 0x5b, 0x4f, 0x66, 0x6d, 0x7d, 0x07],
  ...[0x7f, 0x6f, 0x77, 0x7c, 0x39, 0x5e, 0x79, 0x71],
];
const DARK = 0;
const LETTER_E = SEGMENTS[14];

/** How the pins of a board come to the bench: every contact and light 1 where it is on, digits one beside the other. */
interface Wiring {
  readonly ports: string;
  readonly leds: number;
  readonly digits?: string;
}
const WIRINGS: Readonly<Record<string, Wiring>> = {
  basys3: {
    ports:
      '.clk_i(aclk), .reset_i(~aresetn), .next_i(next), .previous_i(previous), .by_itself_i(by_itself), .led_o(lit), .segments_o(segments), .point_o(), .digits_o(chosen)',
    leds: 0,
    digits: `wire [6:0] segments;
  wire [3:0] chosen;
  integer digit;
  always @(posedge aclk) for (digit = 0; digit < 4; digit = digit + 1) if (~chosen[digit]) digits[8*digit +: 8] <= {1'b0, ~segments};`,
  },
  'de10-lite': {
    ports: `.clk_i(aclk), .reset_i(aresetn), .next_i(~next), .by_itself_i(by_itself), .led_o(lit)${[0, 1, 2, 3, 4, 5].map((at) => `, .digit${at}_o(raw[${8 * at} +: 8])`).join('')}`,
    leds: 0,
    digits: "wire [47:0] raw;\n  always @(posedge aclk) digits <= {16'd0, ~raw};",
  },
  icebreaker: {
    ports: '.clk_i(aclk), .reset_i(aresetn), .next_i(next), .previous_i(previous), .led_o(lit)',
    leds: 0b11,
  },
  'ice40-hx8k': { ports: '.clk_i(aclk), .led_o(lit)', leds: 0 },
};

function emit(board: string, hardware: object = {}) {
  const folder = newFolder('demo');
  const config = { architecture: 'serial', board: { name: board, link: 'gpio' }, ...hardware };
  writeForSimulation(folder, emitDesign(network, config, GENERATOR, { rows }));
  return folder;
}

/** What a board shows: at the beginning, and behind each key. */
function show(folder: string, board: string, keys: string) {
  const { manifest, files } = readDesign(folder);
  const onBoard = putOnBoard(manifest, chooseBoard({ name: board, link: 'gpio' }), () =>
    readStored(readDesign(folder)),
  );
  return play(
    folder,
    board,
    keys,
    onBoard.files,
    [...files.keys()].filter((file) => file.endsWith('.v')),
  );
}

function play(
  folder: string,
  board: string,
  keys: string,
  ofBoard: ReadonlyMap<string, string>,
  design: readonly string[],
) {
  const quick = [...ofBoard].map(
    ([file, text]) =>
      [
        file,
        text
          .replace(/\.CYCLES( +)\(\d+\)/g, `.CYCLES$1(${REST})`)
          .replace(/\.PAUSE( +)\(\d+\)/g, `.PAUSE$1(${PAUSE})`)
          .replace(/\.PERIOD( +)\(\d+\)/g, '.PERIOD$1(10)'),
      ] as const,
  );
  writeForSimulation(folder, new Map(quick));
  const { ports, leds, digits = '' } = WIRINGS[board];
  const top = `${network.name}_${board.replaceAll('-', '_')}`;
  const width = chooseBoard(board).board.leds.length;
  writeFileSync(
    path.join(folder, 'demo_top.v'),
    `module demo_top (
  input wire aclk, input wire aresetn, input wire next, input wire previous, input wire by_itself,
  output wire [15:0] led, output reg [63:0] digits
);
  wire [${width - 1}:0] lit;
  assign led = {${16 - width === 0 ? '' : `${16 - width}'d0, `}lit ^ ${width}'d${leds}};
  ${digits}
  ${top} board (${ports});
endmodule
`,
  );
  const own = [...ofBoard.keys()].filter((file) => file.endsWith('.v'));
  execFileSync(
    'verilator',
    [
      ...[
        '--cc',
        '--exe',
        '--build',
        '-O3',
        '-CFLAGS',
        '-O2',
        '--top-module',
        'demo_top',
        '-Wno-fatal',
        '-Wno-lint',
      ],
      ...[BENCH, 'demo_top.v', ...design, ...own],
    ],
    { cwd: folder, stdio: 'pipe', env: { ...process.env, OBJCACHE: 'ccache' } },
  );
  const said = spoken(path.join(folder, 'obj_dir', 'Vdemo_top'), folder, [String(REST), keys, '1']);
  return said
    .trim()
    .split('\n')
    .map((line) => {
      const [led, ...segments] = line.split(' ').map((word) => Number.parseInt(word, 16));
      return { led, segments };
    });
}

/** What a sample's lights are: right, none wrong so far, its class, its number; as many as there are. */
function lightsOf(sample: number, count: number): number {
  const classBits = Math.max(1, Math.ceil(Math.log2(run(stored[sample]).outputs.length)));
  return (1 + 4 * (classes[sample] + (sample << classBits))) & (2 ** count - 1);
}

const walk = (keys: string): number[] => {
  let at = 0;
  return [0, ...[...keys].map((key) => (at = (at + (key === 'n' ? 1 : 15)) % 16))];
};

describe('a board without a host', () => {
  it('shows class, agreement and number on digits that share their segments, and on lights', () => {
    const keys = `${'n'.repeat(17)}pp`;
    const shown = show(emit('basys3', { stream: { width: 16 } }), 'basys3', keys);
    const wanted = walk(keys).map((sample) => ({
      led: lightsOf(sample, 16),
      segments: [SEGMENTS[classes[sample]], DARK, DARK, SEGMENTS[sample], 0, 0, 0, 0],
    }));
    expect(shown).toEqual(wanted);
  });

  it('shows them on digits that have segments each, with one button', () => {
    const keys = 'n'.repeat(18);
    const shown = show(emit('de10-lite'), 'de10-lite', keys);
    const wanted = walk(keys).map((sample) => ({
      led: lightsOf(sample, 10),
      segments: [SEGMENTS[classes[sample]], DARK, DARK, DARK, DARK, SEGMENTS[sample], 0, 0],
    }));
    expect(shown).toEqual(wanted);
  });

  it('shows them on a few lights, some of which are lit by 0', () => {
    const keys = 'nnpppnn';
    const shown = show(emit('icebreaker'), 'icebreaker', keys);
    expect(shown.map(({ led }) => led)).toEqual(walk(keys).map((sample) => lightsOf(sample, 7)));
  });

  it('goes by itself where there is no button, and where a switch says so', () => {
    const seen = (lines: readonly { readonly led: number }[]) =>
      lines.map(({ led }) => led).filter((led, at, all) => (led & 1) === 1 && led !== all[at - 1]);
    const leds = (first: number, count: number) =>
      Array.from({ length: 10 }, (_, at) => lightsOf((first + at) % 16, count));
    const alone = seen(show(emit('ice40-hx8k'), 'ice40-hx8k', ' '.repeat(120)));
    // The bench looks now and then, the first time behind two samples' time.
    expect(alone.slice(0, 10)).toEqual(leds(2, 8));
    const [first, ...rest] = show(emit('basys3'), 'basys3', `b${' '.repeat(110)}b     `);
    expect(first.led).toBe(lightsOf(0, 16));
    expect(seen(rest).length).toBeGreaterThan(8);
    const last = rest.slice(-4).map(({ led }) => led);
    expect(new Set(last).size).toBe(1);
  });

  it('says so where a result is another one, and that one was', () => {
    const folder = emit('basys3');
    const design = readDesign(folder);
    const good = readStored(design);
    const words = good.results.words.map((word, at) =>
      at === good.results.words.length / 16 ? word ^ 1n : word,
    );
    const spoilt = { ...good, results: { ...good.results, words } };
    const choice = chooseBoard({ name: 'basys3', link: 'gpio' });
    const { files } = putOnBoard(design.manifest, choice, () => spoilt);
    const verilog = [...design.files.keys()].filter((file) => file.endsWith('.v'));
    const shown = play(folder, 'basys3', 'nnr', files, verilog);
    expect(shown.map(({ led }) => led & 3)).toEqual([1, 2, 3, 1]);
    expect(shown.map(({ segments }) => segments[1])).toEqual([DARK, LETTER_E, DARK, DARK]);
  });

  it('stores random samples where there is no data', () => {
    const folder = newFolder('demo');
    const board = { name: 'basys3', link: 'gpio' };
    writeForSimulation(folder, emitDesign(network, { architecture: 'serial', board }, GENERATOR));
    expect(readStored(readDesign(folder)).count).toBe(16);
  });

  it('is refused where there is nothing to see it by', () => {
    const act = () =>
      emitDesign(network, { architecture: 'serial', board: { name: 'kv260', link: 'gpio' } }, GENERATOR);
    expect(messageOf(act)).toBe(
      'hardware.board.link: got "gpio", wanted a link of the AMD Kria KV260: axi-stream, axi-lite [emit/board-link]',
    );
  });
});
