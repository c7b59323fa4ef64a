import { didYouMean, raise } from '../core/errors.js';
import { type EditedFile, LINE_ENDS_HINT } from '../emit/read-design.js';

const bits = (count: number): string => `${count} bit${count === 1 ? '' : 's'}`;

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
  proveEdited: (file: string, change: EditedFile['change']) =>
    raise({
      code: 'prove/edited',
      where: file,
      got: `other ${change} than were emitted`,
      wanted: 'the design as it was emitted, or a word that this file may differ',
      hint: change === 'line ends' ? LINE_ENDS_HINT : `--edited ${file} proves it as it is now`,
    }),
  proveNetwork: (file: string, change: EditedFile['change']) =>
    raise({
      code: 'prove/network',
      where: file,
      got:
        change === 'line ends'
          ? 'other line ends than were emitted'
          : 'another network than the design was made from',
      wanted: 'the network that was emitted with the design',
      hint: change === 'line ends' ? LINE_ENDS_HINT : 'emit the design again',
    }),
  proveNotAFile: (file: string, likely: string | undefined) =>
    raise({
      code: 'prove/not-a-file',
      where: `--edited ${file}`,
      got: 'no file of the design',
      wanted: 'a path as the manifest has it, such as rtl/NAME.v',
      ...didYouMean(likely),
    }),
  provePort: (direction: string, name: string, got: number | undefined, wanted: number | undefined) =>
    raise({
      code: 'prove/port',
      where: `the ${direction} ${name} of the top module`,
      got: got === undefined ? 'no such port' : bits(got),
      wanted: wanted === undefined ? 'no such port' : `${bits(wanted)}, as the manifest says`,
    }),
  proveWidth: (signal: string, got: number, wanted: number) =>
    raise({
      code: 'prove/width',
      where: signal,
      got: bits(got),
      wanted: `${bits(wanted)}, as the manifest says`,
    }),
  proveTraces: (where: string, got: string, wanted: string) =>
    raise({ code: 'prove/traces', where, got, wanted, hint: 'emit the design again' }),
  proveLayer: (layer: string) =>
    raise({
      code: 'prove/layer',
      where: 'manifest.json',
      got: `the layer ${layer}, which network.json does not have`,
      wanted: 'the manifest and the network of one design',
      hint: 'emit the design again',
    }),
};
