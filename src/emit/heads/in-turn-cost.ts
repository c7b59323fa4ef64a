import { bitsFor } from '../../fixed/format.js';
import { type DeviceCost, sumOf } from '../../hardware/device-cost.js';
import type { ResultBeats } from '../../hardware/serial/operand-memory.js';
import type { AffineNetwork } from '../../network/affine.js';
import type { StreamPort } from '../manifest-buses.js';
import { outputWords } from './output-words.js';

/** Bits of either word that one LUT of a comparison takes. */
const BITS_PER_LUT = 2.4;

/** What keeps the largest output and spreads each one over its beats, of a 7-series device, about. */
export function inTurnCost(
  network: AffineNetwork,
  { width, fields }: StreamPort,
  { beats }: ResultBeats,
): DeviceCost {
  const most = Math.max(...beats);
  const units = bitsFor(network.outputs.length);
  const waiting = (most - 1) * width;
  const counter = bitsFor(most);
  const words = outputWords(network);
  const value = Math.max(...words.map(({ to }) => to)) - Math.min(...words.map(({ from }) => from)) + 1;
  const decides = fields.some(({ kind }) => kind === 'class');
  return sumOf([
    { luts: units + 3, flipFlops: units },
    { luts: waiting + width + counter + 3, flipFlops: waiting + counter + 1 },
    decides ? { luts: value / BITS_PER_LUT + 2 * units + 2, flipFlops: value + units } : {},
  ]);
}
