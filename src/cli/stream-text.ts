import { counted } from '../core/errors.js';
import { whole } from '../core/number-text.js';
import type { StreamPort } from '../emit/manifest-buses.js';

type Beats = Pick<StreamPort, 'beats' | 'width'>;

/** How samples enter a design and results leave it: nobody shall find ports of other widths than expected. */
export const streamText = (streams: { readonly input: Beats; readonly output: Beats }): string =>
  `a sample comes in ${beatsText(streams.input)}, its result in ${beatsText(streams.output)} (--beat)`;

export const beatsText = ({ beats, width }: Beats): string =>
  `${counted(beats, 'beat')} of ${whole(width)} bits`;
