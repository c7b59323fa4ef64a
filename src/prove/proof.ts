import type { SourcePlace } from '../netlist/types.js';
import type { FieldDifference, Method } from './verdict.js';

/** The certificate's name beside a design's manifest. */
export const CERTIFICATE_FILE = 'proof.json';

/** What a proof came to. `refuted`: an input is known on which the design is wrong, confirmed by simulation. */
export type Status = 'proved' | 'refuted' | 'not proved';

/** The machine-readable outcome: the same design gives the same certificate. */
export interface Certificate {
  readonly schema: 'espalier/proof';
  readonly version: 1;
  readonly design: string;
  readonly status: Status;
  /** What the statement is about: every file that was read, with the SHA-256 of its contents then. */
  readonly files: readonly { readonly file: string; readonly sha256: string }[];
  /** Those of the files that are not as they were emitted: the statement is about what they say now. */
  readonly edited: readonly string[];
  /** What the manifest names and the statement is not about: bodies of vendor primitives. */
  readonly notCovered: readonly string[];
  /** What has to be right besides: see docs/proof.md. */
  readonly restsOn: readonly string[];
  readonly segments: readonly SegmentProof[];
  readonly counterexample?: Counterexample;
}

/** One piece of the design, between two buses. */
export interface SegmentProof {
  readonly from: string;
  readonly to: string;
  /** States of control that the segment can come to, and cycles that were computed to find them all. */
  readonly states: number;
  readonly steps: number;
  /** The first rule of the streams that is broken; absent when samples stay whole and in order under any stall. */
  readonly broken?: { readonly rule: string; readonly place?: SourcePlace };
  /** The time was over before all states were visited, or all fields compared: what is here is how far it came. */
  readonly unfinished?: true;
  readonly fields: readonly FieldProof[];
}

export interface FieldProof {
  /** Such as `unit 3`, `class`. */
  readonly field: string;
  readonly outcome: FieldOutcome;
}

export type FieldOutcome =
  | { readonly kind: 'proved'; readonly method: Method; readonly points: number }
  | {
      readonly kind: 'differs';
      readonly expected: number;
      readonly got: number;
      /** Codes on the bus before, by unit. */
      readonly inputs: Readonly<Record<string, number>>;
      readonly coefficients: FieldDifference['coefficients'];
      readonly place?: SourcePlace;
    }
  | { readonly kind: 'open'; readonly reason: string; readonly place?: SourcePlace };

export interface Counterexample {
  /** The network's input codes, sample after sample; the last one comes out wrong. */
  readonly input: readonly number[];
  /** The simulators that were wrong on it too. */
  readonly confirmedBy: readonly string[];
  /** Whether it takes other samples before it and stalls: the simulation's record says which. */
  readonly alone: boolean;
  /** Such as `layer hidden, unit 3: expected 17, got 18`. */
  readonly difference: string;
}
