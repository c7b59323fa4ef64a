import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { CONFIG } from '../../src/pipeline/checked-config.js';
import { filesOf, newFolder, runCliIn, SMALL_MODEL, smallModel, startCli } from '../support/cli.js';
import { SECTIONS_OF_RUN, sectionsOf } from '../support/report-sections.js';

describe('a whole run', () => {
  let folder: string;
  let first: Awaited<ReturnType<typeof runCliIn>>;

  beforeAll(async () => {
    folder = smallModel();
    first = await runCliIn(folder, 'run');
  });

  it('ends with the table, and says where everything lies', () => {
    expect(first.status).toBe(0);
    const facts = /^cycles per inference {2}\d+ sparse, \d+ dense; latency \d+$/m;
    expect(first.stdout).toMatch(facts);
    expect(first.stdout).toMatch(/^network +epochs +accuracy \(20 test rows\) +non-zeros$/m);
    expect(first.stdout).toMatch(/^trained \(float\) +4 +\d+\.\d % +21 of 21$/m);
    expect(first.stdout).toMatch(/^fixed point +\d+\.\d % +\d+ of 21$/m);
    expect(first.stdout).toMatch(/^vectors compared +389 \(80 data, 9 corner, 300 random\) by Verilator /m);
    expect(first.stdout).toMatch(/^differences +0$/m);
    expect(first.stdout).toMatch(/^report +build\/small\/report.html$/m);
  });

  it('warns of networks that have hardly learnt, on the terminal, in JSON and in the report', async () => {
    const untilTrained = await runCliIn(folder, 'run', '--until', 'train');
    const { warnings } = JSON.parse(readFileSync(path.join(folder, 'build/small/report.json'), 'utf8'));
    const [warning, second] = warnings;
    expect([warning.where, second.where, warnings.length]).toEqual(['training', 'pruning', 2]);
    const wanted = 'a network that has learnt more than how frequent the classes are';
    const hint =
      'more epochs or a larger learningRate train it longer; else its features may not tell the classes apart';
    expect(warning).toEqual({
      code: 'learn/undertrained',
      where: 'training',
      got: warning.got,
      wanted,
      hint,
    });
    const block =
      `warning learn/undertrained\n  where   training\n  got     ${warning.got}\n  wanted  ${wanted}\n` +
      `  hint    ${hint}\n`;
    expect(first.stderr).toContain(block);
    expect(untilTrained.stderr).toContain(block);
    const json = await runCliIn(folder, 'run', '--json', '--quiet');
    expect(JSON.parse(json.stdout).warnings).toEqual(warnings);
    expect(readFileSync(path.join(folder, 'build/small/report.md'), 'utf8')).toContain(
      `Warning, training: ${warning.got}; wanted ${wanted}. Hint: ${hint} [learn/undertrained]`,
    );
  });

  it('reports each stage on stderr, without escape sequences where there is no terminal', () => {
    const [stages] = first.stderr.split(/^warning /m);
    // A stage that takes long says how far it is, too.
    const lines = stages
      .trimEnd()
      .split('\n')
      .filter((line) => !/: [\d,]+ of [\d,]+, /.test(line));
    expect(lines.map((line) => line.replace(/: [\d.]+ s$/, ''))).toEqual([
      'Read and split the data',
      'Train the base network',
      'Prune',
      'Write the weights',
      'Quantize',
      'Write the Verilog',
      'Co-simulate',
      'Write the report',
    ]);
  });

  it('keeps everything the second time, byte for byte, and says so in JSON', async () => {
    const before = filesOf(path.join(folder, 'build'));
    const { status, stdout, stderr } = await runCliIn(folder, 'run', 'models/small', '--json', '--quiet');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ schema: 'espalier/result', version: 1, command: 'run', ok: true });
    const { result } = document;
    expect(
      result.stages.map(({ name, state }: { name: string; state: string }) => `${name} ${state}`),
    ).toEqual(
      ['data', 'train', 'prune', 'weights', 'quantize', 'design', 'simulate', 'report'].map(
        (n) => `${n} kept`,
      ),
    );
    expect(result.summary.simulation).toMatchObject({ passed: true, differing: 0, vectors: 389 });
    expect(result.report).toBe('build/small/report.html');
    expect(filesOf(path.join(folder, 'build'))).toEqual(before);
  });

  it('gives the same bytes in another folder, and others for another seed', async () => {
    const copy = smallModel();
    await runCliIn(copy, 'run', '--until', 'design');
    const design = (root: string) => filesOf(path.join(root, 'build', 'small', 'design'));
    expect(design(copy)).toEqual(design(folder));
    await runCliIn(copy, 'run', '--until', 'design', '--seed', '7');
    expect(design(copy).get('network.json')).not.toBe(design(folder).get('network.json'));
  });

  it('says in every file of the design what made it, wherever the model lies', async () => {
    const makers = (root: string) => {
      const files = [...filesOf(path.join(root, 'build', 'small', 'design'))];
      expect(files.filter(([, text]) => text.includes(root))).toEqual([]);
      const found = files.flatMap(([file, text]) =>
        Array.from(text.matchAll(/espalier run [\w/]*(?: --\w+ \w+)*/g), ([line]) => [
          path.extname(file),
          line,
        ]),
      );
      const kinds = new Set(found.map(([kind]) => kind));
      expect([...kinds].sort()).toEqual(['', '.core', '.json', '.md', '.py', '.sv', '.tcl', '.v', '.vhd']);
      return new Set(found.map(([, line]) => line));
    };
    expect(makers(folder)).toEqual(new Set(['espalier run models/small']));
    const away = newFolder('away');
    const model = path.join(folder, 'models', 'small');
    const { status } = await runCliIn(away, 'run', model, '--until', 'design', '--seed', '7');
    expect(status).toBe(0);
    expect(makers(away)).toEqual(new Set(['espalier run small --seed 7']));
  });

  it('leaves weights in files that compile takes again', async () => {
    const weights = path.join(folder, 'build', 'small', 'weights');
    const { status, stdout } = await runCliIn(
      folder,
      'compile',
      '--weights',
      weights,
      '--set',
      'pruned',
      '--input',
      'unit',
      '--json',
    );
    expect(status).toBe(0);
    const { result } = JSON.parse(stdout);
    expect(result.folder).toBe('build/weights_pruned');
    expect(result.parameters).toBe(21);
    expect(result.manifest.generator.command).toBe(
      'espalier compile --weights weights --set pruned --input unit',
    );
    const again = await runCliIn(folder, 'simulate', 'build/weights_pruned', '--random', '50', '--json');
    expect(again.status).toBe(0);
    expect(JSON.parse(again.stdout).result.record).toMatchObject({ passed: true, samples: 59 });
  });

  it('writes a report that needs no other file and no network', () => {
    const report = readFileSync(path.join(folder, 'build', 'small', 'report.html'), 'utf8');
    expect(sectionsOf(report)).toEqual(SECTIONS_OF_RUN);
    expect([...report.matchAll(/<svg [^>]*aria-label="([^"]*)"/g)].map(([, label]) => label)).toEqual([
      'Loss by epoch: the run',
      'Accuracy by epoch: the run',
      'Parameters that are not zero by epoch: the run',
      'Confusion matrix: trained',
      'Confusion matrix: pruned',
      'Confusion matrix: fixed point',
      'Weights of hidden: trained',
      'Codes of hidden: in hardware',
      'Weights of output: trained',
      'Codes of output: in hardware',
      'Quantization error of each layer: mean, largest, and the bound',
      'Histogram of codes: input input',
      'Histogram of codes: hidden weights',
      'Histogram of codes: hidden outputs',
      'Histogram of codes: output weights',
      'Histogram of codes: output outputs',
      'Cycles per sample of each layer, sparse and dense',
      'Gantt chart: which unit of which sample each lane works on, by clock cycle',
      'Rows of each class',
    ]);
    expect(report.replaceAll('http://www.w3.org/', '')).not.toMatch(
      /https?:|<script|<link|<img|url\((?!#)|@import/,
    );
    expect(report).not.toContain(folder);
    expect(report).toContain('\nnpx espalier run models/small --seed 42 --force</pre>');
  });

  it('finds a difference in edited Verilog: exit status 1, and the neuron', async () => {
    const design = path.join(folder, 'build', 'broken');
    await runCliIn(
      folder,
      'compile',
      '--weights',
      'build/small/weights',
      '--set',
      'base',
      '--input',
      'unit',
      '--out',
      design,
    );
    const file = path.join(design, 'rtl', 'espalier_requantize.v');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('>>>', '>>> 1 >>>'));
    expect(readFileSync(file, 'utf8')).not.toBe(text);
    const { status, stdout } = await runCliIn(
      folder,
      'simulate',
      design,
      '--random',
      '50',
      '--trace-layers',
      '--json',
    );
    expect(status).toBe(1);
    const document = JSON.parse(stdout);
    expect(document.ok).toBe(false);
    expect(document.result.record.difference).toMatchObject({ kind: 'layer', layer: 'hidden' });
  });
});

describe('what a run refuses', () => {
  const block = (...[code, where, got, wanted, hint]: string[]) =>
    [
      `error ${code}`,
      `  where   ${where}`,
      `  got     ${got}`,
      `  wanted  ${wanted}`,
      ...(hint === undefined ? [] : [`  hint    ${hint}`]),
      '',
    ].join('\n');

  it('a folder without a model', async () => {
    const { status, stdout, stderr } = await runCliIn(newFolder('empty'), 'run', 'here');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toBe(
      block(
        'pipeline/model-missing',
        'here',
        'no espalier.yaml',
        'a folder with an espalier.yaml, or the path of such a file',
        '`espalier run models/wdbc` runs the example',
      ),
    );
  });

  it('a wrong key, with its place and the likely one', async () => {
    const folder = smallModel(SMALL_MODEL.replace('hidden', 'hiden'));
    const { status, stderr } = await runCliIn(folder, 'run');
    expect(status).toBe(1);
    expect(stderr).toBe(
      block(
        'pipeline/config-key',
        'models/small/espalier.yaml:5:1',
        'the unknown key "hiden"',
        `one of ${Object.keys(CONFIG.shape).join(', ')}`,
        'did you mean hidden?',
      ),
    );
  });

  it('a table that is not there', async () => {
    const folder = smallModel(SMALL_MODEL.replace('data.csv', 'date.csv'));
    const { status, stderr } = await runCliIn(folder, 'run', '--quiet');
    expect(status).toBe(1);
    expect(stderr).toBe(
      block('file/unreadable', 'models/small/date.csv', 'no such file or folder', 'a readable file'),
    );
  });

  it('a folder for the design that holds something else', async () => {
    const folder = smallModel();
    writeFileSync(path.join(folder, 'w1.csv'), '1\n-1\n');
    writeFileSync(path.join(folder, 'b1.csv'), '0.5\n');
    const argv = ['compile', '--weights', 'w1.csv', 'b1.csv', '--input', 'unit', '--out', 'models'];
    const { status, stderr } = await runCliIn(folder, ...argv);
    expect(status).toBe(1);
    expect(stderr).toBe(
      block(
        'pipeline/output-folder',
        'models',
        'files that this command did not write: "small/data.csv", "small/espalier.yaml"',
        'a new folder, an empty one, or one with an older output of this command, which is replaced',
        'choose another folder, or move them away',
      ),
    );
    expect([...filesOf(folder).keys()]).toContain('models/small/espalier.yaml');
  });

  it('a network too large to unroll, until the limit is lifted', async () => {
    const folder = smallModel();
    writeFileSync(path.join(folder, 'w1.csv'), '85\n-51\n');
    writeFileSync(path.join(folder, 'b1.csv'), '0.5\n');
    const files = ['--weights', 'w1.csv', 'b1.csv', '--input', 'unit'];
    const argv = ['compile', ...files, '--name', 'wide', '--architecture', 'parallel'];
    const { status, stderr } = await runCliIn(folder, ...argv, '--quiet', '--max-luts', '9');
    expect(status).toBe(1);
    expect(stderr).toBe(
      block(
        'hardware/parallel-too-large',
        'wide: hardware.architecture parallel',
        'a network of about 47 LUTs when it is unrolled',
        'at most 9 LUTs (hardware.maxLuts)',
        'use hardware.architecture serial, prune further, or raise hardware.maxLuts (--max-luts)',
      ),
    );
    expect([...filesOf(folder).keys()].filter((file) => file.startsWith('build'))).toEqual([]);
    expect(await runCliIn(folder, ...argv, '--max-luts', '100')).toMatchObject({ status: 0 });
  });
});

describe('a run in formats that lose classes', () => {
  it('says so, in the manifest too', async () => {
    const model = smallModel(`${SMALL_MODEL}quantization: { bits: 1 }\n`);
    const { status, stderr } = await runCliIn(model, 'run', '--until', 'design', '--quiet');
    expect(status).toBe(0);
    expect(stderr).toMatch(
      /^warning quantize\/disagreement\n {2}where {3}small\n {2}got {5}another class than the weights give for /m,
    );
    const manifest = readFileSync(path.join(model, 'build', 'small', 'design', 'manifest.json'), 'utf8');
    const codes = JSON.parse(manifest).warnings.map(({ code }: { code: string }) => code);
    expect(codes).toContain('quantize/disagreement');
  });
});

describe('an interrupted run', () => {
  it('leaves whole products only, and the next run goes on from them', async () => {
    const folder = smallModel(SMALL_MODEL.replace('epochs: 4', 'epochs: 100000'));
    const { child, ended } = startCli(folder, ['run']);
    while (!existsSync(path.join(folder, 'build/small/data/stage.json'))) await setTimeout(50);
    await setTimeout(500);
    child.kill('SIGINT');
    const { status: interrupted, stderr: message } = await ended;
    expect(interrupted).toBe(130);
    expect(message).toContain(
      'interrupted: finished stages and epochs are kept, and the next run goes on from there\n',
    );
    const left = readdirSync(path.join(folder, 'build', 'small'), { recursive: true }).sort();
    expect(left).toEqual([
      'data',
      ...['.espalier.json', 'data.json', 'features.bin', 'stage.json'].map((file) => `data/${file}`),
    ]);
    writeFileSync(path.join(folder, 'models', 'small', 'espalier.yaml'), SMALL_MODEL);
    const { status, stderr } = await runCliIn(folder, 'run', '--until', 'train');
    expect(status).toBe(0);
    expect(stderr).toMatch(/^Read and split the data: unchanged\nTrain the base network: /);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('by %s ends what it has started, and leaves no temporary file', async (signal, wanted) => {
    const folder = smallModel();
    const [tools, scratch] = ['tools', 'scratch'].map((name) => path.join(folder, name));
    for (const made of [tools, scratch]) mkdirSync(made);
    const [started, survived] = ['started', 'survived'].map((name) => path.join(folder, name));
    const verilator = [
      '#!/bin/sh',
      'if [ "$1" = --version ]; then echo Verilator 5.006; exit; fi',
      `(sleep 2; touch '${survived}') & touch '${started}'; wait`,
    ];
    writeFileSync(path.join(tools, 'verilator'), verilator.join('\n'), { mode: 0o755 });
    const { child, ended } = startCli(folder, ['run'], {
      PATH: `${tools}:${process.env.PATH}`,
      TMPDIR: scratch,
    });
    while (!existsSync(started)) await setTimeout(50);
    expect(readdirSync(scratch)).toHaveLength(2);
    child.kill(signal);
    expect((await ended).status).toBe(wanted);
    expect(readdirSync(scratch)).toEqual([]);
    await setTimeout(2_500);
    expect(existsSync(survived)).toBe(false);
  });
});
