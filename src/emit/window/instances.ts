import { bitsFor } from '../../fixed/format.js';
import type { MapStage } from '../../hardware/window/plan.js';
import { twosComplement } from '../rom.js';
import { alignConnections, constant, type InstanceView } from '../verilog.js';
import { cellBits, type NamedStage } from './stages.js';

/** A window, and what works on the codes under it. */
export function stageViews({ stage, stem, module }: NamedStage, from: string): InstanceView[] {
  return [
    {
      module: 'espalier_window',
      instance: `${stem}_window`,
      parameters: alignConnections(windowParameters(stage)),
      ports: alignConnections([
        ['aclk', 'aclk'],
        ['aresetn', 'aresetn'],
        ['s_data_i', from],
        ['s_valid_i', `${from}_valid`],
        ['s_ready_o', `${from}_ready`],
        ['m_data_o', `${stem}_taps`],
        ['m_valid_o', `${stem}_taps_valid`],
        ['m_ready_i', `${stem}_taps_ready`],
      ]),
    },
    {
      module: module.module,
      instance: `${stem}_body`,
      parameters: module.parameters.map((name) => `.${name} (${name})`),
      ports: alignConnections([
        ['aclk', 'aclk'],
        ['aresetn', 'aresetn'],
        ['x_i', `${stem}_read`],
        ['x_valid_i', `${stem}_taps_valid`],
        ['x_ready_o', `${stem}_taps_ready`],
        ['y_o', `${stem}_cell`],
        ['y_valid_o', `${stem}_cell_valid`],
        ['y_ready_i', `${stem}_cell_ready`],
      ]),
    },
  ];
}

function windowParameters({ window, shape, positions, x, padding }: MapStage): [string, string][] {
  const { size, strides, dilation } = window;
  const [top, bottom, left, right] = window.padding;
  const [rows, columns] = shape;
  const longest = Math.max(top + rows + bottom, left + columns + right);
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
