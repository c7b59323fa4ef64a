import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { withScratchFolder } from '../../core/early-exit.js';
import { present } from '../../core/objects.js';
import { ownershipOf } from '../../core/owned-folder.js';
import { spread } from '../../core/spread.js';
import type { Samples } from '../../learn/samples.js';
import type { QuantizedNetwork } from '../../network/types.js';
import type { RunStage } from '../engine.js';
import type { Model } from '../model.js';
import { readData } from './data.js';

/** Beside espalier.yaml: the vectors that once failed, which every later simulation begins with. */
export const REGRESSIONS_FILE = 'regressions.json';

/** Co-simulates the design on every row of the data, corners and random vectors. */
export function simulateStage({ folder, config }: Model, cacheFolder: string): RunStage {
  const options = simulationOptions(config);
  const regressions = path.join(folder, REGRESSIONS_FILE);
  return {
    name: 'simulate',
    title: 'Co-simulate',
    room: 'cosim',
    after: ['data', 'quantize', 'design'],
    settings: { ...options, ...present({ rows: config.simulation.rows }) },
    files: existsSync(regressions) ? { [REGRESSIONS_FILE]: regressions } : {},
    async make(inputs, onProgress) {
      const { simulate } = await import('../../cosim/simulate.js');
      const { networkFromJson } = await import('../../network/json.js');
      const [network, design] = ['quantize', 'design'].map((stage) =>
        networkFromJson(inputs.product(stage).text('network.json')),
      );
      const { all } = readData(inputs.product('data'));
      return withScratchFolder(async (outputFolder) => {
        await simulate(inputs.product('design').folder, {
          ...options,
          rows: await simulatedRows(config, network, design, all),
          regressions,
          outputFolder,
          cacheFolder,
          onProgress,
        });
        return new Map(
          ownershipOf(outputFolder).own.map((name) => [name, readFileSync(path.join(outputFolder, name))]),
        );
      });
    },
  };
}

/** What the configuration says of the simulation. */
export function simulationOptions({ simulation, seed: ofRun }: Model['config']) {
  const { seed = ofRun, rows: _, ...rest } = simulation;
  return { ...present(rest), seed };
}

/**
 * The input codes of the rows of a model's data that its design is tried on.
 *
 * @param design the network of the design: that of the model, or one that quantizes for itself
 */
export async function simulatedRows(
  { simulation }: Model['config'],
  network: QuantizedNetwork,
  design: QuantizedNetwork,
  { features }: Samples,
): Promise<number[][]> {
  const { codesInto } = await import('../../quantize/input-codes.js');
  return spread(features, simulation.rows ?? features.length).map((row) => codesInto(design, network, row));
}
