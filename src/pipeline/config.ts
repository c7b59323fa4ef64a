import { z } from 'zod';
import type { EngineChoice } from '../cosim/plan.js';
import { STALL_PATTERNS } from '../cosim/stalls.js';
import { CHAIN_ACTIVATIONS_WANTED, parseChainActivation } from '../float/activation.js';
import { AUTO_EPOCHS } from '../learn/options.js';
import { SHORT_LAYERS } from '../learn/short-form.js';
import { QUANTIZATION_SHAPE } from '../quantize/options.js';
import { DATA_SHAPE } from './config-data.js';
import { USUAL_HIDDEN, USUAL_STUDENT } from './config-layers.js';
import {
  atLeastZero,
  filePattern,
  hiddenLayers,
  identifier,
  lessThanAll,
  oneOf,
  positive,
  share,
  text,
  whole,
  yesNo,
} from './config-parts.js';
import { HARDWARE_SHAPE } from './hardware-shape.js';

const files = (weights: string, bias: string) =>
  z
    .strictObject({
      weights: filePattern().default(weights),
      bias: filePattern().default(bias),
      style: oneOf(['pandas', 'bare']).default('pandas').describe('With header and index, or numbers alone.'),
    })
    .prefault({})
    .describe('Names of the weight CSVs: {n} is the number of the layer, from 1.');

const EPOCHS_WANTED = 'auto or a whole number from 1 to 1000000';
const epochs = (initially: 'auto' | number) =>
  z
    .union([z.literal('auto'), whole(1, 1_000_000)], EPOCHS_WANTED)
    .default(initially)
    .describe(
      `auto: as many as make ${AUTO_EPOCHS.steps} steps of the optimizer, and ${AUTO_EPOCHS.least} at least: ` +
        'the fewer rows are trained on, the more epochs.',
    );

const augment = z
  .strictObject({
    shift: whole(0, 64)
      .default(0)
      .describe('Cells by which a picture is moved at most, each way; what comes in is 0.'),
    flip: yesNo().default(false).describe('Whether every second picture is its mirror image.'),
  })
  .describe('Pictures are changed a little at each step, by the seed; absent: they are learnt as they are.');

const optimization = {
  epochs: epochs('auto'),
  batchSize: whole(1).default(64).describe('Rows per step.'),
  optimizer: oneOf(['adam', 'rmsprop', 'sgd']).default('adam'),
  learningRate: positive().default(0.001),
  schedule: oneOf(['constant', 'cosine'])
    .default('constant')
    .describe('How the learning rate goes on from there.'),
  weightDecay: atLeastZero()
    .default(0)
    .describe('Share of every weight that a step takes away, times the learning rate (AdamW).'),
  augment: augment.optional(),
  keep: oneOf(['last', 'best'])
    .default('last')
    .describe('Which epoch’s network it shall be; best: with the least loss on the rows of `holdOut`.'),
  patience: whole(1)
    .optional()
    .describe('Stops after so many epochs without a smaller loss on the rows of `holdOut`; absent: never.'),
  l1: atLeastZero().default(0).describe('The loss grows by so much times the sum of all |weights|.'),
};

/** @param initially where neither this says something nor the layers do */
const dropout = (initially: number) =>
  lessThanAll()
    .optional()
    .describe(
      `Share of the hidden activations that each step leaves out. Absent: what \`layers\` says, or ${initially}.`,
    );

const backend = oneOf(['auto', 'tensorflow', 'wasm', 'cpu']).default('auto').describe('Of TensorFlow.js.');

const activationName = () =>
  z
    .string(CHAIN_ACTIVATIONS_WANTED)
    .refine((text) => parseChainActivation(text) !== undefined, CHAIN_ACTIVATIONS_WANTED);
const activation = () =>
  z
    .union([activationName(), z.record(z.string(), activationName())], CHAIN_ACTIVATIONS_WANTED)
    .default('relu')
    .describe(
      'Of the hidden layers, or by their names: relu, leaky_relu:1/8, relu6; by a table tanh, sigmoid, hard_swish and others.',
    );

const training = z.strictObject({
  activation: activation(),
  ...optimization,
  dropout: dropout(0.2),
  holdOut: lessThanAll().default(0).describe('Share of the training rows kept for validation.'),
  backend,
  files: files('w{n}_base.csv', 'b{n}_base.csv'),
});

const pruning = z.strictObject({
  initialSparsity: lessThanAll().default(0.3).describe('Share of zeros in each kernel at the beginning.'),
  finalSparsity: z
    .union(
      [lessThanAll(), z.array(lessThanAll())],
      'a number from 0 to below 1, or a list with one per layer',
    )
    .default(0.6)
    .describe('Share of zeros in each kernel at the end; a list has one per layer.'),
  channels: z
    .union(
      [lessThanAll(), z.array(lessThanAll())],
      'a number from 0 to below 1, or a list with one per layer but the last',
    )
    .default(0)
    .describe(
      'Share of the channels, or units, of each hidden layer that are taken away whole, in the same way.',
    ),
  power: positive().default(3).describe('Exponent of the polynomial decay from the one to the other.'),
  frequency: whole(1).default(100).describe('Steps from one update of the masks to the next.'),
  beginStep: whole(0).default(0),
  endStep: whole(0).optional().describe('Absent: the last update of the run.'),
  ...optimization,
  dropout: dropout(0.2),
  holdOut: lessThanAll().default(0.25).describe('Share of the training rows kept for validation.'),
  files: files('w{n}_pruned.csv', 'b{n}_pruned.csv'),
});

const TEACHER_WANTED = 'a file name, or a section with model or logits';
const teacher = z.union(
  [
    text('a file name'),
    z.strictObject({
      model: text('a file name'),
      shape: z
        .array(whole(1), 'a list of lengths')
        .optional()
        .describe('Of its input, where the file leaves it open.'),
      layers: SHORT_LAYERS.optional().describe('Of a file that has weights only.'),
    }),
    z.strictObject({
      logits: text('a file name').describe(
        '.npy, IDX or FILE.npz:NAME, samples x classes: of all samples in the order of the data, or of those trained on in theirs.',
      ),
    }),
  ],
  TEACHER_WANTED,
);

/** A smaller network that learns from a larger one. */
const distillation = z.strictObject({
  teacher: teacher
    .optional()
    .describe(
      'A model’s file in any format that is imported, relative to this one, or what a teacher said elsewhere; absent: the base network.',
    ),
  hidden: hiddenLayers()
    .optional()
    .describe(`Units of each of the student's hidden layers. Absent: [${USUAL_STUDENT}].`),
  layers: SHORT_LAYERS.optional().describe("In place of `hidden` the student's layers."),
  activation: activation(),
  temperature: positive().default(10).describe('Both networks’ logits are divided by it.'),
  alpha: share().default(0.1).describe('Weight of the labels; 1 − alpha is the teacher’s.'),
  scaleByTemperature: yesNo().default(true).describe('Whether the teacher’s loss is multiplied by T².'),
  ...optimization,
  dropout: dropout(0),
  holdOut: lessThanAll().default(0).describe('Share of the training rows kept for validation.'),
});

/** Training on in the formats of the integer network. */
const quantizationAware = z.strictObject({
  narrow: yesNo()
    .default(false)
    .describe('Weights do without their lowest code: symmetric, and ternary where they have 2 bits.'),
  taught: yesNo()
    .default(false)
    .describe('With `deploy: distilled`: whether its teacher goes on teaching, by temperature and alpha.'),
  ...optimization,
  epochs: epochs(50),
  dropout: lessThanAll().default(0).describe('Share of the hidden activations that each step leaves out.'),
  holdOut: lessThanAll().default(0).describe('Share of the training rows kept for validation.'),
});

const simulation = z.strictObject({
  engine: oneOf(['verilator', 'embedded', 'icarus', 'all'] satisfies EngineChoice[])
    .optional()
    .describe(
      'Absent: Verilator where it is installed, with the embedded simulator on a few vectors beside it; `all`: every simulator that is there.',
    ),
  rows: whole(1).optional().describe('Rows of the data at most, evenly spread; absent: all of them.'),
  random: whole(0, 100_000_000).optional().describe('Random vectors, beside the data and the corners.'),
  stalls: oneOf(STALL_PATTERNS)
    .default('mixed')
    .describe('How both streams hesitate; `mixed` is all ways in turn.'),
  seed: whole(0).optional().describe('Absent: the seed of the run.'),
  traceLayers: yesNo().default(false).describe('Compare the activations of every layer too.'),
});

/** What `run --study` compares, and how thoroughly. */
const study = z.strictObject({
  folds: whole(2, 1000).default(10).describe('Folds of each repeat of the cross-validation.'),
  repeats: whole(1, 1000).default(3).describe('Repeats: other folds, other seeds of every training.'),
  bits: z
    .array(whole(2, 16), 'a list of numbers')
    .default([2, 3, 4, 6, 8])
    .describe('Widths at which base and pruned network are compared, quantized after and in training.'),
  temperatures: z
    .array(positive(), 'a list of numbers')
    .default([1, 4, 10, 20])
    .describe(
      'Of the distillation, each with each alpha, on folds of the training rows; an empty list: no sweep.',
    ),
  alphas: z.array(share(), 'a list of numbers').default([0.1, 0.5]),
  lanes: z
    .array(whole(1), 'a list of numbers')
    .min(1, 'a list of at least one number')
    .default([1, 4])
    .describe('MAC lanes per layer at which cycles are counted; the first serves the plots.'),
  margin: share()
    .default(0.01)
    .describe('Accuracy that a technique may cost: it counts as kept when the 95 % interval says so.'),
});

/** The members of `espalier.yaml`, each by itself; `checked-config.ts` looks at them together. */
export const SHAPE = z.strictObject({
  name: identifier().optional().describe('Of the model and its top module; absent: that of the folder.'),
  seed: whole(0).default(42).describe('Every random choice follows from it.'),
  data: DATA_SHAPE,
  hidden: hiddenLayers()
    .optional()
    .describe(
      `Units of each hidden layer of a perceptron; the output has one for two classes, else one per class. Absent: [${USUAL_HIDDEN}].`,
    ),
  layers: SHORT_LAYERS.optional().describe(
    'In place of `hidden` the layers of any network, such as {conv: 16, stride: 2, activation: relu}; the last gives a number per class, or one for two.',
  ),
  deploy: oneOf(['base', 'distilled'])
    .default('base')
    .describe(
      'The network that is pruned, quantized and becomes hardware; distilled: the student of `distillation`.',
    ),
  training: training.prefault({}),
  pruning: pruning.optional().describe('Absent: nothing is pruned.'),
  distillation: distillation
    .optional()
    .describe(
      'A student that learns from the base network; for the study, or with `deploy: distilled` for hardware.',
    ),
  quantization: QUANTIZATION_SHAPE.prefault({}).describe('How the trained network becomes whole numbers.'),
  quantizationAware: quantizationAware
    .optional()
    .describe('Trains on in the formats of the integer network; absent: quantized after training alone.'),
  hardware: HARDWARE_SHAPE.prefault({ architecture: 'serial' }),
  simulation: simulation.prefault({}),
  study: study.prefault({}).describe('How `run --study` compares the techniques.'),
});

/** What `espalier compile --config` reads: the same, of which given weights need only a part. */
export const COMPILE_CONFIG = SHAPE.partial({ data: true });

/** Sections that a run does without and a study does not, as they are when nobody wrote them. */
export const STUDY_DEFAULTS = {
  pruning: pruning.parse({}),
  distillation: distillation.parse({}),
  quantizationAware: quantizationAware.parse({}),
};

export type Config = z.output<typeof SHAPE>;
export type CompileConfig = z.output<typeof COMPILE_CONFIG>;
