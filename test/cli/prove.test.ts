import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { describeProof } from '../../src/cli/commands/prove.js';
import { sha256 } from '../../src/core/hash.js';
import { Random } from '../../src/core/random.js';
import type { Certificate, FieldOutcome, FieldProof, SegmentProof } from '../../src/prove/proof.js';
import { newFolder, runCliIn, smallModel, startCli } from '../support/cli.js';

const folder = newFolder('prove');

/** A design of two layers in `mine`, each time anew. */
async function compileMine(): Promise<void> {
  rmSync(path.join(folder, 'mine'), { recursive: true, force: true });
  writeFileSync(path.join(folder, 'w1.csv'), '0.5,-0.75\n0.25,1\n-1,0.5\n');
  writeFileSync(path.join(folder, 'b1.csv'), '0.25\n-0.5\n');
  writeFileSync(path.join(folder, 'w2.csv'), '1\n-0.5\n');
  writeFileSync(path.join(folder, 'b2.csv'), '0.125\n');
  const weights = ['--weights', 'w1.csv', 'b1.csv', 'w2.csv', 'b2.csv'];
  const formats = ['--input', 'ufixed<4,0>', '--bits', '4', '--name', 'mine', '--out', 'mine'];
  const compiled = await runCliIn(folder, 'compile', ...weights, ...formats, '--quiet');
  expect(compiled.status, compiled.stderr).toBe(0);
}

const edit = (file: string, change: (text: string) => string) => {
  const name = path.join(folder, 'mine', file);
  writeFileSync(name, change(readFileSync(name, 'utf8')));
};

const notProved = (segments: readonly SegmentProof[]): Certificate => ({
  schema: 'espalier/proof',
  version: 1,
  design: 'mine',
  status: 'not proved',
  files: [],
  edited: [],
  notCovered: [],
  restsOn: ['this'],
  segments,
});

describe('espalier prove', () => {
  beforeAll(compileMine);

  it('prints what it proved, and leaves a certificate beside the manifest', async () => {
    const { status, stdout, stderr } = await runCliIn(folder, 'prove', 'mine', '--quiet');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(
      /^samples to hidden {2}[\d.]+ s\n {2}proved {2}samples stay whole and in order under any stall: \d+ states, \d+ steps\n {2}proved {2}unit 0: /m,
    );
    expect(stdout).toContain('\nproved     for every input, every run of samples and every stall\n');
    expect(stdout).not.toContain('edited');
    expect(stdout).toContain('this one reading of the Verilog: espalier simulate --engine all');
    const certificate = JSON.parse(readFileSync(path.join(folder, 'mine', 'proof.json'), 'utf8'));
    expect(certificate).toMatchObject({ schema: 'espalier/proof', version: 1, status: 'proved', edited: [] });
    const { file, sha256: hash } = certificate.files[0];
    expect(hash).toBe(sha256(readFileSync(path.join(folder, 'mine', file), 'utf8')));
  });

  it('shows an input where an edited design is wrong, and names the file', async () => {
    edit('rtl/mine_hidden_lane0_biases.mem', (text) =>
      text.replace(/\w+/, (word) => (Number.parseInt(word, 16) ^ 1).toString(16)),
    );
    const file = 'rtl/mine_hidden_lane0_biases.mem';
    const refused = await runCliIn(folder, 'prove', 'mine', '--quiet');
    expect(refused).toEqual({
      status: 1,
      stdout: '',
      stderr: `error prove/edited
  where   ${file}
  got     other contents than were emitted
  wanted  the design as it was emitted, or a word that this file may differ
  hint    --edited ${file} proves it as it is now
`,
    });
    const unknown = await runCliIn(folder, 'prove', 'mine', '--quiet', '--edited', 'rtl/mine_hidden.vv');
    expect(unknown).toEqual({
      status: 1,
      stdout: '',
      stderr: `error prove/not-a-file
  where   --edited rtl/mine_hidden.vv
  got     no file of the design
  wanted  a path as the manifest has it, such as rtl/NAME.v
  hint    did you mean rtl/mine_hidden.v?
`,
    });
    const { status, stdout } = await runCliIn(folder, 'prove', 'mine', '--quiet', '--edited', file);
    await compileMine();
    expect(status).toBe(1);
    expect(stdout).toMatch(/^ {2}differs {2}unit 0: expected \d+, got \d+ \(rtl\/mine_hidden\.v:\d+\)$/m);
    expect(stdout).toMatch(
      /\nrefuted, with rtl\/mine_hidden_lane0_biases\.mem edited\nshown by {3}a wrong value in a layer at sample 0 \(input 0 from the algebra\), .*\n {11}input codes \d+ \d+ \d+\n {11}confirmed by embedded/,
    );
  });

  it('is one JSON document with --json', async () => {
    const { status, stdout } = await runCliIn(folder, 'prove', 'mine', '--json', '--out', 'own.json');
    const { ok, command, result } = JSON.parse(stdout);
    expect({ status, ok, command, design: result.design, file: result.file }).toEqual({
      status: 0,
      ok: true,
      command: 'prove',
      design: 'mine',
      file: 'own.json',
    });
    expect(result.certificate).toEqual(JSON.parse(readFileSync(path.join(folder, 'own.json'), 'utf8')));
  });

  it('says what is missing', async () => {
    const nowhere = await runCliIn(folder, 'prove', 'nowhere');
    expect({ ...nowhere }).toEqual({
      status: 1,
      stdout: '',
      stderr: `error pipeline/nothing-to-prove
  where   nowhere
  got     neither manifest.json nor espalier.yaml
  wanted  the folder of an emitted design or of a model
`,
    });
    rmSync(path.join(folder, 'mine', 'rtl', 'mine_hidden.v'));
    const missing = await runCliIn(folder, 'prove', 'mine', '--quiet');
    await compileMine();
    expect(missing).toEqual({
      status: 1,
      stdout: '',
      stderr: `error emit/file-missing
  where   mine/rtl/mine_hidden.v
  got     no such file
  wanted  a Verilog file of the design
  hint    emit the design again
`,
    });
  });

  it('says where the time was over', async () => {
    const segments = [
      { from: 'input', to: 'hidden', states: 1200, steps: 4800, unfinished: true, fields: [] },
      {
        from: 'hidden',
        to: 'output',
        states: 4,
        steps: 16,
        unfinished: true,
        fields: [{ field: 'unit 0', outcome: { kind: 'open', reason: 'the time was over' } }],
      },
    ] as const;
    const proved = { certificate: notProved(segments), warnings: [], seconds: 9, segmentSeconds: [9, 1] };
    expect(describeProof(proved, (_, text) => text)).toBe(`input to hidden  9.0 s
  not proved  the time was over after 1,200 states

hidden to output  1.0 s
  proved  samples stay whole and in order under any stall: 4 states, 16 steps
  not proved  unit 0: the time was over

not proved
about      0 files, by their SHA-256
rests on   this
time       9.0 s`);
  });

  it('prints fields that are proved in one way as one line, and of many others the first ones', () => {
    const proved = (units: readonly number[], outcome: FieldOutcome) =>
      units.map((unit) => ({ field: `unit ${unit}`, outcome }));
    const same = { kind: 'proved', method: 'identity', points: 0 } as const;
    const range = (first: number, last: number) =>
      Array.from({ length: last - first + 1 }, (_, at) => first + at);
    const fields: FieldProof[] = [
      ...proved(range(0, 1299), same),
      ...proved([1300, 1302, 1304, 1306, 1308, 1310, 1312], { ...same, method: 'exhaustion', points: 1 }),
      ...proved([1301, 1314], { ...same, method: 'exhaustion', points: 4096 }),
      ...proved([1316], { ...same, method: 'splitting', points: 12 }),
      ...proved(range(2000, 2024), { kind: 'open', reason: 'the time was over' }),
      { field: 'padding', outcome: same },
    ];
    const segment = { from: 'input', to: 'hidden', states: 3, steps: 12, fields };
    const text = describeProof(
      { certificate: notProved([segment]), warnings: [], seconds: 9, segmentSeconds: [9] },
      (_, painted) => painted,
    );
    const open = range(2000, 2019).map((unit) => `  not proved  unit ${unit}: the time was over`);
    expect(text.split('\n\n')[0]).toBe(
      [
        'input to hidden  9.0 s',
        '  proved  samples stay whole and in order under any stall: 3 states, 12 steps',
        '  proved  units 0 to 1299, padding: the same linear form',
        '  proved  7 units: a constant',
        '  proved  units 1301, 1314: 4,096 values run through',
        '  proved  unit 1316: 12 pieces',
        ...open,
        '  and 5 more: the certificate has them',
      ].join('\n'),
    );
  });

  it('ends at once when it is interrupted in the middle of a long proof', async () => {
    const random = new Random(1, 'long proof');
    const weights = newFolder('weights');
    const matrix = (rows: number, columns: number) =>
      Array.from({ length: rows }, () => Array.from({ length: columns }, () => random.normal().toFixed(3)));
    const csv = (rows: string[][]) => `${rows.map((row) => row.join(',')).join('\n')}\n`;
    writeFileSync(path.join(weights, 'w1.csv'), csv(matrix(400, 24)));
    writeFileSync(path.join(weights, 'w2.csv'), csv(matrix(24, 1)));
    writeFileSync(path.join(weights, 'b1.csv'), csv(matrix(24, 1)));
    writeFileSync(path.join(weights, 'b2.csv'), csv(matrix(1, 1)));
    const formats = ['--input', 'ufixed<12,0>', '--bits', '8', '--out', 'long', '--quiet'];
    expect((await runCliIn(folder, 'compile', '--weights', weights, ...formats)).status).toBe(0);
    const { child, ended } = startCli(folder, ['prove', 'long']);
    // Yosys needs a moment, the proof many seconds.
    await setTimeout(3_000);
    const start = performance.now();
    child.kill('SIGINT');
    const { status, stderr } = await ended;
    expect(status, stderr).toBe(130);
    expect(stderr).toMatch(/\ninterrupted: nothing is kept of the proof; of a model, finished stages are\n$/);
    expect(performance.now() - start).toBeLessThan(5_000);
    expect(existsSync(path.join(folder, 'long', 'proof.json'))).toBe(false);
  });
});

describe('espalier prove on a model', () => {
  it('proves its design, which a later run then keeps with the certificate', async () => {
    const model = smallModel();
    const { status, stdout } = await runCliIn(model, 'prove', '--quiet');
    expect(status, stdout).toBe(0);
    const design = /certificate {2}(.*)\/proof\.json/.exec(stdout)?.[1] as string;
    const hint = await runCliIn(model, 'prove', path.dirname(design));
    expect(hint.stderr).toContain(`  hint    did you mean ${design}?\n`);
    const run = await runCliIn(model, 'run', '--until', 'design', '--json', '--quiet');
    const { result } = JSON.parse(run.stdout);
    expect(result.stages.map(({ state }: { state: string }) => state)).toEqual(Array(6).fill('kept'));
    expect(existsSync(path.join(model, design, 'proof.json'))).toBe(true);
  });
});
