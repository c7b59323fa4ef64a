import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';

const folder = mkdtempSync(path.join(tmpdir(), 'espalier-window-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SOURCE = readFileSync(path.resolve('rtl', 'espalier_window.v'), 'utf8');

/** Of one axis: cells of the map, taps, how far they are apart, by how much they move, padding before and behind. */
interface Axis {
  readonly cells: number;
  readonly size: number;
  readonly dilation: number;
  readonly stride: number;
  readonly before: number;
  readonly behind: number;
}

const reachOf = ({ size, dilation }: Axis) => (size - 1) * dilation + 1;
const positionsOf = (axis: Axis) =>
  Math.floor((axis.cells + axis.before + axis.behind - reachOf(axis)) / axis.stride) + 1;

/** All that the module says it can: down, and across, where padding on both sides is less than the reach. */
function axes(isAcross: boolean): Axis[] {
  const upTo = (last: number) => Array.from({ length: last + 1 }, (_, at) => at);
  return [1, 2, 3, 4, 5].flatMap((size) =>
    (size === 1 ? [1] : [1, 2]).flatMap((dilation) =>
      [1, 2, 3].flatMap((stride) =>
        upTo((size - 1) * dilation).flatMap((before) =>
          upTo((size - 1) * dilation - (isAcross ? before : 0)).flatMap((behind) =>
            [1, 4, 7]
              .map((cells) => ({ cells, size, dilation, stride, before, behind }))
              .filter((axis) => positionsOf(axis) > 0 && (!isAcross || behind <= axis.cells)),
          ),
        ),
      ),
    ),
  );
}

/** The cell of each tap, from the first map on in steps of one; 0 in the padding. */
function windowsOf(down: Axis, across: Axis, maps: number): string[] {
  const taps = (axis: Axis, position: number) =>
    Array.from({ length: axis.size }, (_, tap) => {
      const at = position * axis.stride - axis.before + tap * axis.dilation;
      return at >= 0 && at < axis.cells ? at : -1;
    });
  const found: string[] = [];
  for (let map = 0; map < maps; map++) {
    for (let y = 0; y < positionsOf(down); y++) {
      for (let x = 0; x < positionsOf(across); x++) {
        const cells = taps(down, y).flatMap((row) =>
          taps(across, x).map((column) =>
            row < 0 || column < 0 ? 0 : (map * down.cells + row) * across.cells + column + 1,
          ),
        );
        found.push(cells.map((cell) => cell.toString(16).padStart(3, '0')).join(' '));
      }
    }
  }
  return found;
}

const MAPS = 3;

/** A window that is fed with 1, 2, 3 and so on, the stream standing still now and then; it prints what it gives. */
function benchOf(number: number, down: Axis, across: Axis): string {
  const taps = down.size * across.size;
  const parameters = {
    WIDTH: 12,
    ROWS: down.cells,
    COLUMNS: across.cells,
    SIZE_Y: down.size,
    SIZE_X: across.size,
    STRIDE_Y: down.stride,
    STRIDE_X: across.stride,
    DILATION_Y: down.dilation,
    DILATION_X: across.dilation,
    TOP: down.before,
    LEFT: across.before,
    OUT_ROWS: positionsOf(down),
    OUT_COLUMNS: positionsOf(across),
    COUNT_WIDTH: 5,
    ADDRESS_WIDTH: 3,
    PADDING: "12'd0",
  };
  const set = Object.entries(parameters).map(([name, value]) => `.${name}(${value})`);
  const values = Array.from({ length: taps }, (_, tap) => `data[${12 * tap} +: 12]`);
  return `
  reg [11:0] cell_${number} = 1;
  wire [${12 * taps - 1}:0] data_${number};
  wire ready_${number}, valid_${number};
  espalier_window #(${set.join(', ')}) window_${number} (
    .aclk(aclk), .aresetn(aresetn), .s_data_i(cell_${number}), .s_valid_i(offer), .s_ready_o(ready_${number}),
    .m_data_o(data_${number}), .m_valid_o(valid_${number}), .m_ready_i(take)
  );
  always @(posedge aclk) if (aresetn) begin
    if (offer & ready_${number}) cell_${number} <= cell_${number} + 1;
    if (valid_${number} & take)
      $display("${number}: ${Array(taps).fill('%h').join(' ')}", ${values.join(', ').replaceAll('data', `data_${number}`)});
  end
`;
}

/** What each window gives first, so many as three maps have. */
function simulated(pairs: readonly (readonly [Axis, Axis])[], source = SOURCE): string[][] {
  const benches = pairs.map(([down, across], number) => benchOf(number, down, across));
  const text = `module bench;
  reg aclk = 0, aresetn = 0, offer = 0, take = 0;
  always #5 aclk = ~aclk;
  always @(negedge aclk) begin offer <= $random; take <= $random; end
  initial begin #41 aresetn <= 1; #15000 $finish; end
${benches.join('')}
endmodule
`;
  writeFileSync(path.join(folder, 'window.v'), source);
  writeFileSync(path.join(folder, 'bench.v'), text);
  const run = (tool: string, ...words: string[]) =>
    execFileSync(tool, words, { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 28 });
  run('iverilog', '-g2005', '-o', 'bench', '-s', 'bench', 'window.v', 'bench.v');
  const found: string[][] = pairs.map(() => []);
  for (const [, number, taps] of run('vvp', '-n', 'bench').matchAll(/^(\d+): (.*)$/gm)) {
    found[Number(number)].push(taps);
  }
  return found.map((windows, number) => {
    const [down, across] = pairs[number];
    return windows.slice(0, MAPS * positionsOf(down) * positionsOf(across));
  });
}

const random = new Random(1, 'windows');
/** Two of each reach with each padding behind. */
function drawn(all: readonly Axis[]): Axis[] {
  const seen = new Map<string, number>();
  return random.shuffled(all).filter((axis) => {
    const key = `${reachOf(axis)} ${axis.behind}`;
    seen.set(key, (seen.get(key) ?? 0) + 1);
    return seen.get(key)! <= 2;
  });
}
const [DOWN, ACROSS] = [axes(false), axes(true)];
const PAIRS = [
  ...drawn(DOWN).map((down) => [down, random.pick(ACROSS)] as const),
  ...drawn(ACROSS).map((across) => [random.pick(DOWN), across] as const),
];

describe('espalier_window', () => {
  it('gives the taps of every position, with padding on any side', () => {
    simulated(PAIRS).forEach((windows, number) => {
      const [down, across] = PAIRS[number];
      expect(windows, JSON.stringify({ down, across })).toEqual(windowsOf(down, across, MAPS));
    });
  });

  it('would not, were rows not moved on where none enters', () => {
    const axis = { cells: 4, size: 5, dilation: 1, stride: 1, before: 2, behind: 2 };
    const broken = SOURCE.replace('if (step) lines[', 'if (step & enters) lines[');
    expect(broken).not.toBe(SOURCE);
    expect(simulated([[axis, axis]], broken)[0]).not.toEqual(windowsOf(axis, axis, MAPS));
    expect(simulated([[axis, axis]])[0]).toEqual(windowsOf(axis, axis, MAPS));
  });
});
