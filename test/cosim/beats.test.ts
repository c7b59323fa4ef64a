import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { loadDesign } from '../../src/cosim/design.js';
import type { FailureKind } from '../../src/cosim/engine.js';
import { mutateVerilog } from '../../src/cosim/mutations.js';
import { simulate } from '../../src/cosim/simulate.js';
import { emitDesign } from '../../src/emit/design.js';
import { type BeatWidth, sampleWidth, streamOf } from '../../src/emit/stream.js';
import { lowerNetwork } from '../../src/network/affine.js';
import type { DenseNetwork } from '../../src/network/types.js';
import { edit } from '../prove/designs.js';
import { writeFolder } from '../support/write-folder.js';
import { CACHE, newFolder } from './fixture.js';

const format = (width: number) => ({ signed: true, width, integer: width });

/** Inputs of these widths; two sums of all of them. */
const networkOf = (widths: readonly number[]): DenseNetwork => ({
  name: 'beats',
  input: { formats: widths.map(format), names: [] },
  layers: [
    {
      kind: 'dense',
      name: 'sums',
      kernel: { formats: Array(2).fill(format(4)), codes: widths.map((_, unit) => [unit + 1, -3]) },
      bias: { formats: Array(2).fill(format(4)), codes: [5, -1] },
      activation: 'linear',
      output: 'exact',
    },
  ],
  head: { kind: 'values' },
  labels: [],
  provenance: {},
});

function folderOf(widths: readonly number[], width: BeatWidth): string {
  const folder = path.join(newFolder(), 'design');
  const hardware = { architecture: 'serial', stream: { width }, operands: 'registers' };
  writeFolder(folder, emitDesign(networkOf(widths), hardware, { version: '0', command: 'test' }));
  return folder;
}

describe('the layout of a sample', () => {
  const places = (widths: readonly number[], width: BeatWidth) => {
    const { input } = streamOf(lowerNetwork(networkOf(widths)), width);
    return { beats: input.beats, width: input.width, lsbs: input.fields.map(({ lsb }) => lsb) };
  };

  it('has no gaps in one beat', () => {
    expect(places([5, 12, 3], 'all')).toEqual({ beats: 1, width: 24, lsbs: [0, 5, 17] });
  });

  it('splits no field that fits a beat, and begins a wider one with a beat', () => {
    expect(places([5, 3, 4, 5, 3], 8)).toEqual({ beats: 3, width: 8, lsbs: [0, 5, 8, 16, 21] });
    expect(places([5, 12, 3, 2], 8)).toEqual({ beats: 4, width: 8, lsbs: [0, 8, 20, 24] });
    expect(places([8, 16, 8], 8)).toEqual({ beats: 4, width: 8, lsbs: [0, 8, 24] });
    expect(places([5, 12, 3], 32)).toEqual({ beats: 1, width: 32, lsbs: [0, 5, 17] });
    expect(places([20, 20, 20, 4], 64)).toEqual({ beats: 1, width: 64, lsbs: [0, 20, 40, 60] });
  });

  it('is known again from its manifest', () => {
    for (const width of [8, 16, 32, 64, 'all'] as const) {
      const { stream } = loadDesign(folderOf([5, 12, 3, 7], width)).manifest;
      expect(sampleWidth(stream.input)).toBe(stream.input.beats * stream.input.width);
      expect(stream).toEqual(streamOf(lowerNetwork(networkOf([5, 12, 3, 7])), width));
    }
  });
});

const ENGINES = ['verilator', 'embedded', 'icarus'] as const;
const WIDTHS = [5, 12, 3, 8, 2];

describe.each(ENGINES)('with %s', (engine) => {
  const run = (folder: string) => simulate(folder, { engine, random: 100, cacheFolder: CACHE });

  it.each([8, 16] as const)(
    'every beat of %i bits is counted, and wrong lengths are dropped',
    async (width) => {
      const record = await run(folderOf(WIDTHS, width));
      expect(record).toMatchObject({ passed: true, difference: null });
      expect(record.stress.wrongLengths).toBeGreaterThan(100);
      expect(record.stress.samples + record.stress.dropped).toBe(3 * record.samples);
    },
  );

  // A place in an emitted design of several beats, what is put there, and the rule that breaks.
  const faults: readonly [FailureKind, string, [from: string, to: string]][] = [
    ['last', 'espalier_spread', ['assign m_last_o  = at_last;', 'assign m_last_o  = idle;']],
    ['frameError', 'espalier_frame', ['assign error_o   = take', "assign error_o   = 1'b0 & take"]],
    ['frameError', 'espalier_frame', ['error_o   = take & ~drop_q &', 'error_o   = take &']],
    ['layer', 'espalier_gather', ['m_valid_o = valid & at_last', 'm_valid_o = s_valid_i & at_last']],
    [
      'layer',
      'espalier_gather',
      ['assign m_data_o = {s_data_i, data_q};', 'assign m_data_o = {data_q, s_data_i};'],
    ],
    ['surplus', 'espalier_spread', ['assign s_ready_o = idle & m_ready_i;', "assign s_ready_o = 1'b0;"]],
  ];
  it.each(faults)('a broken rule is seen: %s in %s', async (kind, primitive, [from, to]) => {
    const folder = folderOf(WIDTHS, 8);
    edit(folder, `rtl/${primitive}.v`, (text) => text.replace(from, to));
    const { difference, passed } = await run(folder);
    expect(passed).toBe(false);
    expect(difference?.kind).toBe(kind);
  });
});

describe('faults of beats', () => {
  it.each([
    ['parts swapped', 'espalier_gather'],
    ['word dropped', 'espalier_gather'],
    ['word dropped', 'espalier_spread'],
    ['counter steps by two', 'espalier_frame'],
    ['counter steps by two', 'espalier_spread'],
    ['mark of the last one inverted', 'espalier_spread'],
    ['parts swapped', 'beats'],
    ['parameter off by one', 'beats'],
  ])('%s in %s is noticed', async (kind, module) => {
    const folder = folderOf(WIDTHS, 8);
    const random = new Random(1, `${kind} ${module}`);
    edit(folder, `rtl/${module}.v`, (text) => {
      for (let round = 0; round < 500; round++) {
        const made = mutateVerilog(module, text, random);
        if (made?.mutation.kind === kind) return made.text;
      }
      throw new Error(`no ${kind} in ${module}`);
    });
    const options = { engine: 'verilator', random: 100, cacheFolder: CACHE } as const;
    const passed = await simulate(folder, options).then(
      (record) => record.passed,
      // A parameter may make something that does not compile.
      (error) => (error.code === 'cosim/build-failed' ? false : Promise.reject(error)),
    );
    expect(passed).toBe(false);
  });
});

it('a difference is told by the field of the result, whichever beat it is in', async () => {
  const folder = folderOf(WIDTHS, 8);
  const { output } = loadDesign(folder).manifest.stream;
  const flip = `${sampleWidth(output)}'d1 << ${output.fields[1].lsb}`;
  edit(folder, 'rtl/beats.v', (text) =>
    text.replace(
      /\.s_data_i {2}\((.*)\)(?=,\n +\.s_valid_i \(values_valid\))/,
      `.s_data_i  ($1 ^ (${flip}))`,
    ),
  );
  const { difference } = await simulate(folder, { engine: 'embedded', random: 20, cacheFolder: CACHE });
  expect(difference).toMatchObject({
    kind: 'output',
    layer: 'sums',
    field: 'unit 1',
    sample: 0,
    alone: true,
  });
  const { expected, got } = difference ?? {};
  expect(Math.abs(Number(expected?.code) - Number(got?.code))).toBe(1);
});
