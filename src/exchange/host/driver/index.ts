import type { QuantizedNetwork } from '../../../network/types.js';
import type { Generator } from '../../generator.js';
import { exportHostEncoder, type HostLanguage } from '../encoder.js';
import { driverInC } from './c.js';
import { type DriverDesign, driverFacts } from './facts.js';
import { driverInPython } from './python.js';
import { driverInTypeScript } from './typescript.js';

/** Every language of the driver, one line each. */
const DRIVERS = {
  c: driverInC,
  python: driverInPython,
  typescript: driverInTypeScript,
} as const satisfies Record<HostLanguage, unknown>;

/**
 * How a host talks to a board behind a serial line, by the frames of docs/links.md, and the encoder beside it where the
 * network has one.
 *
 * @returns file name → text
 * @throws exchange/driver-beats, exchange/driver-length
 */
export function exportDriver(
  network: QuantizedNetwork,
  language: HostLanguage,
  generator: Generator,
  design: DriverDesign,
): Map<string, string> {
  const encoder =
    network.input.encoder === undefined ? [] : exportHostEncoder(network, language, generator, design.input);
  return new Map([...encoder, ...DRIVERS[language](driverFacts(network, design), generator)]);
}
