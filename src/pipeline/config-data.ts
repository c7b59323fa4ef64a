import { z } from 'zod';
import { SCALINGS } from '../data/scaler.js';
import { oneOf, part, text, whole, yesNo } from './config-parts.js';

const split = z.discriminatedUnion(
  'method',
  [
    z.strictObject({
      method: z.literal('stratified').describe('Every class in the same share on both sides; seeded.'),
      test: part().default(0.25).describe('Share of the rows kept for the test.'),
      seed: whole(0).optional().describe('Absent: the seed of the run.'),
    }),
    z.strictObject({
      method: z
        .literal('keras')
        .describe('Both subsets of image_dataset_from_directory(validation_split, subset, seed).'),
      test: part().default(0.2).describe('validation_split: share of the samples kept for the test.'),
      seed: whole(0, 2 ** 32 - 1)
        .default(42)
        .describe('seed'),
    }),
    z.strictObject({
      method: z
        .literal('sklearn')
        .describe('The very rows of train_test_split(test_size, random_state = seed).'),
      test: part().default(0.25).describe('test_size: share of the rows kept for the test.'),
      seed: whole(0, 2 ** 32 - 1)
        .default(42)
        .describe('random_state'),
    }),
  ],
  'one of stratified, keras, sklearn',
);

const array = (what: string) =>
  text('a file name').describe(
    `${what}: .npy, IDX, or FILE.npz:NAME, gzipped or not; relative to this file.`,
  );

const arrays = z
  .union(
    [
      text('a file name'),
      z.strictObject({
        samples: array('What is learnt from, samples along the first axis'),
        labels: array('The number of each one’s class'),
        testSamples: array('The same for the test').optional(),
        testLabels: array('The same for the test').optional(),
      }),
    ],
    'a file name, or a section with samples and labels',
  )
  .describe(
    'Arrays of samples and labels; of a .npz alone those that go by their usual names, such as x_train.',
  );

const SIZE_WANTED = 'a list of two numbers, height and width';

const pictures = z
  .strictObject({
    folder: text('a folder').describe(
      'With a folder for each class, or with train and test that have these.',
    ),
    size: z
      .tuple([whole(1, 4096), whole(1, 4096)], SIZE_WANTED)
      .optional()
      .describe(
        '[height, width] that all are brought to, bilinear as tf.image.resize; absent: they have one size.',
      ),
    color: oneOf(['rgb', 'grey']).default('rgb'),
    orientation: oneOf(['apply', 'ignore'])
      .default('apply')
      .describe('Whether a picture is turned as its camera says (EXIF); Keras ignores it.'),
    antialias: yesNo().default(false).describe('Whether smaller pictures are smoothed first.'),
    broken: oneOf(['refuse', 'skip'])
      .default('refuse')
      .describe('What to do with a file that is no whole picture.'),
  })
  .describe('JPEG, PNG, WebP or BMP.');

const SHAPE_WANTED = 'a list of one number, or of three: height, width, channels';

/** `data`: where the samples lie, how they are read, divided and scaled. */
export const DATA_SHAPE = z.strictObject({
  file: text('a file name')
    .optional()
    .describe(
      'A CSV file, relative to this one. The forms of Kaggle, UCI and scikit-learn are recognised by their content.',
    ),
  arrays: arrays.optional(),
  pictures: pictures.optional(),
  shape: z
    .array(whole(1, 65_536), SHAPE_WANTED)
    .refine(({ length }) => length === 1 || length === 3, SHAPE_WANTED)
    .optional()
    .describe('Of a sample of a table or array: [height, width, channels] of a row that is a picture.'),
  first: whole(1)
    .optional()
    .describe(
      'Only so many samples, the first, of pictures in folders those of each class; where some are for tests already, so many of the others.',
    ),
  classes: z
    .array(text(), 'a list of names')
    .min(2, 'a list of two names at least')
    .optional()
    .describe('Names of an array’s classes, by number.'),
  origin: text('a sentence')
    .optional()
    .describe('Where the files are to be had: the hint for whoever does not have them yet.'),
  label: text().optional().describe("Name of the label's column, where the file does not tell."),
  positive: text().optional().describe('Of two labels the one that becomes class 1.'),
  ignore: z.array(text(), 'a list of names').optional().describe('Columns that are no features.'),
  header: yesNo()
    .optional()
    .describe('Whether the first row names the columns, where the file does not tell.'),
  missing: oneOf(['refuse', 'drop']).optional().describe('What to do with rows that lack a value.'),
  split: split
    .optional()
    .describe('Absent: as the data come divided, else stratified with a quarter for the test.'),
  fitOn: oneOf(['train', 'all'])
    .default('train')
    .describe('Rows that the MinMax scaling is fitted on; `all` repeats the original study.'),
  scale: oneOf(SCALINGS)
    .optional()
    .describe(
      'Each feature by its own range, the whole sample by one, or standard: by mean and deviation. Absent: feature for lists, whole for maps.',
    ),
  clip: z
    .number('a number from 0 to below 50')
    .min(0, 'a number from 0 to below 50')
    .lt(50, 'a number from 0 to below 50')
    .default(0)
    .describe('Percentile of each feature’s lower and upper tail that is clipped; 0: none.'),
});
