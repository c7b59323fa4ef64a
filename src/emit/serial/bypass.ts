import { bitsFor } from '../../fixed/format.js';
import type { Bypass, SerialLayer } from '../../hardware/serial/plan.js';
import { busWidth } from '../../hardware/slots.js';
import { labelOf } from '../../network/affine.js';
import { alignConnections, alignDeclarations, extend, slice } from '../verilog.js';

/** What is handed on, from the input bus to its slots of the results. */
export function bypassView({ slots, width, depth }: Bypass, layer: SerialLayer, prefix: string) {
  const { x, y, rows, computed } = layer;
  const bus = `${prefix}_past`;
  const bits = slots.length * width;
  const taken = slots.map((slot) => slice('x_i', slot * x.width, width, busWidth(x)));
  const given = slots.map((_, at) => {
    const sign = x.signed ? slice(bus, (at + 1) * width - 1, 1, bits) : undefined;
    return extend(slice(bus, at * width, width, bits), sign, width, y.width);
  });
  const labels = rows.slice(computed).map((row) => labelOf(layer.name, row));
  return {
    signals: alignDeclarations(
      [
        { kind: 'wire', width: bits, name: bus },
        { kind: 'wire', width: busWidth(y), name: `${prefix}_y` },
      ],
      ';',
      ';',
    ),
    parameters: alignConnections([
      ['WIDTH', `${bits}`],
      ['DEPTH', `${depth}`],
      ['INDEX_WIDTH', `${bitsFor(depth)}`],
    ]),
    ports: alignConnections([
      ['aclk', 'aclk'],
      ['aresetn', 'aresetn'],
      ['put_i', `${prefix}_take`],
      ['word_i', taken.length === 1 ? taken[0] : `{${taken.toReversed().join(', ')}}`],
      ['get_i', `${prefix}_y_valid & y_ready_i`],
      ['word_o', bus],
    ]),
    given: given.map((text, at) => `${text},  // ${labels[at]}`).reverse(),
  };
}
