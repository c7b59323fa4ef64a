import path from 'node:path';
import { counted, didYouMean, list, raise } from '../core/errors.js';
import { nearest } from '../core/nearest.js';
import { decimalComma } from '../data/problems.js';

/** How weights in another form become CSVs. */
function hintFor(files: readonly string[]): { hint?: string } {
  const [first] = files;
  if (files.length === 0) return {};
  if (files.every((file) => /\.txt$/i.test(file))) {
    return {
      hint: `name them one by one if they are tables of numbers: --weights ${files.slice(0, 2).join(' ')} …`,
    };
  }
  const model = files.find((file) => !/\.txt$/i.test(file)) ?? first;
  return { hint: `a model's file is read by espalier compile ${model}` };
}

/** The constructors of this room's errors and warnings: `throw problems.…(…)`. */
export const problems = {
  driverBeats: (network: string, width: number) =>
    raise({
      code: 'exchange/driver-beats',
      where: network,
      got: `beats of ${width} bits`,
      wanted: 'a design with beats of 8 bits, as a serial line carries them',
      hint: 'emit it with --beat 8',
    }),
  driverRegisterBeats: (network: string, width: number, widths: readonly number[]) =>
    raise({
      code: 'exchange/driver-register-beats',
      where: network,
      got: `beats of ${width} bits`,
      wanted: `a design with beats of ${widths.join(', ')} bits, as registers and streams carry them`,
      hint: 'emit it with --beat 32, or --board',
    }),
  driverLength: (network: string, bytes: number, most: number) =>
    raise({
      code: 'exchange/driver-length',
      where: network,
      got: `${bytes} bytes of a sample`,
      wanted: `at most ${most}, which a frame can say`,
    }),
  driverDesign: (source: string) =>
    raise({
      code: 'exchange/driver-design',
      where: source,
      got: 'a network without a design',
      wanted: 'the folder of an emitted design, with its manifest.json',
      hint: 'a driver has to know how samples and results lie in beats',
    }),
  importFormat: (file: string, got: string, titles: readonly string[]) =>
    raise({
      code: 'exchange/import-format',
      where: file,
      got,
      wanted: `one of ${titles.join(', ')}`,
      hint: 'it is known by its contents, not by its name',
    }),
  importEmpty: (file: string) =>
    raise({
      code: 'exchange/import-empty',
      where: file,
      got: '0 bytes',
      wanted: 'a trained network',
      hint: 'did the program that wrote it, or the download, end early?',
    }),
  importPointer: (file: string) =>
    raise({
      code: 'exchange/import-pointer',
      where: file,
      got: 'a pointer of Git LFS, which stands for the file',
      wanted: 'the file itself',
      hint: 'git lfs pull fetches it',
    }),
  importFile: (where: string, got: string, wanted: string, hint?: string) =>
    raise({ code: 'exchange/import-file', where, got, wanted, ...(hint === undefined ? {} : { hint }) }),
  importTruncated: (where: string, got: string, wanted: string) =>
    raise({
      code: 'exchange/import-truncated',
      where,
      got,
      wanted,
      hint: 'the file is cut off or broken: fetch or save it again',
    }),
  importInputs: (where: string, names: readonly string[]) =>
    raise({
      code: 'exchange/import-inputs',
      where,
      got: `${counted(names.length, 'input')} (${names.join(', ')})`,
      wanted: 'one',
      hint: 'save a model of one input, which slices cut up and a concatenation before it puts together',
    }),
  importOutputs: (where: string, names: readonly string[]) =>
    raise({
      code: 'exchange/import-outputs',
      where,
      got: `${counted(names.length, 'output')} (${names.join(', ')})`,
      wanted: 'one',
      hint: 'save a model of the one that hardware is to give; several lists of one meaning go through a concatenation',
    }),
  importOpset: (where: string, version: number, wanted: string) =>
    raise({
      code: 'exchange/import-opset',
      where,
      got: String(version),
      wanted,
      hint: 'onnx.version_converter converts a model to another opset',
    }),
  importInputFormat: (where: string) =>
    raise({
      code: 'exchange/import-input-format',
      where,
      got: 'values of an input that nothing in the file quantizes',
      wanted: 'its format',
      hint: "state it: --input 'fixed<8,3>'",
    }),
  /** @param what is quantized */
  importQuantizer: (
    where: string,
    what: string,
    quantizer: string,
    known: readonly string[],
    hint = 'train on with one of these, or save the model without the quantizer: compile rounds by itself',
  ) =>
    raise({
      code: 'exchange/import-quantizer',
      where,
      got: `${what} quantized by ${quantizer}`,
      wanted: `one of ${known.join(', ')}`,
      hint,
    }),
  importOperator: (where: string, operator: string, known: readonly string[]) =>
    raise({
      code: 'exchange/import-operator',
      where,
      got: `the operator ${operator}`,
      wanted: `one of ${known.join(', ')}`,
      ...(didYouMean(nearest(operator, known)).hint === undefined
        ? { hint: 'export the model with these, or cut it before the operator' }
        : didYouMean(nearest(operator, known))),
    }),
  /** Of Keras. */
  importLayer: (where: string, className: string, known: readonly string[]) =>
    raise({
      code: 'exchange/import-layer',
      where,
      got: `a layer of class ${className}`,
      wanted: `one of ${known.join(', ')}`,
      ...(didYouMean(nearest(className, known)).hint === undefined
        ? { hint: 'code is never run: write what a Lambda or a layer of your own does with these classes' }
        : didYouMean(nearest(className, known))),
    }),
  importWeights: (where: string, got: string, wanted: string, hint?: string) =>
    raise({ code: 'exchange/import-weights', where, got, wanted, ...(hint === undefined ? {} : { hint }) }),
  importTopology: (where: string, beside: string) =>
    raise({
      code: 'exchange/import-topology',
      where,
      got: 'weights without the layers that have them',
      wanted: `the layers in ${beside}`,
      hint: "model.to_json() gives their text, and model.save('model.keras') writes layers and weights together",
    }),
  importNotFinite: (where: string, value: number) =>
    raise({
      code: 'exchange/import-not-finite',
      where,
      got: String(value),
      wanted: 'finite weights',
      hint: 'training diverged: take a checkpoint from before',
    }),
  importAttribute: (where: string, got: string, wanted: string, hint?: string) =>
    raise({ code: 'exchange/import-attribute', where, got, wanted, ...(hint === undefined ? {} : { hint }) }),
  liteRtMissing: (name: string) =>
    raise({
      code: 'exchange/litert-missing',
      where: name,
      got: 'no such package',
      wanted: "Google's interpreter, to run the file itself",
      hint: `npm install ${name}`,
    }),
  liteRt: (file: string, said: string) =>
    raise({
      code: 'exchange/litert',
      where: file,
      got: `LiteRT, which says ${JSON.stringify(said)}`,
      wanted: 'a model that it runs',
    }),
  /** @param said why it cannot be loaded, where it is there */
  onnxRuntimeMissing: (name: string, version: string, said?: string) =>
    raise({
      code: 'exchange/onnxruntime-missing',
      where: name,
      got: said === undefined ? 'no such package' : `a package that cannot be loaded: ${said}`,
      wanted: 'ONNX Runtime, to run the file itself',
      hint: `npm install --ignore-scripts ${name}@${version} (its script fetches what only GPUs need); --runtime own does without`,
    }),
  onnxRuntime: (file: string, said: string) =>
    raise({
      code: 'exchange/onnxruntime',
      where: file,
      got: `ONNX Runtime, which says ${JSON.stringify(said)}`,
      wanted: 'a model that it runs',
      hint: '--runtime own does without',
    }),
  importIntegers: (where: string) =>
    raise({
      code: 'exchange/import-integers',
      where,
      got: 'a network of whole numbers',
      wanted: 'one of values',
      hint: 'compile takes it as it is',
    }),
  importShape: (where: string, got: string) =>
    raise({
      code: 'exchange/import-shape',
      where,
      got,
      wanted: 'a shape of whole numbers, but for the batch',
      hint: "--shape states it in the file's order, such as --shape 1x28x28",
    }),
  /** @param teller what says it already */
  importOption: (file: string, option: string, teller: string, open: readonly string[]) =>
    raise({
      code: 'exchange/import-option',
      where: file,
      got: `${option} with ${teller}, which says that itself`,
      wanted: open.length === 0 ? 'no such option' : `at most ${open.join(', ')}`,
    }),
  importPickle: (where: string, got: string, hint?: string) =>
    raise({
      code: 'exchange/import-pickle',
      where,
      got,
      wanted: 'a pickle of tensors by their names; no object of Python is made, and no code of a file is run',
      ...(hint === undefined ? {} : { hint }),
    }),
  importTensor: (where: string, got: string, wanted: string, hint?: string) =>
    raise({ code: 'exchange/import-tensor', where, got, wanted, ...(hint === undefined ? {} : { hint }) }),
  importArchitecture: (where: string, got: string, hint: string) =>
    raise({
      code: 'exchange/import-architecture',
      where,
      got,
      wanted: 'weights whose names and shapes say the network: a chain of Linear layers',
      hint,
    }),
  importActivation: (where: string, layers: readonly string[]) =>
    raise({
      code: 'exchange/import-activation',
      where,
      got: `weights of ${counted(layers.length + 1, 'layer')}, which do not say what stands behind ${list(layers)}`,
      wanted: 'the activation',
      hint: `state it: --activation relu for all layers but the last, or --activation ${layers[0]}=relu for one`,
    }),
  csvSyntax: (file: string, reason: string) =>
    raise({ code: 'exchange/csv-syntax', where: file, got: reason, wanted: 'comma-separated values' }),
  csvEmpty: (file: string) =>
    raise({
      code: 'exchange/csv-empty',
      where: file,
      got: 'no numbers',
      wanted: 'at least one row of numbers',
    }),
  csvRagged: (file: string, line: number, got: number, wanted: number) =>
    raise({
      code: 'exchange/csv-ragged',
      where: `${file}, row ${line}`,
      got: counted(got, 'cell'),
      wanted: `${counted(wanted, 'cell')}, as in the first row`,
    }),
  csvIndex: (file: string, line: number, got: string, wanted: number) =>
    raise({
      code: 'exchange/csv-index',
      where: `${file}, row ${line}, column 1`,
      got: `index ${got}`,
      wanted: `index ${wanted}`,
      hint: 'rows of the data frame were dropped or reordered before it was written',
    }),
  csvHeader: (file: string, line: number) =>
    raise({
      code: 'exchange/csv-header',
      where: `${file}, row ${line}`,
      got: 'a first row that counts 0, 1, …: a header without its index column',
      wanted: 'numbers alone, or a header and an index',
      hint: 'in pandas write it with header=False; weights that are so are written as 0.0,1.0,…',
    }),
  csvDecimalComma: (file: string, line: number, row: string) =>
    raise({
      code: 'exchange/csv-decimal-comma',
      where: `${file}, row ${line}`,
      got: `${JSON.stringify(row)}, and never a point or a sign behind the comma`,
      wanted: 'decimals with a point',
      hint: 'two columns of whole numbers are told from them by a point, as in 1.0,2.0, or by a semicolon between',
    }),
  csvNotANumber: (file: string, line: number, column: number, got: string) =>
    raise({
      code: 'exchange/csv-not-a-number',
      where: `${file}, row ${line}, column ${column}`,
      got: JSON.stringify(got),
      wanted: 'a finite decimal number',
      ...decimalComma(got),
    }),
  memoryImage: (where: string, got: string, wanted: string) =>
    raise({ code: 'exchange/memory-image', where, got, wanted }),
  memoryCodes: (file: string, tensor: string) =>
    raise({
      code: 'exchange/memory-codes',
      where: file,
      got: 'codes, which do not say where their point is',
      wanted: 'their format',
      hint: `state it: --codes ${tensor}=fixed<16,4> for words of 16 bits, 4 of them before the point with the sign`,
    }),
  memoryShape: (file: string, got: string, wanted: string, hint: string) =>
    raise({ code: 'exchange/memory-shape', where: file, got, wanted, hint }),
  weightFileName: (file: string) =>
    raise({
      code: 'exchange/weight-file-name',
      where: file,
      got: 'a name without role and layer',
      wanted: 'w1….csv and b1….csv, or names with weights/kernel/bias and the layer’s number',
    }),
  weightOrder: (files: readonly string[]) =>
    raise({
      code: 'exchange/weight-order',
      where: path.dirname(files[0]),
      got: `${list(files.map((file) => path.basename(file)))}, whose names do not say which layer comes first`,
      wanted: 'names with the number of the layer',
      hint: 'or list the files one by one, in the order of the layers',
    }),
  weightLeftOut: (folder: string, files: readonly string[]) =>
    raise({
      code: 'exchange/weight-left-out',
      where: folder,
      got: `numbers in ${list(files)} too, by ${files.length === 1 ? 'its name' : 'their names'} of no layer`,
      wanted: 'a weights and a bias file for every layer, and beside them tables with a header',
      hint: 'rename what belongs to the network, or list its files one by one',
    }),
  weightMixed: (folder: string, files: readonly string[]) =>
    raise({
      code: 'exchange/weight-mixed',
      where: folder,
      got: `${list(files)} beside weights in CSV files`,
      wanted: 'all files of the network in one form',
      hint: 'write them as CSV files too, list all files of the network one by one, or move the others away',
    }),
  weightDuplicate: (file: string, role: string, layer: number, other: string) =>
    raise({
      code: 'exchange/weight-duplicate',
      where: file,
      got: `the ${role} of layer ${layer} a second time`,
      wanted: `one file for them; the other is ${other}`,
      hint: 'name the files, or choose one set of a folder with --set',
    }),
  weightMissing: (where: string, role: string, layer: number) =>
    raise({
      code: 'exchange/weight-missing',
      where,
      got: `no ${role} for layer ${layer}`,
      wanted: 'a weights and a bias file for every layer, numbered without gaps',
      ...(role === 'bias' ? { hint: 'of a network whose layers have no bias: --no-bias' } : {}),
    }),
  /** @param others files that most likely hold weights, in forms that are not read from a folder */
  weightNone: (where: string, set: string | undefined, others: readonly string[]) => {
    const none = set === undefined ? 'no weight files' : `no weight files of the set ${JSON.stringify(set)}`;
    return raise({
      code: 'exchange/weight-none',
      where,
      got: others.length === 0 ? none : `${none}, but ${list(others)}`,
      wanted: 'files such as w1.csv and b1.csv',
      ...hintFor(others),
    });
  },
  weightLayer: (where: string, known: readonly string[], likely: string | undefined) =>
    raise({
      code: 'exchange/weight-layer',
      where,
      got: 'a place that the network does not have',
      wanted: `one of ${known.join(', ')}`,
      ...didYouMean(likely),
    }),
  /** A warning. */
  weightWhole: (where: string, largest: number) =>
    raise({
      code: 'exchange/weight-whole',
      where,
      got: `whole numbers alone, the largest ${largest}`,
      wanted: 'weights as they were trained',
      hint: 'if they are codes of fixed-point numbers, say of which: --scale 2^-8 for codes with 8 fraction bits',
    }),
  weightShape: (file: string, got: string, wanted: string, hint?: string) =>
    raise({
      code: 'exchange/weight-shape',
      where: file,
      got,
      wanted,
      ...(hint === undefined ? {} : { hint }),
    }),
  cArgmaxTooWide: (where: string) =>
    raise({
      code: 'exchange/c-argmax-too-wide',
      where,
      got: 'formats too far apart to compare in 64 bits',
      wanted: 'output formats with closer fractions, for the head argmax in C',
    }),
  noEncoder: (where: string) =>
    raise({
      code: 'exchange/no-encoder',
      where,
      got: 'no input.encoder',
      wanted: 'a network that knows how features become codes',
      hint: 'networks quantized from a model with a fitted scaler have one; in network.json it is input.encoder',
    }),
  onnx: (where: string, got: string, wanted: string) =>
    raise({ code: 'exchange/onnx', where, got, wanted: `${wanted}: no other is written as ONNX` }),
  tfliteCalibration: (where: string, got: string) =>
    raise({
      code: 'exchange/tflite-calibration',
      where,
      got,
      wanted: 'rows of finite scaled features, one per input, to take the int8 ranges from',
      hint: 'the rows of the training set will do',
    }),
  tfliteRange: (where: string) =>
    raise({
      code: 'exchange/tflite-range',
      where,
      got: 'values past ±3.4e38',
      wanted: 'values that a 32-bit float holds',
      hint: 'are the weights of this layer, and of those before it, right?',
    }),
  tfliteLayer: (where: string, got: string, wanted: string) =>
    raise({ code: 'exchange/tflite-layer', where, got, wanted: `${wanted}: no other is written as TFLite` }),
  tfliteProbability: (where: string) =>
    raise({
      code: 'exchange/tflite-probability',
      where,
      got: 'the output probability for a network with the head values',
      wanted: 'the output logits, or a network with the head binary or argmax',
    }),
  realLayer: (where: string, got: string) =>
    raise({
      code: 'exchange/real-layer',
      where,
      got,
      wanted:
        'sums that become codes by formats, and limits or a table for all units alike: no other is written as values',
      hint: 'export the float network that it was made of',
    }),
  kerasLayer: (where: string, got: string, wanted: string) =>
    raise({ code: 'exchange/keras-layer', where, got, wanted: `${wanted}, as Keras has it` }),
  calibrationShape: (file: string, got: number, wanted: number) =>
    raise({
      code: 'pipeline/calibration-shape',
      where: file,
      got: `${got} columns`,
      wanted: `${wanted} columns, one per input of the network: scaled features without the label`,
    }),
};
