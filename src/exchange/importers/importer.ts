import type { FloatNetwork } from '../../float/types.js';

/** A file of anybody's. */
export interface ImportSource {
  readonly file: string;
  readonly bytes: Uint8Array;
}

export interface ImportOptions {
  /** Of the input, in the file's own order, where the file leaves it open. */
  readonly shape?: readonly number[];
}

/** What became of something in the file. */
export interface ImportNote {
  /** Where it stood in the file: a node and its operator, a layer and its class. */
  readonly from: string;
  readonly what: 'kept' | 'folded' | 'dropped';
  /** The layer that does it; of what was dropped the reason. */
  readonly into: string;
}

export interface Imported {
  readonly network: FloatNetwork;
  readonly notes: readonly ImportNote[];
}

/** What a format must answer. */
export interface Importer {
  readonly format: string;
  /** In the words of its users. */
  readonly title: string;
  /** By the bytes, never by the name. */
  recognises(source: ImportSource): boolean;
  /** @throws exchange/import-* */
  read(source: ImportSource, options: ImportOptions): Imported;
}
