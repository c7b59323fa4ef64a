import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { chooseBoard } from '../../src/emit/board/choice.js';
import { type OnBoard, putOnBoard } from '../../src/emit/board/index.js';
import { emitDesign } from '../../src/emit/design.js';
import { type DesignFolder, readDesign } from '../../src/emit/read-design.js';
import { findYosys } from '../../src/netlist/yosys.js';
import { type Bitstream, makeBitstream } from '../../src/synth/icestorm/bitstream.js';
import { findIcestorm, type IcestormTools } from '../../src/synth/icestorm/tools.js';
import { newFolder } from '../support/cli.js';
import { messageOfAsync } from '../support/messages.js';
import { randomNetwork } from '../support/networks.js';
import { verilateBits } from '../support/read-back.js';
import { runLine, writeExpected, writeForSimulation } from '../support/uart-line.js';

const BOARD = { name: 'ice40-hx8k', baud: 1_500_000 };
const network = randomNetwork(new Random(1, 'bitstream'), { maxLayers: 2 });
const OPTIONS = { seeds: 2, timeoutSeconds: 600 };

describe('a bitstream', () => {
  const folder = newFolder('bitstream');
  let design: DesignFolder;
  let onBoard: OnBoard;
  let made: Bitstream;
  let icestorm: IcestormTools;

  beforeAll(async () => {
    writeForSimulation(
      folder,
      emitDesign(network, { architecture: 'serial', board: BOARD }, { version: '0', command: 'test' }),
    );
    design = readDesign(folder);
    onBoard = putOnBoard(design.manifest, chooseBoard(BOARD));
    icestorm = await findIcestorm();
    made = await makeBitstream(design, onBoard, { yosys: await findYosys('native'), icestorm }, OPTIONS);
  });

  it('tells what of the chip it takes, and which clock it would bear', () => {
    const { report, files } = made;
    expect(report).toMatchObject({ board: 'ice40-hx8k', part: 'hx8k-ct256', hertz: 12e6, seed: 1 });
    expect(report.network).toBe(design.manifest.network.sha256);
    expect(report.reachedHertz).toBeGreaterThan(12e6);
    expect(report.utilization.ICESTORM_LC.used).toBeGreaterThan(300);
    expect(report.utilization.ICESTORM_LC.available).toBe(7680);
    const bin = files.get(`${onBoard.build.top}.bin`) as Uint8Array;
    // What a bitstream of an iCE40 begins with, behind its comments.
    expect(Buffer.from(bin).includes(Buffer.from([0x7e, 0xaa, 0x99, 0x7e]))).toBe(true);
  });

  it('read back out of its own bits answers on its serial line as the network does', () => {
    // The board has no button: what resets the bench is power-up alone, so it is never asked to.
    verilateBits(folder, onBoard.build.top, made);
    writeExpected(folder, network, design.manifest, new Random(1, 'routed samples'), 100);
    const { good, answered, identity } = runLine(folder, design.manifest, {
      divider: 8,
      timeout: 240_000,
      garbage: 500,
      seed: 2,
      resets: false,
    });
    expect(answered + identity).toBeGreaterThanOrEqual(good);
  });

  it('that is too slow for its clock is refused, with the best that was reached', async () => {
    // Its estimate would refuse the clock before anything is placed.
    const { estimate, ...unestimated } = design.manifest;
    expect(estimate).toBeDefined();
    const fast = putOnBoard(unestimated, chooseBoard({ ...BOARD, clock: 201 }));
    const act = makeBitstream(design, fast, { yosys: await findYosys('native'), icestorm }, OPTIONS);
    expect(await messageOfAsync(() => act)).toMatch(
      /^random_ice40_hx8k: got \d+\.\d\d MHz, the best of 2 placements, wanted 201 MHz \(choose a slower clock \(--clock \d+\), or let more placements be tried \(--seeds\)\) \[synth\/clock-missed\]$/,
    );
  });

  it('is made for an iCE40 alone', async () => {
    const other = putOnBoard(design.manifest, chooseBoard('basys3'));
    const act = makeBitstream(design, other, { yosys: await findYosys('native'), icestorm }, OPTIONS);
    expect(await messageOfAsync(() => act)).toBe(
      'espalier bitstream --board basys3: got a board with AMD 7 series, wanted a board with an iCE40, which the tools here ' +
        "make bitstreams for (the scripts in the design's board/ folder build it with the maker's tools) [synth/board-flow]",
    );
  });
});
