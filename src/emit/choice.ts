import type { Architecture } from './architecture.js';

/** A micro-architecture with all its options. */
export interface Choice {
  readonly architecture: Architecture;
  readonly options: unknown;
  /** Where the configuration says an option, such as `hardware.lanes`. */
  readonly placeOf: (option: string) => string;
}
