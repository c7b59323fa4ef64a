import { Random } from '../../core/random.js';
import type { AffineNetwork } from '../../network/affine.js';
import { buildCircuit } from './build.js';
import type { Circuit } from './circuit.js';
import { compressSums } from './compress.js';
import { type LevelsPerStage, pipelineCircuit } from './pipeline.js';
import { recodeWeights } from './recode.js';
import { shareSums } from './share-sums.js';
import { verifyCircuit } from './verify.js';

export interface CompileOptions {
  readonly adderLevelsPerStage: LevelsPerStage;
  /** 0 answers at once, 3 searches longest. */
  readonly effort: 0 | 1 | 2 | 3;
  /** Rows that one carry chain adds up. */
  readonly adderRows: 2 | 3;
}

/** A network's circuit, through all passes, the circuit's rules checked after each. */
export function compileCircuit(network: AffineNetwork, options: CompileOptions): Circuit {
  let circuit = verifyCircuit(buildCircuit(network), 'build');
  const pass = (name: string, run: (circuit: Circuit) => Circuit) => {
    circuit = verifyCircuit(run(circuit), name);
  };
  pass('recode', recodeWeights);
  if (options.effort > 0)
    pass('share', (plain) => shareSums(plain, { maxLevel: 3, threshold: 0, vary: () => 1 }));
  pass('compress', (summed) =>
    compressSums(summed, { rows: options.adderRows, trials: 1, random: new Random(1, 'heaps') }),
  );
  pass('pipeline', (wired) => pipelineCircuit(wired, options.adderLevelsPerStage));
  return circuit;
}
