import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { fitShape } from '../core/shape.js';
import { type Format, parseFormat, printFormat } from '../fixed/format.js';
import { OVERFLOWS, type Overflow, type Requantize, ROUNDINGS, type Rounding } from '../fixed/requantize.js';
import { ACTIVATIONS_WANTED, type Activation, parseActivation } from './activation.js';
import type { LayerOutput, UnitOutput, UnitScale } from './layer-output.js';
import { problems } from './problems.js';

/** A value of the wanted shape, or the first thing that is wrong with it. @throws network/schema */
export const readJson = <T>(shape: z.ZodType<T>, json: unknown, path: string): T =>
  fitShape(shape, json, path, problems.networkSchema);

/**
 * Versions of the schema. In version 1 a layer has an activation and an output; in version 2 they are its `finish`,
 * which can say more.
 */
export type SchemaVersion = 1 | 2;

/** @throws network/schema */
export function activationFromJson(text: string, path: string): Activation {
  const activation = parseActivation(text);
  if (activation === undefined) throw problems.networkSchema(path, JSON.stringify(text), ACTIVATIONS_WANTED);
  return activation;
}

/** One format for all units, or a list with one per unit. */
export function formatsFromJson(json: unknown, units: number, path: string): Format[] {
  const texts = readJson(z.union([z.string(), z.array(z.string())]), json, path);
  if (typeof texts === 'string') return Array(units).fill(parseFormat(texts, path));
  return texts.map((text, unit) => parseFormat(text, `${path}[${unit}]`));
}

export function formatsToJson(formats: readonly Format[]): string | string[] {
  const texts = formats.map(printFormat);
  return texts.every((text) => text === texts[0]) ? texts[0] : texts;
}

const REQUANTIZE_SHAPE = z.strictObject({
  format: z.string(),
  rounding: z.enum(ROUNDINGS as [Rounding, ...Rounding[]]),
  overflow: z.enum(OVERFLOWS as [Overflow, ...Overflow[]]),
});

export function requantizeFromJson(json: unknown, path: string): Requantize {
  const plain = readJson(REQUANTIZE_SHAPE, json, path);
  return { ...plain, format: parseFormat(plain.format, `${path}.format`) };
}

export function requantizeToJson(wanted: Requantize): object {
  return { format: printFormat(wanted.format), rounding: wanted.rounding, overflow: wanted.overflow };
}

const SCALE_SHAPE = z.strictObject({
  multiplier: z.number(),
  shift: z.number(),
  twice: z.boolean().optional(),
});

const UNIT_SHAPE = REQUANTIZE_SHAPE.extend({
  scale: SCALE_SHAPE.optional(),
  limits: z.tuple([z.number(), z.number()]).optional(),
  table: z.strictObject({ format: z.string(), codes: z.array(z.number()) }).optional(),
});

function unitFromJson(json: unknown, path: string, version: SchemaVersion): UnitOutput {
  if (version === 1) return requantizeFromJson(json, path);
  const { scale, limits, table, ...rest } = readJson(UNIT_SHAPE, json, path);
  return {
    ...requantizeFromJson(rest, path),
    ...(scale === undefined ? {} : { scale: scaleFromJson(scale) }),
    ...(limits === undefined ? {} : { limits: { low: limits[0] + 0, high: limits[1] + 0 } }),
    ...(table === undefined
      ? {}
      : { table: { format: parseFormat(table.format, `${path}.table.format`), codes: table.codes } }),
  };
}

/** What is rounded once does not say so. */
const scaleFromJson = ({ twice, ...scale }: z.infer<typeof SCALE_SHAPE>): UnitScale =>
  twice === true ? { ...scale, twice } : scale;

const unitToJson = ({ scale, limits, table, ...requantize }: UnitOutput): object => ({
  ...requantizeToJson(requantize),
  ...(scale === undefined ? {} : { scale }),
  ...(limits === undefined ? {} : { limits: [limits.low, limits.high] }),
  ...(table === undefined ? {} : { table: { format: printFormat(table.format), codes: table.codes } }),
});

/** `"exact"`, one requantization for all units, or a list with one per unit. */
export function outputFromJson(
  json: unknown,
  units: number,
  path: string,
  version: SchemaVersion,
): LayerOutput {
  if (json === 'exact') return 'exact';
  if (Array.isArray(json)) return json.map((item, unit) => unitFromJson(item, `${path}[${unit}]`, version));
  return Array(units).fill(unitFromJson(json, path, version));
}

export function outputToJson(output: LayerOutput): unknown {
  if (output === 'exact') return 'exact';
  const same = output.every((wanted) => isDeepStrictEqual(wanted, output[0]));
  return same ? unitToJson(output[0]) : output.map(unitToJson);
}
