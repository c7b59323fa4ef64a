import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { readTfjsModel } from '../../src/exchange/tfjs.js';
import { messageOf } from './messages.js';

/** A folder with a layers model of TensorFlow.js, a new one for each test. */
export function tfjsFolder() {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'espalier-tfjs-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const save = (files: ReadonlyMap<string, string | Uint8Array>) => {
    for (const [name, content] of files) writeFileSync(path.join(folder, name), content);
    return path.join(folder, 'model.json');
  };

  /** The message of some work; the folder is cut out of it. */
  const messageIn = (work: () => unknown) => messageOf(work).replaceAll(folder + path.sep, '');

  /** Of any JSON as a model, with `floats` numbers beside it. */
  const messageFor = (model: unknown, floats = 0) => {
    const text = typeof model === 'string' ? model : JSON.stringify(model);
    const file = save(
      new Map<string, string | Uint8Array>([
        ['model.json', text],
        ['weights.bin', new Uint8Array(4 * floats)],
      ]),
    );
    return messageIn(() => readTfjsModel(file));
  };

  return { at: (name: string) => path.join(folder, name), save, messageIn, messageFor };
}

export const dense = (name: string, units: number, activation: string) => ({
  class_name: 'Dense',
  config: { name, units, activation, use_bias: true },
});

export const modelOf = (layers: unknown[], weights: unknown[] = []) => ({
  modelTopology: { class_name: 'Sequential', config: { name: 'net', layers } },
  weightsManifest: [{ paths: ['weights.bin'], weights }],
});

export const weightsOf = (name: string, inputs: number, units: number) => [
  { name: `${name}/kernel`, shape: [inputs, units], dtype: 'float32' },
  { name: `${name}/bias`, shape: [units], dtype: 'float32' },
];
