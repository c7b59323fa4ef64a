import { raise } from '../core/errors.js';

/** The constructors of this room's errors and warnings: `throw problems.…(…)`. */
export const problems = {
  proveSignal: (signal: string) =>
    raise({
      code: 'prove/signal',
      where: 'manifest.json',
      got: `the signal ${signal}, which the Verilog does not have`,
      wanted: 'the names of buses and handshakes as the Verilog has them',
      hint: 'emit the design again',
    }),
  proveLayer: (layer: string) =>
    raise({
      code: 'prove/layer',
      where: 'manifest.json',
      got: `the layer ${layer}, which network.json does not have`,
      wanted: 'the manifest and the network of one design',
      hint: 'emit the design again',
    }),
};
