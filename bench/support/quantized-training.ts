import { Random } from '../../src/core/random.js';
import { foldNetwork } from '../../src/float/fold.js';
import { trainBase } from '../../src/learn/base.js';
import { trainQuantized } from '../../src/learn/quantization-aware.js';
import type { Samples } from '../../src/learn/samples.js';
import { readModel } from '../../src/pipeline/model.js';
import { planOf } from '../../src/quantize/aware.js';
import { QUANTIZATION_SHAPE } from '../../src/quantize/options.js';
import { quantizeNetwork } from '../../src/quantize/widths.js';
import type { Ratio } from './bench.js';

const SAMPLES = 2048;
const OPTIONS = { epochs: 1, batchSize: 64, dropout: 0 };

/** An epoch and its measuring in integer formats beside the same in floats, by the processor's time. */
export async function awareRatios(): Promise<Ratio[]> {
  const samples = noise();
  const { layers } = readModel('models/mnist/four-bits.yaml').config;
  const { network } = foldNetwork((await trainBase(samples, { ...OPTIONS, layers })).network);
  const config = QUANTIZATION_SHAPE.parse({ bits: 4, granularity: 'unit' });
  const plan = planOf(quantizeNetwork({ network }, samples.features.slice(0, 64), config).network, config);
  const rateOf = async (work: () => Promise<unknown>) => {
    await work();
    const begin = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(begin);
    return SAMPLES / ((user + system) / 1e6);
  };
  const float = await rateOf(() => trainBase(samples, { ...OPTIONS, layers }));
  const aware = await rateOf(() => trainQuantized(network, plan, samples, OPTIONS));
  return [
    {
      workload: 'models/mnist/four-bits.yaml, wasm',
      measure: 'samples per processor second, training: 4 bits / floats',
      ours: aware.toFixed(0),
      other: float.toFixed(0),
      ratio: aware / float,
      goal: { atLeast: 0.4 },
    },
  ];
}

/** Pictures of nothing, of ten classes. */
function noise(): Samples {
  const random = new Random(3, 'pictures');
  return {
    features: Array.from({ length: SAMPLES }, () => Array.from({ length: 784 }, () => random.float())),
    labels: Array.from({ length: SAMPLES }, (_, row) => row % 10),
    classes: [...'0123456789'],
    shape: [28, 28, 1],
  };
}
