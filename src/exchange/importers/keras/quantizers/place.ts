import type { z } from 'zod';

/** Where a quantizer stands. */
export interface QuantizerPlace {
  /** Its configuration in the shape that is wanted. @throws exchange/import-attribute */
  config<T>(shape: z.ZodType<T>, given: unknown): T;
  refuse(got: string, wanted: string, hint?: string): never;
}
