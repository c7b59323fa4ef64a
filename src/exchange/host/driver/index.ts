import type { QuantizedNetwork } from '../../../network/types.js';
import type { Generator } from '../../generator.js';
import { exportHostEncoder, type HostLanguage } from '../encoder.js';
import { driverInC } from './c.js';
import { type DriverDesign, driverFacts, registerFacts } from './facts.js';
import { pynqInPython } from './pynq.js';
import { driverInPython } from './python.js';
import { registersInC } from './registers-c.js';
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

const BY_REGISTERS = ['A design beside a processor, as the registers of docs/registers.md.', ''];
const BY_OVERLAY = ['The overlay of a Zynq: samples by DMA where it has an engine, else by registers.', ''];

/** What reaches a design beside a processor, one line each. */
const PROCESSOR_DRIVERS = {
  registers: { language: 'c', make: registersInC, streams: false, what: BY_REGISTERS },
  pynq: { language: 'python', make: pynqInPython, streams: true, what: BY_OVERLAY },
} as const;

export type ProcessorDriver = keyof typeof PROCESSOR_DRIVERS;

/**
 * How a program on a processor reaches the design beside it, and the encoder where the network has one.
 *
 * @returns file name → text
 * @throws exchange/driver-register-beats
 */
export function exportProcessorDriver(
  network: QuantizedNetwork,
  kind: ProcessorDriver,
  generator: Generator,
  design: DriverDesign,
): Map<string, string> {
  const { language, make, streams, what } = PROCESSOR_DRIVERS[kind];
  const encoder =
    network.input.encoder === undefined ? [] : exportHostEncoder(network, language, generator, design.input);
  return new Map([...encoder, ...make(registerFacts(network, design, streams, what), generator)]);
}
