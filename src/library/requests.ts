import { z } from 'zod';
import type { SimulateOptions } from '../cosim/simulate.js';
import type { Beside } from '../emit/design.js';
import { BEAT_WIDTHS } from '../emit/stream.js';
import type { ReadWeightsOptions } from '../exchange/weights.js';
import { FORMAT_TEXT } from '../fixed/format-shape.js';
import { OVERFLOWS, ROUNDINGS } from '../fixed/requantize.js';
import type { FloatNetwork } from '../float/types.js';
import { YOSYS_KINDS } from '../netlist/yosys-job.js';
import { SCALING_KERNELS } from '../network/real-scale.js';
import type { CompileRequest } from '../pipeline/compile.js';
import type { Overrides } from '../pipeline/compile-config.js';
import { identifier, oneOf, positive, share, text, whole, yesNo } from '../pipeline/config-parts.js';
import type { ProveRequest } from '../pipeline/prove.js';
import type { RunRequest } from '../pipeline/run.js';
import type { CompareRequest } from '../pipeline/study/compare.js';
import type { CrossValidationRequest } from '../pipeline/study/cross-validation.js';
import type { SweepRequest } from '../pipeline/study/distill.js';
import type { EvaluateRequest } from '../pipeline/study/evaluate.js';
import { LEVELS, type SearchRequest } from '../pipeline/study/search.js';
import type { AwareOptions } from '../quantize/aware.js';
import type { UnrangedSource } from '../quantize/quantized.js';
import * as shapes from './shapes.js';

/** The requests and options of the library's functions, a shape for each. `satisfies` sees that no member is forgotten. */

type Members<T> = Record<keyof T, z.ZodType>;

const NETWORK_HEADS = ['binary', 'argmax', 'values'] satisfies FloatNetwork['head'][];
const { file, optionalFile, seed, threads, folds, repeats, onProgress, model } = shapes;

export const sources = z.array(text('a path'), 'a list of paths').min(1, 'at least one path');

const weightOptions = {
  set: text().optional(),
  head: oneOf(NETWORK_HEADS).optional(),
  activations: z.record(z.string(), z.unknown(), 'activations by layer').optional(),
  transpose: yesNo().optional(),
  bias: yesNo().optional(),
  scales: z.record(z.string(), z.number('a finite number'), 'numbers by tensor').optional(),
  codes: z.record(z.string(), FORMAT_TEXT, 'formats by tensor').optional(),
};

export const readWeights = z.strictObject({
  name: identifier(),
  ...weightOptions,
} satisfies Members<ReadWeightsOptions>);

export const compileWeights = z.strictObject({
  weights: z.array(text('a path'), 'a list of paths'),
  model: optionalFile,
  shape: z.array(whole(1), 'a list of lengths').optional(),
  layers: optionalFile,
  kernels: oneOf(SCALING_KERNELS).optional(),
  name: identifier(),
  ...weightOptions,
  calibration: optionalFile,
  data: optionalFile,
  label: text().optional(),
  config: shapes.compileConfiguration,
  command: text().optional(),
} satisfies Members<CompileRequest>);

export const overrides = z.strictObject({
  bits: whole(1, 32).optional(),
  input: z.union([z.literal('unit'), FORMAT_TEXT], 'unit or a format').optional(),
  format: z.record(z.string(), z.string(), 'formats by LAYER.TENSOR').optional(),
  rounding: oneOf(ROUNDINGS).optional(),
  overflow: oneOf(OVERFLOWS).optional(),
  probability: yesNo().optional(),
  architecture: text().optional(),
  beat: z.literal(BEAT_WIDTHS, `one of ${BEAT_WIDTHS.join(', ')}`).optional(),
  inputs: text('codes or raw').optional(),
  board: text('the name of a board').optional(),
  link: text('the name of a link').optional(),
  clock: positive('a frequency in MHz').optional(),
  baud: whole(1200, 12_000_000).optional(),
  lanes: whole(1).optional(),
  interval: whole(1).optional(),
  effort: whole(0, 3).optional(),
  maxLuts: whole(1).optional(),
  maxDsps: whole(0).optional(),
  multipliers: text().optional(),
  operands: text().optional(),
  layer: z.record(z.string(), z.string(), 'engines and options by layer').optional(),
} satisfies Members<Overrides>);

export const generator = z.strictObject({ version: text(), command: text() });

export const beside = z
  .strictObject({
    warnings: z.array(z.unknown(), 'a list of warnings').optional(),
    rows: shapes.codes.array().optional(),
    files: shapes.files.optional(),
    madeFrom: z
      .strictObject({
        files: z.array(z.strictObject({ name: text(), sha256: text() }), 'a list of files'),
        account: z.array(z.string(), 'a list of lines'),
      })
      .optional(),
  } satisfies Members<Beside>)
  .optional();

export const simulate = z.strictObject({
  engine: text('the name of a simulator').optional(),
  rows: shapes.rows.optional(),
  random: whole(0, 100_000_000).optional(),
  seed: seed.optional(),
  stalls: text('the name of a pattern').optional(),
  traceLayers: yesNo().optional(),
  threads,
  regressions: optionalFile,
  outputFolder: optionalFile,
  cacheFolder: optionalFile,
  onProgress: onProgress.optional(),
} satisfies Members<SimulateOptions>);

export const prove = z.strictObject({
  yosys: oneOf([...YOSYS_KINDS]).optional(),
  limitSeconds: positive().optional(),
  out: optionalFile,
  edited: z.array(text('the name of a file')).optional(),
  onProgress: onProgress.optional(),
} satisfies Members<Omit<ProveRequest, 'place'>>);

export const run = z.strictObject({
  model: optionalFile,
  build: optionalFile,
  from: text('the name of a stage').optional(),
  until: text('the name of a stage').optional(),
  force: yesNo().optional(),
  study: yesNo().optional(),
  seed: seed.optional(),
  onProgress,
  onStage: onProgress.optional(),
} satisfies Members<RunRequest>);

const subject = z.looseObject({ name: text(), model, variant: z.looseObject({ name: text() }) });

export const compare = z.strictObject({
  model,
  threads,
  folder: file,
  onProgress,
} satisfies Members<CompareRequest>);

export const crossValidate = z.strictObject({
  subjects: z.array(subject, 'a list of subjects').min(1, 'at least one subject'),
  rows: oneOf(['all', 'train']).optional(),
  folds,
  repeats,
  seed,
  threads,
  folder: file,
  onProgress,
} satisfies Members<CrossValidationRequest>);

export const sweep = z.strictObject({
  model,
  temperatures: z.array(positive(), 'a list of numbers').min(1, 'at least one number'),
  alphas: z.array(share(), 'a list of numbers').min(1, 'at least one number'),
  folds,
  repeats,
  threads,
  folder: file,
  onProgress,
} satisfies Members<SweepRequest>);

export const evaluate = z.strictObject({
  model: optionalFile,
  variants: z.array(text(), 'a list of names').min(1, 'at least one name').optional(),
  against: optionalFile,
  folds,
  repeats,
  seed: seed.optional(),
  threads,
  build: file,
  onProgress,
} satisfies Members<EvaluateRequest>);

export const search = z.strictObject({
  model,
  weights: oneOf(['base', 'pruned']),
  method: oneOf(['ptq', 'qat']),
  margin: share(),
  level: oneOf(LEVELS),
  folds,
  repeats,
  threads,
  folder: file,
  onProgress,
} satisfies Members<SearchRequest>);

type Source = UnrangedSource;

export const source = z.strictObject({
  network: shapes.floatNetwork,
  inputNames: z.array(text(), 'a list of names').optional(),
  encoder: z
    .strictObject({ kind: z.literal('minmax'), minimum: shapes.numbers, maximum: shapes.numbers })
    .optional(),
  labels: z.array(text(), 'a list of names').optional(),
  provenance: z.record(z.string(), z.string(), 'texts by name').optional(),
} satisfies Members<Source>);

/** The options of a training are looked at where it begins. */
export const aware = z.strictObject({
  narrow: yesNo().optional(),
  name: identifier().optional(),
  holdOut: z.unknown().optional(),
  taught: z
    .strictObject({
      logits: shapes.rows,
      temperature: positive(),
      alpha: share(),
      scaleByTemperature: yesNo(),
    })
    .optional(),
  seed: z.unknown().optional(),
  epochs: z.unknown().optional(),
  batchSize: z.unknown().optional(),
  optimizer: z.unknown().optional(),
  learningRate: z.unknown().optional(),
  schedule: z.unknown().optional(),
  weightDecay: z.unknown().optional(),
  l1: z.unknown().optional(),
  dropout: z.unknown().optional(),
  augment: z.unknown().optional(),
  backend: z.unknown().optional(),
  keep: z.unknown().optional(),
  patience: z.unknown().optional(),
  checkpoints: z.unknown().optional(),
} satisfies Members<AwareOptions>);
