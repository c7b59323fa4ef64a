import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadSource } from '../../src/data/sources/index.js';
import { readWeightCsv } from '../../src/exchange/weight-csv.js';
import { fractionOf, valueOfCode } from '../../src/fixed/format.js';
import { networkFromJson } from '../../src/network/json.js';
import { outputFormat } from '../../src/network/layer-output.js';
import { kindOf } from '../../src/network/layers/index.js';
import { evaluateInteger } from '../../src/quantize/evaluate.js';
import { outputOf } from '../../src/quantize/output-of.js';
import { cliHere, newFolder, ROOT } from '../support/cli.js';

const MODEL = path.join(ROOT, 'models', 'mnist');
const FOLDER = path.join(MODEL, 'four-bits');
const FILE = path.join(FOLDER, 'network.json');
const DATA = path.join(MODEL, 'data');
const BITS = 4;

const network = networkFromJson(readFileSync(FILE, 'utf8'));
const weighted = network.layers
  .map((layer) => kindOf(layer).weights(layer))
  .filter((tensors) => tensors.length > 0);

describe('the digits’ network of four bits', () => {
  it('has fewer than 5,000 parameters; inputs, weights and activations have four bits at most', () => {
    const tensors = weighted.flat();
    expect(tensors.reduce((sum, { codes }) => sum + codes.length, 0)).toBeLessThan(5000);
    const formats = [
      ...network.input.formats,
      ...tensors.filter(({ role }) => role === 'weights').flatMap((tensor) => tensor.formats),
      ...network.layers.flatMap((layer) => {
        const output = outputOf(layer) ?? 'exact';
        return output === 'exact' ? [] : output.map(outputFormat);
      }),
    ];
    expect(Math.max(...formats.map(({ width }) => width))).toBe(BITS);
  });

  it('is what its CSVs say', () => {
    weighted.forEach((tensors, at) => {
      for (const { role, codes, formats } of tensors) {
        const { values } = readWeightCsv(path.join(FOLDER, `${role === 'weights' ? 'w' : 'b'}${at + 1}.csv`));
        const wanted = codes.map((code, place) =>
          valueOfCode(code, fractionOf(formats[place % formats.length])),
        );
        expect(values.flat()).toEqual(wanted);
      }
    });
  });

  it.each(['serial', 'parallel'])('is emitted: %s', async (architecture) => {
    const out = path.join(newFolder('four-bits'), 'design');
    const { status, stdout } = await cliHere('emit', FILE, '--architecture', architecture, '--out', out);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^one inference every [\d,]+ cycles/);
    expect(existsSync(path.join(out, 'manifest.json'))).toBe(true);
  });

  it.skipIf(!existsSync(DATA))('knows the test digits, where these are there', async () => {
    const at = (name: string) => path.join('data', name);
    const arrays = { samples: at('t10k-images-idx3-ubyte'), labels: at('t10k-labels-idx1-ubyte') };
    const work = { cache: newFolder('cache'), onProgress: () => undefined };
    const { features, labels, classes } = await loadSource({ arrays }, MODEL, work);
    const scaled = features.map((row) => row.map((level) => level / 255));
    expect(evaluateInteger(network, { features: scaled, labels, classes }).accuracy).toBe(0.9936);
  });
});
