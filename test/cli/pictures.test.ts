import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { type Ended, newFolder, runCliIn } from '../support/cli.js';

/** A teacher and a student of convolutions, the student pruned, in 4 bits. */
const CONFIG = `data:
  pictures: { folder: photos, size: [6, 6], color: grey }
layers: [{ conv: 6, padding: same, activation: relu }, { maxPool: 2 }, { dropout: 0.1 }, { flatten: true }, { dense: 3 }]
training: { epochs: 12, batchSize: 8, learningRate: 0.01, augment: { shift: 1 } }
deploy: distilled
distillation:
  layers: [{ conv: 3, stride: 2, padding: same, activation: { leaky: 0.2 }, name: eye }, { flatten: true }, { dense: 3 }]
  epochs: 20
  batchSize: 8
  learningRate: 0.02
pruning: { finalSparsity: [0, 0.5], frequency: 2, epochs: 6, batchSize: 8, learningRate: 0.01, holdOut: 0 }
quantization: { bits: { weights: 4, activations: 4, input: 4, layers: { eye: { weights: 5 } } } }
quantizationAware: { epochs: 3, batchSize: 8 }
simulation: { random: 4, engine: embedded }
`;

/** Pictures of a bar across, down, or on the slope. */
async function lay(folder: string): Promise<void> {
  const random = new Random(2, 'pictures');
  for (const [name, isOn] of [
    ['across', (row: number) => row >> 2 === 1],
    ['down', (_: number, column: number) => column >> 2 === 1],
    ['slope', (row: number, column: number) => Math.abs(row - column) < 3],
  ] as const) {
    mkdirSync(path.join(folder, 'photos', name), { recursive: true });
    for (let number = 0; number < 12; number++) {
      const levels = Uint8Array.from({ length: 144 }, (_, at) => {
        return (isOn(Math.floor(at / 12), at % 12) ? 180 : 0) + random.integer(0, 60);
      });
      const file = path.join(folder, 'photos', name, `${number}.png`);
      await sharp(levels, { raw: { width: 12, height: 12, channels: 1 } }).toFile(file);
    }
  }
}

describe('a folder of pictures', () => {
  let folder: string;
  let ended: Ended;
  const read = (file: string) => readFileSync(path.join(folder, 'build', 'bars', file), 'utf8');
  beforeAll(async () => {
    folder = newFolder('pictures');
    await lay(folder);
    writeFileSync(path.join(folder, 'espalier.yaml'), `name: bars\n${CONFIG}`);
    ended = await runCliIn(folder, 'run');
  });

  it('becomes a design that equals its network: teacher, student, pruned, in 4 bits', () => {
    expect(ended.status, ended.stderr).toBe(0);
    const { summary, data } = JSON.parse(read('report.json'));
    expect(summary.networks.map(({ name }: { name: string }) => name)).toEqual([
      'float',
      'scratch',
      'distilled',
      'pruned',
      'fixed-point',
    ]);
    expect(summary.simulation).toMatchObject({ passed: true, differing: 0 });
    expect(data).toMatchObject({ train: 27, test: 9, inputs: 36, features: [] });
    expect(data.report.notes).toEqual(['36 pictures brought to this size']);
    const network = JSON.parse(read('design/network.json'));
    expect(network.layers.map(({ name, kind }: { name: string; kind: string }) => `${name} ${kind}`)).toEqual(
      ['eye conv2d', 'flatten1 move', 'dense1 dense'],
    );
    const { networks } = JSON.parse(read('report.json'));
    const [, pruned] = networks.pruned.size.layers;
    expect(pruned.nonZeroWeights).toBe(Math.round(pruned.weights / 2));
  });

  it('is not read, learnt or emitted anew where nothing has changed', async () => {
    const again = await runCliIn(folder, 'run');
    expect(again.stderr.match(/: unchanged$/gm)).toHaveLength(10);
  });

  it('refuses layers that do not chain, and says which', async () => {
    const broken = CONFIG.replace('conv: 3, stride: 2', 'conv: 3, kernel: 9, padding: valid').replace(
      ', padding: same, activation: { leaky',
      ', activation: { leaky',
    );
    writeFileSync(path.join(folder, 'espalier.yaml'), `name: bars\n${broken}`);
    const { status, stderr } = await runCliIn(folder, 'run');
    expect(status).toBe(1);
    expect(stderr).toContain(
      'where   distillation.layers[0] (eye)\n  got     a window that covers 9x9 cells, on a map of 6x6, padding included\n',
    );
  });
});
