import { existsSync } from 'node:fs';
import { z } from 'zod';
import { readText, writeFileAtomic } from '../core/files.js';
import { parseJson } from '../core/json.js';
import { fitShape } from '../core/shape.js';
import { rangeOf } from '../fixed/format.js';
import type { QuantizedNetwork } from '../network/types.js';
import { problems } from './problems.js';
import { STALL_PATTERNS, type StallPattern } from './stalls.js';

/**
 * The memory of the regression: what once failed is run again first, in every later simulation. The file lies beside
 * the model's configuration, is meant to be committed, and may be edited by hand.
 */
export interface RegressionRecord {
  /** Input codes of the sample that failed. */
  readonly codes: readonly number[];
  /** The run it failed in. */
  readonly stalls: StallPattern;
  readonly seed: number;
  /** What was seen, for the reader. */
  readonly found: string;
}

/** Of such files: records are added one by one. */
const MAX_BYTES = 16 * 2 ** 20;

const SHAPE = z.strictObject({
  schema: z.literal('espalier/regressions'),
  version: z.literal(1),
  records: z.array(
    z.strictObject({
      codes: z.array(z.int()),
      stalls: z.enum(STALL_PATTERNS as [StallPattern, ...StallPattern[]]),
      seed: z.int(),
      found: z.string(),
    }),
  ),
});

/** The records of a file; none when there is no file yet. @throws cosim/regression-records */
export function readRegressions(file: string): RegressionRecord[] {
  if (!existsSync(file)) return [];
  let json: unknown;
  try {
    json = parseJson(readText(file, MAX_BYTES));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw problems.cosimRecords(file, error.message);
  }
  return fitShape(SHAPE, json, file, problems.cosimRecords).records;
}

/** Adds a record to the file, unless its vector and run stand there already. */
export function addRegression(file: string, record: RegressionRecord): void {
  const records = readRegressions(file);
  const key = ({ codes, stalls, seed }: RegressionRecord) => JSON.stringify([codes, stalls, seed]);
  if (records.some((old) => key(old) === key(record))) return;
  const lines = [...records, record].map((item) => `    ${JSON.stringify(item)}`);
  const text = `{\n  "schema": "espalier/regressions",\n  "version": 1,\n  "records": [\n${lines.join(',\n')}\n  ]\n}\n`;
  writeFileAtomic(file, text);
}

/** The records whose vectors fit the network's input formats: others were of a model that had other formats. */
export function fittingRecords(
  network: QuantizedNetwork,
  records: readonly RegressionRecord[],
): RegressionRecord[] {
  const ranges = network.input.formats.map(rangeOf);
  return records.filter(
    ({ codes }) =>
      codes.length === ranges.length &&
      codes.every((code, input) => code >= ranges[input].low && code <= ranges[input].high),
  );
}
