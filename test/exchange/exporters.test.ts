import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VERSION } from '../../src/core/version.js';
import { EXPORT_FORMATS, type ExportFormat } from '../../src/exchange/export-formats.js';
import { runExport } from '../../src/exchange/exporters.js';
import type { DriverDesign } from '../../src/exchange/host/driver/facts.js';
import { writeTfjsModel } from '../../src/exchange/tfjs.js';
import { exportTflite } from '../../src/exchange/tflite/export.js';
import type { DenseChain } from '../../src/float/chain.js';
import { floatToJson } from '../../src/float/json.js';
import { networkToJson } from '../../src/network/json.js';
import { layoutFor } from '../../src/pipeline/sample-layout.js';
import { chainOf } from '../support/chains.js';
import { runCliIn } from '../support/cli.js';
import { sampleNetwork } from './c/sample.js';

const generator = { version: '0.0.0', command: 'espalier export' };

/** Weights that are float32 numbers, so that the layers model holds them exactly. */
const FLOAT: DenseChain = chainOf({
  name: 'small',
  inputs: 2,
  layers: [
    { kind: 'dense', name: 'hidden', kernel: [[0.5], [0]], bias: [0.125], activation: 'relu' },
    { kind: 'dense', name: 'logit', kernel: [[-2]], bias: [1], activation: 'linear' },
  ],
  head: 'binary',
});

/** A design of the sample network, by what drivers ask of it. */
const DESIGN: DriverDesign = {
  sha256: '0123456789abcdef'.repeat(4),
  input: layoutFor('nowhere', 8)(sampleNetwork()),
  output: { width: 8, beats: 1, fields: [] },
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'espalier-export-'));
  writeFileSync(path.join(folder, 'network.json'), networkToJson(sampleNetwork()));
  for (const [name, content] of writeTfjsModel(FLOAT)) writeFileSync(path.join(folder, name), content);
  writeFileSync(path.join(folder, 'rows.csv'), '0,0\n1,1\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

const request = (format: ExportFormat, source = folder) => {
  const calibration = path.join(folder, 'rows.csv');
  return { format, source, generator, calibration, layoutOf: layoutFor(source, undefined), design: DESIGN };
};

describe('an export from a file', () => {
  const names: Record<ExportFormat, string[]> = {
    c: ['tiny.h', 'tiny.c'],
    'encoder-c': ['tiny_encoder.h', 'tiny_encoder.c'],
    'encoder-python': ['tiny_encoder.py'],
    'encoder-typescript': ['tiny_encoder.ts'],
    'driver-c': ['tiny_encoder.h', 'tiny_encoder.c', 'tiny_driver.h', 'tiny_driver.c'],
    'driver-python': ['tiny_encoder.py', 'tiny_driver.py'],
    'driver-registers': ['tiny_encoder.h', 'tiny_encoder.c', 'tiny_registers.h', 'tiny_registers.c'],
    'driver-pynq': ['tiny_encoder.py', 'tiny_pynq.py'],
    'driver-typescript': ['tiny_encoder.ts', 'tiny_driver.ts'],
    onnx: ['tiny.onnx'],
    'tflite-float32': ['small_float32.tflite'],
    'tflite-float16': ['small_float16.tflite'],
    'tflite-dynamic': ['small_dynamic.tflite'],
    'tflite-int8': ['small_int8.tflite'],
    keras: ['tiny.h5'],
    tfjs: ['model.json', 'weights.bin'],
  };

  it.each(Object.keys(EXPORT_FORMATS) as ExportFormat[])('in the format %s has its files', async (format) => {
    const { files } = await runExport(request(format));
    expect([...files.keys()]).toEqual(names[format]);
  });

  it('reads the file itself or the folder that holds it, and the calibration', async () => {
    const calibration = [
      [0, 0],
      [1, 1],
    ];
    const wanted = exportTflite(FLOAT, { mode: 'int8', calibration }).bytes;
    for (const source of [folder, path.join(folder, 'model.json')]) {
      const { files } = await runExport(request('tflite-int8', source));
      expect(files.get('small_int8.tflite')).toEqual(wanted);
    }
  });

  it('takes what a folder has: of trained weights a float network, of a design its whole numbers', async () => {
    for (const [name, content] of [
      ['float.json', floatToJson(FLOAT)],
      ['network.json', networkToJson(sampleNetwork())],
    ] as const) {
      const only = path.join(folder, `only ${name}`);
      mkdirSync(only);
      writeFileSync(path.join(only, name), content);
      const [own, other] = await Promise.all(
        [only, path.join(only, name)].map((source) =>
          runExport({ ...request('tflite-float32', source), calibration: undefined }),
        ),
      );
      expect(own.files).toEqual(other.files);
      expect((await runExport(request('keras', only))).files.size).toBe(1);
    }
  });

  it('refuses a calibration of another width, and a place where nothing is', async () => {
    const narrow = path.join(folder, 'narrow.csv');
    writeFileSync(narrow, '0\n1\n');
    await expect(runExport({ ...request('tflite-int8'), calibration: narrow })).rejects.toThrow(
      `${narrow}: got 1 columns, wanted 2 columns, one per input of the network: scaled features without the ` +
        'label [pipeline/calibration-shape]',
    );
    await expect(runExport(request('c', '/no/such/place'))).rejects.toThrow(
      '/no/such/place: got no such file or folder, wanted a readable file [file/unreadable]',
    );
  });
});

describe('espalier export', () => {
  const run = (format: string, source: string) => runCliIn(folder, 'export', format, source, '--out', 'out');

  it('writes the files and says what they cost', async () => {
    const { stdout, stderr, status } = await run('c', 'network.json');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(
      /^one inference: 5 multiplications, 7 additions, 18 loads, 3 stores\nflash \d+ bytes, RAM/,
    );
    const header = readFileSync(path.join(folder, 'out', 'tiny.h'), 'utf8');
    expect(header).toContain(` * Made by Espalier ${VERSION}: espalier export c network.json\n`);
  });

  it('says per tensor what it did', async () => {
    const { stdout } = await run('tflite-dynamic', 'model.json');
    expect(stdout.split('\n').slice(0, -2)).toEqual([
      'tensor          type     shape  bytes       scale  zero point  max error',
      '──────────────  ───────  ─────  ─────  ──────────  ──────────  ─────────',
      'input           FLOAT32  1x2',
      'hidden/weights  INT8     1x2        2  0.00393701           0     1.9e-9',
      'hidden/bias     FLOAT32  1          4                             0.0e+0',
      'hidden/output   FLOAT32  1x1',
      'logit/weights   INT8     1x1        1   0.0157480           0     7.5e-9',
      'logit/bias      FLOAT32  1          4                             0.0e+0',
      'logit/output    FLOAT32  1x1',
      'probability     FLOAT32  1x1',
      '',
    ]);
  });
});
