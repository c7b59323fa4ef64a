import type { QuantizedNetwork } from '../../network/types.js';
import type { Generator } from '../generator.js';
import { encoderInC } from './c.js';
import type { SampleLayout } from './layout.js';
import { encoderInPython } from './python.js';
import { encoderInTypeScript } from './typescript.js';

/** Every language of the encoder for the host, one line each. */
export const HOST_LANGUAGES = {
  c: encoderInC,
  python: encoderInPython,
  typescript: encoderInTypeScript,
} as const;

export type HostLanguage = keyof typeof HOST_LANGUAGES;

/**
 * How raw features become input codes, and these the bytes of the input stream's beats, as source text for whoever
 * feeds the hardware; the same codes as `encodeRow` of `data/`, for every double.
 *
 * @param layout of the design's input stream, as its manifest has it
 * @returns file name → text
 * @throws exchange/no-encoder
 */
export function exportHostEncoder(
  network: QuantizedNetwork,
  language: HostLanguage,
  generator: Generator,
  layout: SampleLayout,
): Map<string, string> {
  return HOST_LANGUAGES[language](network, generator, layout);
}
