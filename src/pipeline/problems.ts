import path from 'node:path';
import { counted, didYouMean, list, raise } from '../core/errors.js';
import { percent } from '../core/number-text.js';

interface Accuracies {
  readonly original: number;
  readonly integer: number;
}

const became = (accuracy: Accuracies | null): string =>
  accuracy === null
    ? ''
    : `: an accuracy of ${percent(accuracy.original)} became ${percent(accuracy.integer)}`;

const GUESSERS = {
  weights: (share: string) => `weights that are right in ${share} before anything is rounded`,
  integers: (share: string) => `the file's own integers, which are right in ${share}`,
} as const;

/** The constructors of this room's errors and warnings: `throw problems.…(…)`. */
export const problems = {
  labelClasses: (where: string, labels: readonly string[], classes: number) =>
    raise({
      code: 'pipeline/label-classes',
      where,
      got: `${labels.length} different labels, ${list(labels)}`,
      wanted: `the numbers 0 to ${classes - 1}, or a label for each of the network's ${classes} classes`,
    }),
  /** A warning. */
  /** A warning. @param whose the network that guesses */
  weightsGuess: (where: string, accuracy: number, commonest: number, whose: 'weights' | 'integers') =>
    raise({
      code: 'pipeline/weights-guess',
      where,
      got: `${GUESSERS[whose](percent(accuracy))}; the commonest class is ${percent(commonest)}`,
      wanted: 'a table as the network was trained on',
      hint: 'are its features scaled as in training, in the same order, and its classes numbered as there?',
    }),
  /** A warning. @param accuracy before and after, where there are labels */
  dataDisagreement: (
    where: string,
    samples: number,
    share: number,
    tolerated: number,
    accuracy: Accuracies | null,
  ) =>
    raise({
      code: 'pipeline/data-disagreement',
      where,
      got: `another class than the weights give for ${percent(share)} of ${counted(samples, 'sample')}${became(accuracy)}`,
      wanted: `at most ${percent(tolerated)}`,
      hint: 'formats were chosen on the calibration alone: are its rows like these?',
    }),
  compareDesign: (file: string) =>
    raise({
      code: 'pipeline/compare-design',
      where: file,
      got: 'a network of values alone',
      wanted: 'the design that was made of it',
      hint: 'espalier compile makes one; --design names its folder',
    }),
  compareData: (file: string) =>
    raise({
      code: 'pipeline/compare-data',
      where: file,
      got: 'no samples',
      wanted: 'rows of features as the network was trained on',
      hint: '--data names a CSV of them',
    }),
  compareOther: (folder: string, file: string) =>
    raise({
      code: 'pipeline/compare-other',
      where: folder,
      got: `a design of another ${path.basename(file)}`,
      wanted: 'the design that compile makes of the file as it is',
      hint: 'espalier compile makes it anew',
    }),
  compareRuntime: (file: string, asked: string, known: readonly string[]) =>
    raise({
      code: 'pipeline/compare-runtime',
      where: file,
      got: `--runtime ${asked}, which does not run it`,
      wanted: known.join(' or '),
    }),
  /** A warning. */
  compareCodes: (file: string, differing: number, values: number, original: string, layer: string) =>
    raise({
      code: 'pipeline/compare-codes',
      where: file,
      got: `${counted(differing, 'code')} of ${values} other than in ${original}, from ${layer} on`,
      wanted: 'the same codes',
      hint: 'programs round differently where a scale is no power of two: --kernels says how it is done here',
    }),
  /** A warning. @param accuracy before and after, where there are labels */
  compareClasses: (
    file: string,
    share: number,
    tolerated: number,
    accuracy: Accuracies | null,
    hint: string,
  ) =>
    raise({
      code: 'pipeline/compare-classes',
      where: file,
      got: `another class than the original gives for ${percent(share)} of the samples${became(accuracy)}`,
      wanted: `at most ${percent(tolerated)}`,
      hint,
    }),
  /** A warning. */
  compareValues: (file: string, share: number, tolerated: number, hint: string) =>
    raise({
      code: 'pipeline/compare-values',
      where: file,
      got: `outputs that are off by ${percent(share)} of the largest on average`,
      wanted: `at most ${percent(tolerated)}`,
      hint,
    }),
  integerQuantization: (file: string, got: string) =>
    raise({
      code: 'pipeline/integer-quantization',
      where: file,
      got: `${got}, and a network of whole numbers`,
      wanted: "nothing about quantization: its integers are the file's own",
      hint: '--data tries the design on samples',
    }),
  labelNumbers: (where: string, cell: string) =>
    raise({
      code: 'pipeline/label-numbers',
      where,
      got: JSON.stringify(cell),
      wanted: 'a number: what the network should give',
    }),
  configSyntax: (where: string, got: string) =>
    raise({ code: 'pipeline/config-syntax', where, got, wanted: 'a YAML document' }),
  /** @param hint what comes nearest to the key, where that is known */
  configKey: (where: string, key: string, allowed: readonly string[], likely?: string, hint?: string) =>
    raise({
      code: 'pipeline/config-key',
      where,
      got: `the unknown key ${JSON.stringify(key)}`,
      wanted: `one of ${allowed.join(', ')}`,
      ...(hint === undefined ? didYouMean(likely) : { hint }),
    }),
  configValue: (where: string, got: string, wanted: string, likely?: string) =>
    raise({ code: 'pipeline/config-value', where, got, wanted, ...didYouMean(likely) }),
  modelMissing: (where: string) =>
    raise({
      code: 'pipeline/model-missing',
      where,
      got: 'no espalier.yaml',
      wanted: 'a folder with an espalier.yaml, or the path of such a file',
      hint: '`espalier run models/wdbc` runs the example',
    }),
  modelSeveral: (where: string, folders: readonly string[]) =>
    raise({
      code: 'pipeline/model-several',
      where,
      got: `no model named, and ${folders.length} to choose from: ${list(folders)}`,
      wanted: 'the name of one, where there is more than one',
      hint: `such as \`espalier run ${folders[0]}\``,
    }),
  modelBusy: (where: string, process: number) =>
    raise({
      code: 'pipeline/busy',
      where,
      got: `another run of this model, process ${process}`,
      wanted: 'one run at a time',
      hint: 'wait for it, or give this one another folder with --build',
    }),
  nothingToSimulate: (place: string) =>
    raise({
      code: 'pipeline/nothing-to-simulate',
      where: place,
      got: 'neither manifest.json nor espalier.yaml',
      wanted: 'the folder of an emitted design or of a model',
    }),
  nothingToProve: (place: string, likely?: string) =>
    raise({
      code: 'pipeline/nothing-to-prove',
      where: place,
      got: 'neither manifest.json nor espalier.yaml',
      wanted: 'the folder of an emitted design or of a model',
      ...didYouMean(likely),
    }),
  outputFolder: (folder: string, files: readonly string[]) =>
    raise({
      code: 'pipeline/output-folder',
      where: folder,
      got: `files that this command did not write: ${list(files)}`,
      wanted: 'a new folder, an empty one, or one with an older output of this command, which is replaced',
      hint: 'choose another folder, or move them away',
    }),
  stageAbsent: (option: string, stage: string, stages: readonly string[], hint: string) =>
    raise({
      code: 'pipeline/stage-absent',
      where: option,
      got: `${stage}, which is no stage of this run`,
      wanted: `one of ${stages.join(', ')}`,
      hint,
    }),
  studyVariant: (where: string, name: string, names: readonly string[], likely: string | undefined) =>
    raise({
      code: 'pipeline/study-variant',
      where,
      got: JSON.stringify(name),
      wanted: `one of ${names.join(', ')}`,
      ...(likely === undefined ? {} : { hint: `did you mean ${likely}?` }),
    }),
  studyData: (file: string, first: string) =>
    raise({
      code: 'pipeline/study-data',
      where: file,
      got: `other samples than ${first}`,
      wanted: 'the same samples, so that recipes are compared on the same folds',
    }),
  searchMargin: (margin: number, bits: number, reached: number, wanted: number) =>
    raise({
      code: 'pipeline/search-margin',
      where: `search, margin ${margin}`,
      got: `an accuracy of ${reached.toFixed(4)} with ${bits} bits everywhere`,
      wanted: `at least ${wanted.toFixed(4)}`,
      hint: 'allow a larger margin',
    }),
  /** A warning. */
  searchOneClass: (model: string, margin: number) =>
    raise({
      code: 'pipeline/search-one-class',
      where: `search, margin ${margin}`,
      got: `widths at which ${model} says one and the same class for every sample`,
      wanted: 'samples of several classes',
      hint: 'allow a smaller margin; if it is small: do the float networks know more than which class is frequent?',
    }),
  optionValue: (where: string, got: string, wanted: string) =>
    raise({ code: 'cli/option-value', where, got: JSON.stringify(got), wanted }),
};
