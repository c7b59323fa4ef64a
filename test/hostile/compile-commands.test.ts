import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { cloudsCsv } from '../support/cli.js';
import { type HostileCommand, newSandbox, refuseCommands } from '../support/hostile.js';

const sandbox = newSandbox('compile-commands');
sandbox.write('w/w1.csv', '0.5,1.5\n-2,1\n');
sandbox.write('w/b1.csv', '0.25,-1\n');
sandbox.write('huge/w1.csv', '1e308,1e308\n1e308,-1e308\n');
sandbox.write('huge/b1.csv', '0\n0\n');
sandbox.write('huge/w2.csv', '1\n1\n');
sandbox.write('huge/b2.csv', '0\n');
sandbox.write('keras/kernel.csv', '0.5,1.5\n-2,1\n');
sandbox.write('keras/bias.csv', '0.25,-1\n');
sandbox.write('keras/kernel_1.csv', '0.5\n1.5\n-2\n');
sandbox.write('keras/bias_1.csv', '0.25\n');
sandbox.write('narrow.csv', '0.5\n0.25\n');
sandbox.write('model/data.csv', cloudsCsv(40));
sandbox.write(
  'model/espalier.yaml',
  'data: { file: data.csv, label: ripe }\npruning: { finalSparsity: [0.5] }\n',
);
sandbox.write('latin/data.csv', Buffer.from('x,y\n1,é\n2,è\n', 'latin1'));
sandbox.write('latin/espalier.yaml', 'data: { file: data.csv, label: y }\n');

const USAGE = 'cli/usage';
const OPTION = 'cli/option-value';
const COMPILE = ['compile', '--weights', 'w', '--input', 'unit', '--out', 'out'];

type Row = readonly [code: string, ...argv: string[]];

const ROWS: readonly Row[] = [
  [USAGE, 'compil'],
  [USAGE, 'compile'],
  [USAGE, 'compile', '--weights', 'w', '--nothing'],
  [USAGE, 'compile', '--weights', 'w', '--head', 'softmax'],
  ['quantize/input-unknown', 'compile', '--weights', 'w', '--out', 'out'],
  ['file/unreadable', 'compile', '--weights', 'nowhere', '--input', 'unit'],
  ['exchange/weight-none', 'compile', '--weights', 'model', '--input', 'unit'],
  ['exchange/weight-shape', 'compile', '--weights', 'keras', '--input', 'unit', '--out', 'out'],
  ['quantize/too-large', 'compile', '--weights', 'huge', '--input', 'unit', '--out', 'out'],
  [OPTION, ...COMPILE, '--bits', 'NaN'],
  [OPTION, ...COMPILE, '--bits', '0'],
  [OPTION, ...COMPILE, '--bits', '1e3'],
  [OPTION, ...COMPILE, '--lanes', '-1'],
  [OPTION, ...COMPILE, '--interval', '0'],
  [OPTION, ...COMPILE, '--format', 'hidden'],
  [OPTION, ...COMPILE, '--format', '__proto__.weights.x=fixed<8,1>'],
  ['quantize/layer', ...COMPILE, '--format', 'hiden.weights=fixed<8,1>'],
  ['fixed/format-syntax', ...COMPILE, '--format', 'output.weights=int8'],
  ['fixed/format-syntax', ...COMPILE, '--input', 'uint'],
  ['network/name', ...COMPILE, '--name', '../up'],
  ['network/name', ...COMPILE, '--name', '1st'],
  ['data/column-count', 'compile', '--weights', 'w', '--calibration', 'narrow.csv', '--out', 'out'],
  ['hardware/architecture', ...COMPILE, '--architecture', 'systolic'],
  ['pipeline/config-value', 'run', 'model', '--build', 'build'],
  ['file/encoding', 'run', 'latin', '--build', 'build'],
  ['pipeline/model-missing', 'run', 'nowhere'],
  [OPTION, 'run', 'latin', '--seed', '-1'],
  ['pipeline/nothing-to-simulate', 'simulate', 'nowhere'],
  [OPTION, 'simulate', 'nowhere', '--random', '1e400'],
  [USAGE, 'simulate', 'nowhere', '--stalls', 'some'],
  [USAGE, 'export', 'nothing', 'w'],
];

refuseCommands(
  'command lines on weights and tables are refused',
  sandbox,
  ROWS.map(([code, ...argv]): HostileCommand => ({ name: argv.join(' '), code, argv })),
);

it('no design was written by any of them', () => {
  expect(existsSync(path.join(sandbox.folder, 'out'))).toBe(false);
});
