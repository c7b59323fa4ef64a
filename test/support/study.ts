import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Random } from '../../src/core/random.js';
import { splitRows } from '../../src/data/split.js';
import { type Model, readModel } from '../../src/pipeline/model.js';

/** A recipe that takes a second or two. */
export const QUICK_RECIPE = `
training: { epochs: 12, learningRate: 0.05, batchSize: 16, backend: cpu }
pruning: { epochs: 4, learningRate: 0.02, batchSize: 16, frequency: 2, finalSparsity: 0.5 }
distillation: { epochs: 12, learningRate: 0.05, batchSize: 16, hidden: [2] }
quantization: { bits: 6 }
quantizationAware: { epochs: 3, learningRate: 0.01, batchSize: 16 }
`;

/** Two classes on either side of a line, a few on the wrong one; three features. */
export function lineTable(seed: number, rows: number): string {
  const random = new Random(seed, 'table');
  const lines = Array.from({ length: rows }, () => {
    const [a, b, c] = [random.float() * 10, random.float() * 3, random.normal()];
    const isHigh = a - 2 * b + 0.5 * random.normal() > 2;
    return [a, b, c, isHigh ? 'high' : 'low'].join();
  });
  return `a,b,c,y\n${lines.join('\n')}\n`;
}

/** A folder of small models on one table of 90 rows, for studies. */
export class StudyFolder {
  readonly root = mkdtempSync(path.join(tmpdir(), 'espalier-study-'));

  constructor() {
    this.writeTable('data.csv', 1);
  }

  at(name: string): string {
    return path.join(this.root, name);
  }

  writeTable(name: string, seed: number): void {
    writeFileSync(this.at(name), lineTable(seed, 90));
  }

  /** @returns the model's folder */
  writeModel(name: string, recipe = QUICK_RECIPE, table = 'data.csv'): string {
    mkdirSync(this.at(name), { recursive: true });
    const data = `data: { file: ../${table}, label: y }`;
    writeFileSync(path.join(this.at(name), 'espalier.yaml'), `seed: 3\n${data}\nhidden: [4]\n${recipe}`);
    return this.at(name);
  }

  /** Two models that differ in their test rows alone: the second one's are nonsense. */
  likeModels(): [Model, Model] {
    const split = { method: 'sklearn', seed: 1, test: 0.3 } as const;
    const { test } = splitRows({ labels: Array(90).fill(0), classes: ['any'] }, split);
    const lines = lineTable(1, 90).trim().split('\n');
    for (const row of test) lines[row + 1] = lines[row + 1].replace(/^[^,]+/, '-1000');
    writeFileSync(this.at('nonsense.csv'), lines.join('\n'));
    const modelOn = (name: string, table: string): Model => {
      const model = readModel(this.writeModel(name, QUICK_RECIPE, table));
      return { ...model, config: { ...model.config, data: { ...model.config.data, split } } };
    };
    return [modelOn('sense', 'data.csv'), modelOn('nonsense', 'nonsense.csv')];
  }

  remove(): void {
    rmSync(this.root, { recursive: true });
  }
}
