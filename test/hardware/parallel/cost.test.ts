import { expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import { buildCircuit } from '../../../src/hardware/parallel/build.js';
import { compileCircuit } from '../../../src/hardware/parallel/compile.js';
import { circuitCost, roughLuts } from '../../../src/hardware/parallel/cost.js';
import { recodeWeights } from '../../../src/hardware/parallel/recode.js';
import { lowerNetwork } from '../../../src/network/affine.js';
import { QUANTIZATION_SHAPE } from '../../../src/quantize/options.js';
import { quantizeNetwork } from '../../../src/quantize/widths.js';
import { chainOf } from '../../support/chains.js';

/** A seeded 16-64-32-32-5 network of 8 bits: some 30,000 LUTs. */
function wide() {
  const random = new Random(3, 'wide');
  const sizes = [16, 64, 32, 32, 5];
  const layers = sizes.slice(1).map((units, at) => ({
    kind: 'dense' as const,
    name: `layer${at}`,
    kernel: Array.from({ length: sizes[at] }, () => Array.from({ length: units }, () => random.normal())),
    bias: Array.from({ length: units }, () => random.normal()),
    activation: at === 3 ? ('linear' as const) : ('relu' as const),
  }));
  const rows = Array.from({ length: 50 }, () =>
    sizes.slice(0, 1).flatMap((n) => Array.from({ length: n }, () => random.float())),
  );
  const float = chainOf({ name: 'wide', inputs: 16, layers, head: 'argmax' as const });
  return lowerNetwork(
    quantizeNetwork({ network: float }, rows, QUANTIZATION_SHAPE.parse({ bits: 8 })).network,
  );
}

it.each([0, 1] as const)(
  'the estimate before the search is close to what effort %d finds',
  (effort) => {
    const network = wide();
    const estimate = roughLuts(recodeWeights(buildCircuit(network)), effort > 0);
    const options = {
      adderLevelsPerStage: 'none',
      seed: 1,
      adderRows: 3,
      tableBits: 16,
      maxLuts: 1e6,
    } as const;
    const { luts } = circuitCost(compileCircuit(network, { form: 'optimized', effort, ...options }));
    expect(estimate / luts).toBeGreaterThan(0.88);
    expect(estimate / luts).toBeLessThan(1.12);
  },
  60_000,
);
