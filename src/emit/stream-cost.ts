import { unsignedWidth } from '../fixed/format.js';
import type { Manifest, StreamPort } from './manifest.js';

/** Which beats are gathered to a sample, and spread from one: not where a layer takes or gives them itself. */
export interface Gathered {
  readonly input: boolean;
  readonly output: boolean;
}

/** What gathering, spreading and buffering beats takes of a 7-series device, about. */
export function streamCost(
  { input, output }: Manifest['stream'],
  gathered: Gathered = { input: true, output: true },
): { luts: number; flipFlops: number } {
  // Bits that only fill beats up are none.
  const waiting = ({ fields, beats }: StreamPort) =>
    Math.ceil((fields.reduce((bits, { width }) => bits + width, 0) * (beats - 1)) / beats);
  const counter = ({ beats }: StreamPort) => unsignedWidth(beats - 1);
  // The buffer keeps two words, tlast with them, and chooses between them.
  const word = output.beats === 1 ? output.width : output.width + 1;
  // While a result leaves, its beats move down: each bit is taken in or moved.
  const isSpread = gathered.output && output.beats > 1;
  const spread = isSpread ? waiting(output) + output.width + counter(output) + 3 : 0;
  return {
    luts: (gathered.input ? 5 + counter(input) : 0) + spread + word + 3,
    flipFlops:
      (gathered.input ? 1 + counter(input) + waiting(input) : 0) +
      (isSpread ? counter(output) + waiting(output) : 0) +
      2 * word +
      2,
  };
}
