import { unsignedWidth } from '../fixed/format.js';
import type { Manifest, StreamPort } from './manifest.js';

/** What gathering, spreading and buffering beats takes of a 7-series device, about. */
export function streamCost({ input, output }: Manifest['stream']): { luts: number; flipFlops: number } {
  const waiting = ({ width, beats }: StreamPort) => width * (beats - 1);
  const counter = ({ beats }: StreamPort) => unsignedWidth(beats - 1);
  // The buffer keeps two words, tlast with them, and chooses between them.
  const word = output.beats === 1 ? output.width : output.width + 1;
  // While a result leaves, its beats move down: each bit is taken in or moved.
  const spread = output.beats === 1 ? 0 : waiting(output) + output.width + counter(output) + 3;
  return {
    luts: 5 + counter(input) + spread + word + 3,
    flipFlops: 1 + counter(input) + waiting(input) + counter(output) + waiting(output) + 2 * word + 2,
  };
}
