import { expect, it } from 'vitest';
import type { HardwareConfig } from '../../src/emit/hardware-config.js';
import type { QuantizedNetwork } from '../../src/network/types.js';
import { complaints, edit, emitTo, proveFolder, samplingFinds } from './designs.js';

const VECTORS = 100_000;

/** A break of an emitted design. */
export interface Mutation {
  readonly what: string;
  readonly file: string;
  readonly change: (text: string) => string;
  /** Of the prover's complaints. */
  readonly complaint: RegExp;
  /** Whether 100,000 random vectors and the corners notice it; the test checks that too. */
  readonly sampled: boolean;
  /** Options of the design beside those of the whole list. */
  readonly options?: Omit<HardwareConfig, 'architecture'>;
}

/** Changes a word of a ROM image. */
export const line = (number: number, change: (word: number) => number) => (text: string) =>
  text
    .split('\n')
    .map((word, at) => (at === number ? change(Number.parseInt(word, 16)).toString(16) : word))
    .join('\n');

/** Changes the first place that matches. */
export const replace = (from: string | RegExp, to: string) => (text: string) => text.replace(from, to);

/** Of the stream's last register, which every architecture ends in. */
export const STREAM_MUTATIONS: readonly Mutation[] = [
  {
    what: 'a lost sample under stall',
    file: 'rtl/espalier_skid_buffer.v',
    change: replace('if (s_ready_o) skid_data_q', 'if (s_ready_o & m_ready_i) skid_data_q'),
    complaint: /^output unit 0: it may hang on an unknown value or on another sample$/,
    sampled: true,
  },
  {
    what: 'an output withdrawn while it waits',
    file: 'rtl/espalier_skid_buffer.v',
    change: replace(
      'if (advance) valid_q <= skid_valid_q | s_valid_i;',
      "if (advance) valid_q <= skid_valid_q | s_valid_i; else if (skid_valid_q) valid_q <= 1'b0;",
    ),
    complaint: /^output: the output is withdrawn while it waits$/,
    sampled: true,
  },
];

/** A design that is proved as it is, and every break of it: each is noticed, and shown where sampling notices it. */
export function testMutations(
  network: QuantizedNetwork,
  hardware: HardwareConfig,
  mutations: readonly Mutation[],
): void {
  it('is proved before it is broken', async () => {
    const certificate = await proveFolder(emitTo(network, hardware));
    expect(complaints(certificate)).toEqual([]);
    expect(certificate.status).toBe('proved');
  });

  it.each(mutations)('$what', async ({ file, change, complaint, sampled, options }) => {
    const folder = emitTo(network, { ...hardware, ...options });
    edit(folder, file, change);
    const certificate = await proveFolder(folder);
    expect(complaints(certificate).join('\n')).toMatch(new RegExp(complaint, 'm'));
    // What few vectors show, many show too.
    expect(await samplingFinds(folder, sampled ? VECTORS / 10 : VECTORS)).toBe(sampled);
    // What sampling finds, the prover shows by a counterexample.
    if (sampled) expect(certificate.status).toBe('refuted');
    else expect(['refuted', 'not proved']).toContain(certificate.status);
  });
}
