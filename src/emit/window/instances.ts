import { bitsFor } from '../../fixed/format.js';
import type { MapStage } from '../../hardware/window/types.js';
import { handedOnTo, streamNamed, takenFrom } from '../handshakes.js';
import { twosComplement } from '../rom.js';
import { alignConnections, CLOCK, clocked, constant, type InstanceView } from '../verilog.js';
import { cellBits, type NamedStage } from './stages.js';

/** A window, and what works on the codes under it. */
export function stageViews({ stage, stem, module, cell }: NamedStage, from: string): InstanceView[] {
  return [
    clocked('espalier_window', `${stem}_window`, windowParameters(stage), [
      ...takenFrom(streamNamed(from)),
      ...handedOnTo(streamNamed(`${stem}_taps`)),
    ]),
    {
      module: module.module,
      instance: `${stem}_body`,
      parameters: module.parameters.map((name) => `.${name} (${name})`),
      ports: alignConnections([
        ...CLOCK,
        ['x_i', `${stem}_read`],
        ['x_valid_i', `${stem}_taps_valid`],
        ['x_ready_o', `${stem}_taps_ready`],
        ['y_o', cell.data],
        ['y_valid_o', cell.valid],
        ['y_ready_i', cell.ready],
      ]),
    },
  ];
}

function windowParameters({ window, positions, x, padding }: MapStage): [string, string][] {
  const { size, strides, dilation } = window;
  const [top, bottom, left, right] = window.padding;
  const [rows, columns] = x.shape;
  const longest = Math.max(rows, columns, top + rows + bottom, left + columns + right);
  const { width } = x.slots;
  const code = padding.reduce(
    (word, one, slot) => word | (twosComplement(one, width) << BigInt(slot * width)),
    0n,
  );
  return [
    ['WIDTH', `${cellBits(x)}`],
    ['ROWS', `${rows}`],
    ['COLUMNS', `${columns}`],
    ['SIZE_Y', `${size[0]}`],
    ['SIZE_X', `${size[1]}`],
    ['STRIDE_Y', `${strides[0]}`],
    ['STRIDE_X', `${strides[1]}`],
    ['DILATION_Y', `${dilation[0]}`],
    ['DILATION_X', `${dilation[1]}`],
    ['TOP', `${top}`],
    ['LEFT', `${left}`],
    ['OUT_ROWS', `${positions[0]}`],
    ['OUT_COLUMNS', `${positions[1]}`],
    ['COUNT_WIDTH', `${bitsFor(longest + 2)}`],
    ['ADDRESS_WIDTH', `${bitsFor(columns)}`],
    ['PADDING', constant(code, cellBits(x))],
  ];
}
