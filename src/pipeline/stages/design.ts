import { blocking } from '../../core/early-exit.js';
import { VERSION } from '../../core/version.js';
import type { RunStage } from '../engine.js';
import type { Model } from '../model.js';
import { readData } from './data.js';
import type { QuantizedProduct } from './quantize.js';

/** Writes the Verilog, the ROM images and the manifest. */
export function designStage({ command, config }: Model): RunStage {
  const generator = { version: VERSION, command };
  return {
    name: 'design',
    title: 'Write the Verilog',
    room: 'emit',
    after: ['data', 'quantize'],
    settings: { hardware: config.hardware, generator },
    async make(inputs) {
      const { BENCH_ROWS } = await import('../../emit/bench/vectors.js');
      const { designNetwork } = await import('../../emit/design-network.js');
      const { emitDesign } = await import('../../emit/design.js');
      const { codesInto } = await import('../../quantize/input-codes.js');
      const { networkFromJson } = await import('../../network/json.js');
      const quantized = inputs.product('quantize');
      const network = networkFromJson(quantized.text('network.json'));
      const { warnings } = quantized.json<QuantizedProduct>('quantized.json');
      const { all } = readData(inputs.product('data'));
      const { network: inDesign } = designNetwork(network, config.hardware);
      const rows = all.features.slice(0, BENCH_ROWS).map((row) => codesInto(inDesign, network, row));
      return blocking(() => emitDesign(network, config.hardware, generator, { warnings, rows }));
    },
  };
}
