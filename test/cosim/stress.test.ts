import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { denseNetwork } from '../../bench/support/networks.js';

import { loadDesign } from '../../src/cosim/design.js';
import { type FailureKind, paceOf } from '../../src/cosim/engine.js';
import { findEngine } from '../../src/cosim/engines/index.js';
import { expectedBeats, stalledJob } from '../../src/cosim/prepare.js';
import { describeDifference } from '../../src/cosim/record.js';
import { simulate } from '../../src/cosim/simulate.js';
import { emitDesign } from '../../src/emit/design.js';
import { makeStimulus } from '../../src/network/stimulus.js';
import { writeFolder } from '../support/write-folder.js';
import { CACHE, newFolder, TINY, tinyDesign } from './fixture.js';

const ENGINES = ['verilator', 'embedded', 'icarus'] as const;
type Edits = readonly (readonly [string, string])[];

const RESET = "if (!aresetn) valid_q <= 1'b0;";

/** What a design does wrong that no stall and no first reset of eight cycles shows. */
const FAULTS: readonly (readonly [string, Edits, readonly (FailureKind | undefined)[]])[] = [
  [
    'needs two cycles of reset',
    [
      ['reg                valid_q;', 'reg valid_q; reg low_q; always @(posedge aclk) low_q <= ~aresetn;'],
      [RESET, "if (!aresetn & low_q) valid_q <= 1'b0; else if (!aresetn) valid_q <= valid_q;"],
    ],
    ['surplus', 'validInReset', 'unknown', 'output', 'layer'],
  ],
  [
    'remembers tvalid in reset',
    [
      [
        'reg                valid_q;',
        'reg valid_q; reg spoilt_q; always @(posedge aclk) if (!aresetn) spoilt_q <= valid_i;',
      ],
      ['assign data_o  = y_q;', "assign data_o  = y_q ^ {10'd0, spoilt_q};"],
    ],
    ['output'],
  ],
  [
    'keeps a sample over a reset that takes one cycle',
    [
      ['reg                valid_q;', 'reg valid_q; reg was_q; always @(posedge aclk) was_q <= aresetn;'],
      [RESET, "if (!aresetn & !(was_q & ready_i)) valid_q <= 1'b0;"],
    ],
    ['surplus', 'validInReset', 'unknown', 'output'],
  ],
  [
    'is valid only when the sink is ready',
    [['assign valid_o = valid_q;', 'assign valid_o = valid_q & ready_i;']],
    ['timeout'],
  ],
];

describe.each(ENGINES)('with %s', (engine) => {
  it('a right design is right in resets of any length and at any time, and with a patient sink', async () => {
    const record = await simulate(tinyDesign(), {
      engine,
      random: 400,
      traceLayers: true,
      cacheFolder: CACHE,
    });
    expect(record).toMatchObject({ passed: true, samples: 407, difference: null, differenceIn: null });
    const { samples, resets, dropped, wrongLengths, differing } = record.stress;
    expect(differing).toBe(0);
    expect(resets).toBeGreaterThan(10);
    expect(dropped).toBeGreaterThan(5);
    expect(wrongLengths).toBeGreaterThan(400);
    // Each of the three runs has every sample, of which those in flight are dropped.
    expect(samples + dropped).toBe(3 * 407);
  });

  it.each(FAULTS)('a design that %s is found out', async (_, edits, kinds) => {
    const outputFolder = newFolder();
    const record = await simulate(tinyDesign(edits), {
      engine,
      random: 400,
      cacheFolder: CACHE,
      outputFolder,
    });
    expect(record.passed).toBe(false);
    expect(kinds).toContain(record.difference?.kind);
    expect(record.differing).toBe(0);
    expect(record.difference?.alone).toBe(false);
    expect(record.difference?.wave).toBe('difference.vcd');
  });

  it('everything can be run under resets', async () => {
    const record = await simulate(tinyDesign(), {
      engine,
      random: 300,
      stalls: 'resets',
      cacheFolder: CACHE,
    });
    expect(record).toMatchObject({ passed: true, stalls: 'resets' });
    expect(record.samples).toBeLessThan(307);
  });
});

describe('engines beside each other', () => {
  it('see the same resets, samples and cycles', async () => {
    const design = loadDesign(tinyDesign());
    const stimulus = makeStimulus(TINY, { regressions: [], rows: [], random: 200, seed: 1 });
    const beats = await expectedBeats(design, stimulus, { traceLayers: true });
    const job = stalledJob(design, beats, 'resets', 3);
    const build = { traces: true, waves: false, selfChecks: true, cacheFolder: CACHE };
    const results = [];
    for (const name of ENGINES) results.push(await (await findEngine(name).build(design, build)).run(job));
    const [first, ...others] = results;
    expect(first.failure).toBeNull();
    expect(first.resets).toBeGreaterThan(10);
    for (const other of others) expect(other).toEqual(first);
  });

  it('are all asked by `all`, each on the bodies that the manifest names', async () => {
    const record = await simulate(parallelDesign(), { engine: 'all', random: 60, cacheFolder: CACHE });
    expect(record.passed).toBe(true);
    expect(record.engine.name).toBe('verilator');
    expect(record.notCovered).toEqual([]);
    expect(record.others.map(({ engine: { name }, body, passed }) => [name, body, passed])).toEqual([
      ['embedded', 'as emitted', true],
      ['icarus', 'as emitted', true],
      ['verilator', 'XILINX=1', true],
      ['embedded', 'XILINX=1', true],
      ['icarus', 'XILINX=1', true],
    ]);
  });

  it('by default follow unknown values too', async () => {
    const edits: Edits = [
      ['reg                valid_q;', 'reg valid_q; reg open_q; always @(posedge aclk) open_q <= ~open_q;'],
      // To Verilator the register has one value or the other, and the difference is 0.
      ['assign data_o  = y_q;', "assign data_o  = y_q ^ ({10'd0, open_q} - {10'd0, open_q});"],
    ];
    const record = await simulate(tinyDesign(edits), { random: 60, cacheFolder: CACHE });
    expect(record).toMatchObject({ passed: false, differing: 0, differenceIn: 'embedded' });
    expect(record.engine.name).toBe('verilator');
    expect(record.others[0]).toMatchObject({ passed: false, body: 'as emitted' });
    const plain = await simulate(tinyDesign(edits), { engine: 'verilator', random: 60, cacheFolder: CACHE });
    expect(plain).toMatchObject({ passed: true, others: [] });
  });
});

function parallelDesign(edit: (adder: string) => string = (adder) => adder): string {
  const folder = path.join(newFolder(), 'design');
  const files = emitDesign(
    denseNetwork([4, 3, 1], 1),
    { architecture: 'parallel' },
    { version: '0', command: 'test' },
  );
  writeFolder(folder, files);
  const file = path.join(folder, 'rtl', 'espalier_adder.v');
  writeFileSync(file, edit(readFileSync(file, 'utf8')));
  return folder;
}

describe('bodies of vendor primitives', () => {
  it('are compared by default, and a wrong table in one is found', async () => {
    const right = await simulate(parallelDesign(), { random: 60, cacheFolder: CACHE });
    expect(right.passed).toBe(true);
    expect(right.others.map(({ body }) => body)).toEqual(['as emitted', 'XILINX=1']);
    const wrong = await simulate(
      parallelDesign((adder) => adder.replace("16'h6996", "16'h6997")),
      { random: 60, cacheFolder: CACHE },
    );
    expect(wrong).toMatchObject({ passed: false, differing: 0, differenceIn: 'embedded, body XILINX=1' });
    expect(wrong.others.map(({ passed }) => passed)).toEqual([true, false]);
    expect(describeDifference(wrong.difference!)).toMatch(/^a wrong /);
  });
});

describe('the number of random vectors', () => {
  const { pace } = findEngine('verilator');

  it.each([
    [1, 100_000],
    [93, 100_000],
    [1_500, 100_000],
    [2_000, 75_000],
    [19_062, 7_800],
    [400_000, 1_000],
    [1_000_000, 600],
  ])('follows from the interval: %i cycles, %i vectors', (interval, vectors) => {
    expect(paceOf(pace, interval)).toBe(vectors);
  });

  it('is stated, and corners of wide networks are bounded', () => {
    const network = denseNetwork([784, 2, 1], 1);
    const stimulus = makeStimulus(network, { regressions: [], rows: [], random: 200, seed: 1 });
    expect(stimulus.segments.map(({ kind, count }) => [kind, count])).toEqual([
      ['regression', 0],
      ['data', 0],
      ['corner', 3 + 2 * 128],
      ['random', 200],
    ]);
    expect(stimulus.origin(3)).toBe('corner: input 0 at its minimum');
    expect(stimulus.origin(258)).toBe('corner: input 783 at its maximum');
  });
});
