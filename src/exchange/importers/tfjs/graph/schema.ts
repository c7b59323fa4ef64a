import { z } from 'zod';

/** The part of a graph model's JSON that is read: TensorFlow's GraphDef, whose texts are in base64. */

const TEXT = z.union([z.string(), z.array(z.int().min(0).max(255))]);
const NUMBER = z.union([z.number(), z.string().regex(/^-?\d+$/)]).transform(Number);
const SHAPE = z.looseObject({
  unknownRank: z.boolean().optional(),
  dim: z.array(z.looseObject({ size: NUMBER.default(-1) })).default([]),
});
const LIST = z.looseObject({ s: z.array(TEXT).default([]), i: z.array(NUMBER).default([]) });
const ATTRIBUTE = z.looseObject({
  s: TEXT.optional(),
  i: NUMBER.optional(),
  f: z.number().optional(),
  b: z.boolean().optional(),
  shape: SHAPE.optional(),
  list: LIST.optional(),
});

export const GRAPH_NODE = z.looseObject({
  name: z.string(),
  op: z.string(),
  input: z.array(z.string()).default([]),
  attr: z.record(z.string(), ATTRIBUTE).default({}),
});
export type GraphEntry = z.infer<typeof GRAPH_NODE>;

const TENSOR = z.looseObject({ name: z.string(), tensorShape: SHAPE.optional() });
const SIGNATURE = z.looseObject({
  inputs: z.record(z.string(), TENSOR).default({}),
  outputs: z.record(z.string(), TENSOR).default({}),
});

export const GRAPH_MODEL = z.looseObject({
  modelTopology: z.looseObject({ node: z.array(GRAPH_NODE) }),
  signature: SIGNATURE.nullish(),
  userDefinedMetadata: z.looseObject({ signature: SIGNATURE.optional() }).nullish(),
  modelInitializer: z.looseObject({ node: z.array(z.unknown()).default([]) }).nullish(),
});
export type GraphModel = z.infer<typeof GRAPH_MODEL>;

/** Lengths of the axes, the batch among them; -1 where one is open. */
export const lengthsOf = ({ dim }: z.infer<typeof SHAPE>): number[] => dim.map(({ size }) => size);

export const textOf = (given: z.infer<typeof TEXT>): string =>
  Buffer.from(given as string, typeof given === 'string' ? 'base64' : undefined).toString('latin1');
