import { z } from 'zod';
import { OVERFLOWS, ROUNDINGS } from '../fixed/requantize.js';
import { ACTIVATIONS } from '../network/types.js';
import { above, format, oneOf, share, text, whole, yesNo } from './config-parts.js';

/**
 * `espalier.yaml`: all that a model's run depends on, beside its data. Unknown keys are refused. The JSON schema for
 * editors (`schemas/espalier.schema.json`) is made from this one, descriptions and all.
 */
const identifier = (what: string) =>
  z.string(what).regex(/^[A-Za-z][A-Za-z0-9_]*$/, 'letters, digits and underscores, beginning with a letter');

const split = z.discriminatedUnion(
  'method',
  [
    z.strictObject({
      method: z.literal('stratified').describe('Every class in the same share on both sides; seeded.'),
      test: share().default(0.25).describe('Share of the rows kept for the test.'),
      seed: whole(0).optional().describe("Default: the run's seed."),
    }),
    z.strictObject({
      method: z
        .literal('sklearn')
        .describe("The very rows of scikit-learn's train_test_split(test_size, random_state = seed)."),
      test: share().default(0.25).describe('Share of the rows kept for the test (test_size).'),
      seed: whole(0, 2 ** 32 - 1).default(42).describe('random_state'),
    }),
  ],
  'one of stratified, sklearn',
);

const data = z.strictObject({
  file: text('a file name').describe(
    "CSV, relative to this file: Kaggle's data.csv, UCI's wdbc.data or scikit-learn's form, recognised by content.",
  ),
  split: split.default({ method: 'stratified', test: 0.25 }),
  fitOn: oneOf(['train', 'all'])
    .default('train')
    .describe('Rows that the MinMax scaling is fitted on; `all` repeats the original study.'),
});

const layer = z.strictObject({
  name: identifier('a name').describe('Names the layer in the Verilog, such as hidden.'),
  units: whole(1).describe('Neurons.'),
  activation: oneOf(ACTIVATIONS as ['relu', 'linear']).default('relu'),
  dropout: share().default(0).describe('Share of the outputs dropped while training.'),
});

const weightFiles = z
  .strictObject({
    kernel: pattern('w{n}.csv'),
    bias: pattern('b{n}.csv'),
  })
  .describe('Names of the weight CSVs; {n} is the number of the layer, from 1, {name} its name.');

function pattern(fallback: string) {
  const wanted = 'a file name with {n} or {name} in it, without folders';
  return z
    .string(wanted)
    .regex(/^[^/\\]*\{(n|name)\}[^/\\]*$/, wanted)
    .default(fallback);
}

const training = z.strictObject({
  epochs: whole(1).default(100),
  batch: whole(1).default(64).describe('Rows per step.'),
  learningRate: above(0).default(0.001).describe("Adam's."),
  weights: weightFiles.default({ kernel: 'w{n}_base.csv', bias: 'b{n}_base.csv' }),
});

const pruning = z.strictObject({
  from: share().default(0.3).describe('Share of zeros in each kernel at the beginning.'),
  to: share().default(0.6).describe('Share of zeros in each kernel at the end.'),
  power: above(0).default(3).describe('Exponent of the polynomial decay.'),
  every: whole(1).default(100).describe('Steps from one update of the masks to the next.'),
  epochs: whole(1).default(100).describe('More epochs, from the base weights.'),
  heldOut: share().default(0.25).describe('Share of the training rows held out for validation.'),
  weights: weightFiles.default({ kernel: 'w{n}_pruned.csv', bias: 'b{n}_pruned.csv' }),
});

const rounding = () =>
  oneOf(ROUNDINGS as ['TRN', 'RND', 'RND_CONV']).describe(
    'TRN toward −∞, RND half up, RND_CONV half to even.',
  );
const overflow = () => oneOf(OVERFLOWS as ['SAT', 'WRAP']).describe('SAT clamps, WRAP drops the upper bits.');
const formats = (what: string) =>
  z
    .union([format(), z.array(format()).min(1)], `${what}, or a list with one per unit`)
    .describe(`${what}, or a list with one per unit; absent: chosen.`);

const quantizedLayer = z.strictObject({
  weights: formats('a format such as fixed<8,1>').optional(),
  bias: formats('a format such as fixed<12,2>').optional(),
  output: z
    .union([z.literal('exact'), format(), z.array(format()).min(1)], 'exact, a format, or a list with one per unit')
    .optional()
    .describe('Format of the activations, `exact` for the sum as it is, or a list; absent: chosen by calibration.'),
  rounding: rounding().optional(),
  overflow: overflow().optional(),
});

const quantization = z.strictObject({
  calibration: z
    .strictObject({
      method: oneOf(['minmax', 'percentile']).default('minmax'),
      percentile: z.number('a number from 50 to 100').min(50).max(100).default(99.9),
    })
    .prefault({})
    .describe('How the ranges of the activations are taken from the training rows.'),
  bits: z
    .strictObject({
      input: whole(1, 53).optional(),
      weights: whole(1, 53).optional(),
      activations: whole(1, 53).optional(),
    })
    .prefault({})
    .describe('Widths where no format is given; absent: the least at which the accuracy does not fall.'),
  input: formats('a format such as ufixed<8,0>').optional(),
  layers: z
    .record(z.string(), quantizedLayer)
    .default({})
    .describe('By the name of the layer: formats, rounding and overflow; what is given is never changed.'),
  rounding: rounding().default('RND'),
  overflow: overflow().default('SAT'),
});

const lanes = whole(1, 1024);

/** One member per micro-architecture. */
const hardware = z.discriminatedUnion(
  'architecture',
  [
    z.strictObject({
      architecture: z.literal('serial').describe('Sparse MAC lanes: a zero weight costs no cycle.'),
      lanes: z
        .union([lanes, z.record(z.string(), lanes)], 'a whole number from 1 to 1024, or one by layer name')
        .default(1)
        .describe('Multipliers of each layer: one number for all, or by the name of the layer.'),
      probability: yesNo().default(false).describe('The sigmoid by table, beside the class bit.'),
    }),
  ],
  'one of serial',
);

const simulation = z.strictObject({
  random: whole(0, 100_000_000).default(100_000).describe('Random vectors, beside the data and the corners.'),
  stalls: share().default(0.25).describe('Chance of a stall per cycle, on both streams.'),
  seed: whole(0).optional().describe("Default: the run's seed."),
  traceLayers: yesNo().default(false).describe('Compare the activations of every layer too.'),
});

export const CONFIG = z
  .strictObject({
    name: identifier('a name').optional().describe('Name of the model and the top module; default: the folder.'),
    seed: whole(0).default(1).describe('What every random choice follows from.'),
    data,
    layers: z.array(layer, 'a list of layers').min(1, 'at least one layer').describe('From the first hidden one to the output.'),
    training: training.prefault({}),
    pruning: pruning.optional().describe('Absent: nothing is pruned.'),
    quantization: quantization.prefault({}),
    hardware: hardware.prefault({ architecture: 'serial' }),
    simulation: simulation.prefault({}),
  })
  .describe('An Espalier model: data, training, pruning, quantization, hardware, simulation.');

/** What `espalier compile --config` reads: the sections that a network with given weights needs. */
export const COMPILE_CONFIG = z.strictObject({
  name: CONFIG.shape.name,
  seed: CONFIG.shape.seed,
  quantization: quantization.prefault({}),
  hardware: hardware.prefault({ architecture: 'serial' }),
  simulation: simulation.prefault({}),
});

export type Config = z.output<typeof CONFIG>;
export type CompileConfig = z.output<typeof COMPILE_CONFIG>;
export type QuantizationConfig = Config['quantization'];
export type HardwareConfig = Config['hardware'];

/** The schema for editors. */
export function configJsonSchema(): string {
  const schema = z.toJSONSchema(CONFIG, { io: 'input', target: 'draft-7' });
  return `${JSON.stringify({ ...schema, title: 'espalier.yaml' }, null, 2)}\n`;
}
