import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { ignoreProgress } from '../../src/core/progress.js';
import { PACKAGE_ROOT } from '../../src/core/version.js';
import { loadDataset } from '../../src/data/dataset.js';
import { encodeRow } from '../../src/data/scaler.js';
import { chooseBoard } from '../../src/emit/board/choice.js';
import { putOnBoard } from '../../src/emit/board/index.js';
import { emitDesign } from '../../src/emit/design.js';
import { readDesign } from '../../src/emit/read-design.js';
import { findYosys } from '../../src/netlist/yosys.js';
import { networkFromJson } from '../../src/network/json.js';
import type { QuantizedNetwork } from '../../src/network/types.js';
import { runModel } from '../../src/pipeline/run.js';
import { makeBitstream } from '../../src/synth/icestorm/bitstream.js';
import { findIcestorm } from '../../src/synth/icestorm/tools.js';
import { newFolder } from '../support/cli.js';
import { verilateBits } from '../support/read-back.js';
import { runLine, writeForSimulation, writeSamples } from '../support/uart-line.js';

const MODEL = path.join(PACKAGE_ROOT, 'models', 'wdbc');
const BAUD = 1_500_000;
const DIVIDER = 8;
/** Training, and for each board synthesis, placement, and a simulation of single gates. */
const MINUTES = 60_000;

let network: QuantizedNetwork;
beforeAll(async () => {
  const build = newFolder('flagship');
  await runModel({
    model: path.join(MODEL, 'flagship.yaml'),
    build,
    until: 'design',
    onProgress: ignoreProgress,
  });
  const file = path.join(build, 'wdbc_flagship', 'design', 'network.json');
  network = networkFromJson(readFileSync(file, 'utf8'), file);
}, 10 * MINUTES);

it.each([
  ['ice40-hx8k', undefined],
  ['icebreaker', 'reset_i'],
] as const)(
  'the flagship in the bits of a bitstream for %s answers all 569 rows as the network does',
  async (name, reset) => {
    const folder = newFolder('flagship-bits');
    const board = { name, baud: BAUD };
    const generator = { version: '0', command: 'test' };
    writeForSimulation(folder, emitDesign(network, { architecture: 'serial', board }, generator));
    const design = readDesign(folder);
    const onBoard = putOnBoard(design.manifest, chooseBoard(board));
    const tools = { yosys: await findYosys('native'), icestorm: await findIcestorm() };
    const made = await makeBitstream(design, onBoard, tools, {
      seeds: 1,
      timeoutSeconds: 1200,
      // Nobody here reads a multiplier back out of its bits.
      multipliers: false,
    });
    verilateBits(folder, onBoard.build.top, made, reset);
    const { features } = loadDataset(path.join(MODEL, 'data.csv'));
    const encoder = network.input.encoder as NonNullable<typeof network.input.encoder>;
    const rows = features.map((row) => encodeRow(encoder, network.input.formats, row));
    expect(rows).toHaveLength(569);
    writeSamples(folder, network, design.manifest, rows);
    const run = { divider: DIVIDER, timeout: 240_000, garbage: 0, seed: 1, resets: false };
    // A wrong answer, or none, ends the bench.
    expect(runLine(folder, design.manifest, run)).toMatchObject({
      good: 569,
      answered: 569,
      negative: [0, 0, 0, 0],
    });
  },
  20 * MINUTES,
);
