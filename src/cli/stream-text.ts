import { counted } from '../core/errors.js';
import { whole } from '../core/number-text.js';
import type { Manifest, StreamPort } from '../emit/manifest.js';

/** How samples enter a design and results leave it: nobody shall find ports of other widths than expected. */
export const streamText = ({ input, output }: Manifest['stream']): string =>
  `a sample comes in ${beatsText(input)}, its result in ${beatsText(output)} (--beat)`;

const beatsText = ({ beats, width }: StreamPort): string =>
  `${counted(beats, 'beat')} of ${whole(width)} bits`;
