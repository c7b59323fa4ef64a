import { unsignedWidth } from '../fixed/format.js';
import type { Manifest } from './manifest.js';
import type { StreamPort } from './manifest-buses.js';

type Streams = Manifest['stream'];

interface StreamCost {
  readonly luts: number;
  readonly flipFlops: number;
}

/** Bits that wait until the last beat of a sample is there; those that only fill beats up are none. */
const waitingBits = ({ fields, beats }: StreamPort): number =>
  Math.ceil((fields.reduce((bits, { width }) => bits + width, 0) * (beats - 1)) / beats);

const counterBits = ({ beats }: StreamPort): number => unsignedWidth(beats - 1);

/** What gathering beats to a sample takes of a 7-series device, about: where no layer takes them itself. */
export const gatherCost = ({ input }: Streams): StreamCost => ({
  luts: 5 + counterBits(input),
  flipFlops: 1 + counterBits(input) + waitingBits(input),
});

/** The same for buffering the beats of results, and for spreading these where the last layer does not give them one by one. */
export function leavingCost({ output }: Streams, isSpread: boolean): StreamCost {
  // The buffer keeps two words, tlast with them, and chooses between them.
  const word = output.beats === 1 ? output.width : output.width + 1;
  const buffer = { luts: word + 3, flipFlops: 2 * word + 2 };
  if (!isSpread || output.beats === 1) return buffer;
  // While a result leaves, its beats move down: each bit is taken in or moved.
  const waiting = waitingBits(output);
  const counter = counterBits(output);
  return {
    luts: buffer.luts + waiting + output.width + counter + 3,
    flipFlops: buffer.flipFlops + waiting + counter,
  };
}
