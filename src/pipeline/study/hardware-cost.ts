import { present } from '../../core/objects.js';
import { VERSION } from '../../core/version.js';
import { emitDesign, type HardwareConfig } from '../../emit/design.js';
import { parseManifest } from '../../emit/read-design.js';
import { kindOf } from '../../network/layers/index.js';
import type { QuantizedNetwork } from '../../network/types.js';
import type { HardwareCost } from '../../report/study-data.js';

/** The cost of a network on a micro-architecture, from the facts of its emitted design. @throws hardware/* */
export function hardwareCost(network: QuantizedNetwork, hardware: HardwareConfig): HardwareCost {
  const files = emitDesign(network, hardware, { version: VERSION, command: 'cost' });
  const { roms, timing, estimate } = parseManifest(files.get('manifest.json') as string);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    parameters: sum(network.layers.map((layer) => kindOf(layer).parameters(layer))),
    nonZeros: sum(network.layers.map((layer) => kindOf(layer).nonZeros(layer))),
    parameterBits: sum(network.layers.map(parameterBits)),
    romBits: sum(roms.map(({ width, depth }) => width * depth)),
    interval: timing.interval,
    latency: timing.latency,
    ...present({ estimate }),
  };
}

function parameterBits({ kernel, bias }: QuantizedNetwork['layers'][number]): number {
  let bits = 0;
  for (const row of kernel.codes) {
    row.forEach((code, unit) => {
      if (code !== 0) bits += kernel.formats[unit].width;
    });
  }
  bias.codes.forEach((code, unit) => {
    if (code !== 0) bits += bias.formats[unit].width;
  });
  return bits;
}
