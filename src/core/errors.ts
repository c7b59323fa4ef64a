/**
 * Every error and warning a user can meet, in one file: a stable code, where it happened, what was got, what was wanted,
 * and where it helps a hint at the mend. Codes are `room/problem` and never change their meaning.
 */
export interface Problem {
  readonly code: string;
  /** File and line, layer and neuron, option: whatever leads the user to the place. */
  readonly where: string;
  readonly got: string;
  readonly wanted: string;
  readonly hint?: string;
}

export class EspalierError extends Error implements Problem {
  readonly code: string;
  readonly where: string;
  readonly got: string;
  readonly wanted: string;
  readonly hint?: string;

  constructor(problem: Problem) {
    const hint = problem.hint === undefined ? '' : ` (${problem.hint})`;
    super(`${problem.where}: got ${problem.got}, wanted ${problem.wanted}${hint} [${problem.code}]`);
    this.name = 'EspalierError';
    this.code = problem.code;
    this.where = problem.where;
    this.got = problem.got;
    this.wanted = problem.wanted;
    if (problem.hint !== undefined) this.hint = problem.hint;
  }

  /** The error as plain data, for `--json`. */
  toJSON(): Problem {
    const { code, where, got, wanted, hint } = this;
    return hint === undefined ? { code, where, got, wanted } : { code, where, got, wanted, hint };
  }
}

const didYouMean = (likely?: string) => (likely === undefined ? {} : { hint: `did you mean ${likely}?` });

/** A number with a decimal comma, whole or cut at that comma: `0,3`, and `3;0` of `0,3;0,5`. */
const DECIMAL_COMMA = /^[+-]?\d*,\d+(?:e[+-]?\d+)?$|^\d+(?:e[+-]?\d+)?[;\t ]+[+-]?\d+$/i;

const decimalComma = (cell: string) =>
  DECIMAL_COMMA.test(cell)
    ? { hint: 'if decimals are written with a comma here: write them with a point' }
    : {};

const raise = (problem: Problem) => new EspalierError(problem);

/** Names in quotes; of many only the first ones. */
const list = (names: readonly string[]) => {
  const shown = names.slice(0, 8).map((name) => JSON.stringify(name));
  return names.length > 8 ? `${shown.join(', ')} and ${names.length - 8} more` : shown.join(', ');
};

/** A value of any kind; JSON has no word for NaN and the infinities. */
const shown = (value: unknown) =>
  typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

/** A measure of a network, and of a guess that looks at no feature. */
interface Compared {
  readonly network: number;
  readonly guessing: number;
}

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;

const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EISDIR: 'a folder',
  ENOTDIR: 'a path through something that is no folder',
  EEXIST: 'a file where a folder should be',
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'a file system that is read-only',
  ENOSPC: 'a full disk',
};

/** The constructors of all errors, room by room; `throw problems.fileUnreadable(…)`. */
export const problems = {
  // ── core ──────────────────────────────────────────────────────────────────────────────────────────────
  /** @param reason the system's code, such as ENOENT */
  fileUnreadable: (file: string, reason: string) =>
    raise({
      code: 'file/unreadable',
      where: file,
      got: SYSTEM_ERRORS[reason] ?? reason,
      wanted: 'a readable file',
    }),
  /** @param reason the system's code, such as EACCES */
  fileUnwritable: (file: string, reason: string) =>
    raise({
      code: 'file/unwritable',
      where: file,
      got: SYSTEM_ERRORS[reason] ?? reason,
      wanted: 'a place that files can be written to',
    }),

  // ── fixed ─────────────────────────────────────────────────────────────────────────────────────────────
  formatSyntax: (where: string, text: string, likely?: string) =>
    raise({
      code: 'fixed/format-syntax',
      where,
      got: JSON.stringify(text),
      wanted: 'fixed<W,I> or ufixed<W,I> with whole numbers, such as fixed<8,1>',
      ...didYouMean(likely),
    }),
  formatWidth: (where: string, format: string) =>
    raise({
      code: 'fixed/format-width',
      where,
      got: format,
      wanted: 'a width of 1 to 53 bits (codes stay within ±2^53) and a fraction of -1000 to 1000 bits',
    }),

  // ── network ───────────────────────────────────────────────────────────────────────────────────────────
  networkSchema: (where: string, got: string, wanted: string) =>
    raise({ code: 'network/schema', where, got, wanted }),
  networkShape: (where: string, got: string, wanted: string) =>
    raise({ code: 'network/shape', where, got, wanted }),
  networkCode: (where: string, code: number, format: string, low: number, high: number) =>
    raise({
      code: 'network/code-out-of-range',
      where,
      got: String(code),
      wanted: `a whole number from ${low} to ${high} (${format})`,
    }),
  networkName: (where: string, name: string, wanted: string) =>
    raise({ code: 'network/name', where, got: JSON.stringify(name), wanted }),
  accumulatorTooWide: (where: string, width: number) =>
    raise({
      code: 'network/accumulator-too-wide',
      where,
      got: `an accumulator of ${width} bits`,
      wanted: 'at most 54 bits, sign included (codes and sums stay within ±2^53)',
      hint: 'use narrower weight, bias or input formats in this layer, or formats with closer fractions',
    }),
  inputSize: (where: string, got: number, wanted: number) =>
    raise({ code: 'network/input-size', where, got: `${got} codes`, wanted: `${wanted} codes` }),

  // ── data ──────────────────────────────────────────────────────────────────────────────────────────────
  dataEmpty: (file: string) =>
    raise({ code: 'data/empty', where: file, got: 'no rows of data', wanted: 'a table of samples' }),
  dataNotATable: (where: string, got: string) =>
    raise({
      code: 'data/not-a-table',
      where,
      got,
      wanted: 'a table of cells separated by commas, semicolons or tabs',
    }),
  dataRaggedRow: (file: string, line: number, got: number, wanted: number) =>
    raise({
      code: 'data/ragged-row',
      where: `${file}:${line}`,
      got: counted(got, 'cell'),
      wanted: `${counted(wanted, 'cell')}, as many as the table has columns`,
    }),
  dataNoLabelColumn: (file: string, columns: readonly string[]) =>
    raise({
      code: 'data/no-label-column',
      where: file,
      got: `a table with the columns ${list(columns)} and nothing that says which of them is the class`,
      wanted: "the name of the label's column",
      hint: 'state it as data.label',
    }),
  dataUnknownColumn: (where: string, name: string, columns: readonly string[]) =>
    raise({
      code: 'data/unknown-column',
      where,
      got: JSON.stringify(name),
      wanted: `one of the columns ${list(columns)}`,
    }),
  dataDuplicateColumn: (where: string, name: string) =>
    raise({
      code: 'data/duplicate-column',
      where,
      got: `two columns named ${JSON.stringify(name)}`,
      wanted: 'a name for every column that no other column has',
    }),
  dataNoFeatures: (file: string) =>
    raise({
      code: 'data/no-features',
      where: file,
      got: 'no column beside the label and the ignored and empty ones',
      wanted: 'at least one column of numbers',
    }),
  dataNotANumber: (file: string, line: number, column: string, cell: string) =>
    raise({
      code: 'data/not-a-number',
      where: `${file}:${line}, column ${JSON.stringify(column)}`,
      got: JSON.stringify(cell),
      wanted: 'a finite number',
      hint: 'a column that is no feature can be named in data.ignore',
      ...decimalComma(cell),
    }),
  dataMissingValue: (file: string, line: number, column: string, count: number) =>
    raise({
      code: 'data/missing-value',
      where: `${file}:${line}, column ${JSON.stringify(column)}`,
      got: count === 1 ? 'a missing value' : `a missing value, the first of ${count}`,
      wanted: 'a value in every cell',
      hint: 'data.missing: drop leaves such rows out',
    }),
  dataUnknownLabel: (where: string, label: string, labels: readonly string[]) =>
    raise({
      code: 'data/unknown-label',
      where,
      got: JSON.stringify(label),
      wanted: `one of the labels ${list(labels)}`,
    }),
  dataPositiveOfMany: (where: string, label: string, labels: readonly string[]) =>
    raise({
      code: 'data/positive-of-many',
      where,
      got: `${JSON.stringify(label)} as the positive one of ${labels.length} labels`,
      wanted: 'a positive label only where there are two labels',
    }),
  dataSingleClass: (where: string, label: string) =>
    raise({
      code: 'data/single-class',
      where,
      got: `the one label ${JSON.stringify(label)} in every row`,
      wanted: 'at least two classes',
    }),
  dataMeasuredLabel: (where: string, values: number, rows: number) =>
    raise({
      code: 'data/measured-label',
      where,
      got: `${values} different numbers in ${rows} rows`,
      wanted: 'the class of every row',
      hint: 'a regression is not trained here: give weights trained elsewhere to `espalier compile --head values`',
    }),
  dataClassTooSmall: (className: string, count: number, wanted: number, purpose: string) =>
    raise({
      code: 'data/class-too-small',
      where: `class ${className}`,
      got: counted(count, 'sample'),
      wanted: `at least ${wanted} (${purpose})`,
    }),
  dataSplit: (where: string, got: string, wanted: string) =>
    raise({ code: 'data/split', where, got, wanted }),
  dataFeatureCount: (where: string, got: number, wanted: number) =>
    raise({
      code: 'data/feature-count',
      where,
      got: counted(got, 'feature'),
      wanted: counted(wanted, 'feature'),
    }),

  // ── learn ─────────────────────────────────────────────────────────────────────────────────────────────
  learnOption: (option: string, got: unknown, wanted: string) =>
    raise({ code: 'learn/option', where: option, got: shown(got), wanted }),
  learnSamples: (where: string, got: string, wanted: string) =>
    raise({ code: 'learn/samples', where, got, wanted }),
  learnDiverged: (task: string, epoch: number) =>
    raise({
      code: 'learn/diverged',
      where: `${task}, epoch ${epoch}`,
      got: 'a loss that is no finite number',
      wanted: 'a training that converges',
      hint: 'lower the learning rate, and see that the features are scaled',
    }),
  /** A warning: the run goes on. @param loss of the network, and of guessing by how frequent the classes are */
  learnUndertrained: (where: string, loss: Compared, accuracy: Compared) =>
    raise({
      code: 'learn/undertrained',
      where,
      got:
        `a loss of ${loss.network.toFixed(3)} on the training rows, where guessing has ${loss.guessing.toFixed(3)}, and ` +
        `${percent(accuracy.network)} of them right, where always the largest class has ${percent(accuracy.guessing)}`,
      wanted: 'a network that has learnt more than how frequent the classes are',
      hint: 'more epochs or a larger learningRate train it longer; else its features may not tell the classes apart',
    }),
  learnBackend: (backend: string, reason: string) =>
    raise({
      code: 'learn/backend',
      where: 'training.backend',
      got: `${JSON.stringify(backend)}, which cannot be used here: ${reason}`,
      wanted: 'a TensorFlow.js backend that is installed',
      hint: 'auto takes the best one there is',
    }),

  learnMask: (where: string, got: number, wanted: number) =>
    raise({
      code: 'learn/mask',
      where,
      got: `a mask of ${got} parameters`,
      wanted: `a mask of ${wanted} parameters, the network's weights and biases`,
      hint: 'it was made for a network of another shape',
    }),
  learnPlan: (where: string, got: string, wanted: string) =>
    raise({ code: 'learn/plan', where, got, wanted }),
  learnTeacher: (where: string, got: string, wanted: string) =>
    raise({ code: 'learn/teacher', where, got, wanted }),

  // ── quantize ──────────────────────────────────────────────────────────────────────────────────────────
  quantizeUnits: (where: string, got: number, wanted: number) =>
    raise({
      code: 'quantize/units',
      where,
      got: `${got} formats`,
      wanted: `one format for all, or ${wanted} (one per unit)`,
    }),
  quantizeLayer: (where: string, names: readonly string[]) =>
    raise({
      code: 'quantize/layer',
      where,
      got: 'a layer that the network does not have',
      wanted: `one of ${names.join(', ')}`,
    }),
  /** A warning. @param weights those that made the format so coarse, most likely */
  quantizeVanished: (
    where: string,
    vanished: number,
    nonZeros: number,
    weights: { readonly layer: string; readonly largest: number },
  ) =>
    raise({
      code: 'quantize/vanished',
      where,
      got: `${vanished} of ${counted(nonZeros, 'value')} that ${nonZeros === 1 ? 'is' : 'are'} not zero rounded to zero`,
      wanted: 'less than a tenth of them',
      hint:
        `is the largest weight of ${weights.layer}, ${Number(weights.largest.toPrecision(3))}, right? if so: more bits ` +
        `(--bits), a finer format (--format '${where}=…'), or one per unit (quantization.granularity: unit)`,
    }),
  quantizeProbability: (outputs: number, head: string) =>
    raise({
      code: 'quantize/probability',
      where: 'quantization.probability',
      got: `a network with ${counted(outputs, 'output')} and the head ${head}`,
      wanted: 'one logit with the head binary',
    }),

  // ── exchange ──────────────────────────────────────────────────────────────────────────────────────────
  tfjsModel: (where: string, got: string, wanted: string, hint?: string) =>
    raise({ code: 'exchange/tfjs-model', where, got, wanted, ...(hint === undefined ? {} : { hint }) }),
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
  csvNotANumber: (file: string, line: number, column: number, got: string) =>
    raise({
      code: 'exchange/csv-not-a-number',
      where: `${file}, row ${line}, column ${column}`,
      got: JSON.stringify(got),
      wanted: 'a finite decimal number',
      ...decimalComma(got),
    }),
  weightFileName: (file: string) =>
    raise({
      code: 'exchange/weight-file-name',
      where: file,
      got: 'a name without role and layer',
      wanted: 'w1….csv and b1….csv, or names with weights/kernel/bias and the layer’s number',
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
    }),
  weightNone: (where: string, set: string | undefined) =>
    raise({
      code: 'exchange/weight-none',
      where,
      got: set === undefined ? 'no weight files' : `no weight files of the set ${JSON.stringify(set)}`,
      wanted: 'files such as w1.csv and b1.csv',
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

  tfliteCalibration: (where: string, got: string) =>
    raise({
      code: 'exchange/tflite-calibration',
      where,
      got,
      wanted: 'rows of finite scaled features, one per input, to take the int8 ranges from',
      hint: 'the rows of the training set will do',
    }),
  tfliteProbability: (where: string) =>
    raise({
      code: 'exchange/tflite-probability',
      where,
      got: 'the output probability for a network with the head values',
      wanted: 'the output logits, or a network with the head binary or argmax',
    }),

  // ── hardware ──────────────────────────────────────────────────────────────────────────────────────────
  hardwareArchitecture: (name: string, known: readonly string[], likely?: string) =>
    raise({
      code: 'hardware/architecture',
      where: 'hardware.architecture',
      got: JSON.stringify(name),
      wanted: `one of ${known.join(', ')}`,
      ...didYouMean(likely),
    }),
  hardwareOption: (where: string, got: string, wanted: string) =>
    raise({ code: 'hardware/option', where, got, wanted }),
  /** @param other the architecture that has the option */
  hardwareUnknownOption: (
    where: string,
    architecture: string,
    known: readonly string[],
    { other, likely }: { readonly other: string | undefined; readonly likely: string | undefined },
  ) =>
    raise({
      code: 'hardware/unknown-option',
      where,
      got: other === undefined ? 'an unknown option' : `an option of the ${other} architecture`,
      wanted: `an option of the ${architecture} architecture: ${known.join(', ')}`,
      ...(other === undefined
        ? didYouMean(likely)
        : { hint: `leave it out, or choose hardware.architecture ${other} (--architecture ${other})` }),
    }),
  parallelTooLarge: (network: string, luts: number, limit: number) =>
    raise({
      code: 'hardware/parallel-too-large',
      where: `${network}: hardware.architecture parallel`,
      got: `a network of about ${luts} LUTs when it is unrolled`,
      wanted: `at most ${limit} LUTs (hardware.maxLuts)`,
      hint: 'use hardware.architecture serial, prune further, or raise hardware.maxLuts (--max-luts)',
    }),
  hardwareLayer: (where: string, name: string, known: readonly string[]) =>
    raise({
      code: 'hardware/layer',
      where,
      got: JSON.stringify(name),
      wanted: `one of the layers ${known.join(', ')}`,
    }),

  // ── emit ──────────────────────────────────────────────────────────────────────────────────────────────
  notADesign: (place: string, got: string, likely?: string) =>
    raise({
      code: 'emit/not-a-design',
      where: place,
      got,
      wanted: 'the folder of an emitted design',
      ...didYouMean(likely),
    }),
  manifestUnreadable: (file: string, got: string) =>
    raise({
      code: 'emit/manifest',
      where: file,
      got,
      wanted: 'a manifest of this version of Espalier (espalier/manifest, version 1)',
      hint: 'emit the design again',
    }),

  // ── netlist ───────────────────────────────────────────────────────────────────────────────────────────
  yosysMissing: (wanted: 'native' | 'wasm' | undefined) =>
    raise({
      code: 'netlist/yosys-missing',
      where: 'yosys',
      got: {
        native: 'no program `yosys` in the PATH',
        wasm: 'no package @yowasp/yosys',
        either: 'neither a program `yosys` in the PATH nor the package @yowasp/yosys',
      }[wanted ?? 'either'],
      wanted: 'a Yosys, to read Verilog with',
      hint: wanted === 'native' ? 'install yosys' : 'npm install @yowasp/yosys, or install yosys',
    }),
  yosysFailed: (task: string, message: string) =>
    raise({
      code: 'netlist/yosys-failed',
      where: `yosys, ${task}`,
      got: message,
      wanted: 'a run without errors',
    }),
  yosysTimeout: (task: string, seconds: number) =>
    raise({
      code: 'netlist/yosys-timeout',
      where: `yosys, ${task}`,
      got: `no end after ${seconds} s`,
      wanted: 'an end within the time-out',
      hint: 'raise it with --timeout SECONDS',
    }),
  yosysMemory: (task: string) =>
    raise({
      code: 'netlist/yosys-memory',
      where: `yosys, ${task}`,
      got: 'not enough memory',
      wanted: 'memory for the whole design (WebAssembly: at most 4 GB)',
      hint: 'use a native yosys on a larger machine, or a smaller design',
    }),

  unknownCell: (type: string, where: string) =>
    raise({
      code: 'netlist/unknown-cell',
      where,
      got: type,
      wanted: 'registers, read-only memories and word-level logic, as Espalier emits them',
    }),
  netlistClock: (where: string) =>
    raise({
      code: 'netlist/clock',
      where,
      got: 'a register on another clock or edge',
      wanted: 'registers on the rising edge of aclk',
    }),
  netlistLoop: (where: string) =>
    raise({ code: 'netlist/loop', where, got: 'a combinational loop', wanted: 'a register in every loop' }),
  netlistUndriven: (where: string) =>
    raise({ code: 'netlist/undriven', where, got: 'an input that nothing drives', wanted: 'a driver' }),

  // ── cosim ─────────────────────────────────────────────────────────────────────────────────────────────
  cosimNetworkChanged: (file: string, got: string, wanted: string) =>
    raise({
      code: 'cosim/network-changed',
      where: file,
      got: `SHA-256 ${got.slice(0, 16)}…`,
      wanted: `SHA-256 ${wanted.slice(0, 16)}…, as the manifest says`,
      hint: 'the Verilog was made from another network: emit the design again',
    }),
  cosimRomMissing: (file: string, purpose: string) =>
    raise({
      code: 'cosim/rom-missing',
      where: file,
      got: 'no such file',
      wanted: `the ROM image with the ${purpose}`,
      hint: 'emit the design again',
    }),
  cosimRomChanged: (file: string, got: string, wanted: string) =>
    raise({
      code: 'cosim/rom-changed',
      where: file,
      got: `SHA-256 ${got.slice(0, 16)}…`,
      wanted: `SHA-256 ${wanted.slice(0, 16)}…, as the manifest says`,
      hint: 'emit the design again; to see whether the harness notices broken ROMs, run mutations',
    }),
  cosimSourceMissing: (file: string) =>
    raise({
      code: 'cosim/source-missing',
      where: file,
      got: 'no such file',
      wanted: 'a Verilog file that the manifest lists',
      hint: 'emit the design again',
    }),
  cosimToolMissing: (tool: string, hint: string) =>
    raise({
      code: 'cosim/tool-missing',
      where: tool,
      got: 'no such program',
      wanted: `${tool} on the PATH`,
      hint,
    }),
  cosimBuildFailed: (design: string, tool: string, message: string) =>
    raise({
      code: 'cosim/build-failed',
      where: `${tool}, design ${design}`,
      got: message,
      wanted: 'a build without errors',
    }),
  cosimSimulatorFailed: (design: string, engine: string, message: string) =>
    raise({
      code: 'cosim/simulator-failed',
      where: `${engine}, design ${design}`,
      got: message,
      wanted: 'a simulation without warnings or errors',
    }),
  cosimRowWidth: (row: number, got: number, wanted: number) =>
    raise({
      code: 'cosim/row-width',
      where: `data row ${row}`,
      got: `${got} codes`,
      wanted: `${wanted} codes (one per input)`,
    }),
  cosimMutateBroken: (design: string, got: string) =>
    raise({
      code: 'cosim/mutate-broken',
      where: `design ${design}`,
      got: `a failure without any mutation (${got})`,
      wanted: 'a design that simulates without differences',
      hint: 'run `espalier simulate` first',
    }),
  cosimNothingToMutate: (design: string) =>
    raise({
      code: 'cosim/nothing-to-mutate',
      where: `design ${design}`,
      got: 'no fault that compiles',
      wanted: 'a design with ROM images or operators to break',
    }),
  cosimOption: (option: string, got: string, wanted: string) =>
    raise({ code: 'cosim/option', where: option, got, wanted }),
  cosimRecords: (file: string, got: string) =>
    raise({
      code: 'cosim/regression-records',
      where: file,
      got,
      wanted: 'regression records ("espalier/regressions", version 1)',
    }),

  // ── prove ─────────────────────────────────────────────────────────────────────────────────────────────
  proveSignal: (signal: string) =>
    raise({
      code: 'prove/signal',
      where: 'manifest.json',
      got: `the signal ${signal}, which the Verilog does not have`,
      wanted: 'the names of buses and handshakes as the Verilog has them',
      hint: 'emit the design again',
    }),
  proveLayer: (layer: string) =>
    raise({
      code: 'prove/layer',
      where: 'manifest.json',
      got: `the layer ${layer}, which network.json does not have`,
      wanted: 'the manifest and the network of one design',
      hint: 'emit the design again',
    }),

  // ── synth ─────────────────────────────────────────────────────────────────────────────────────────────
  synthTarget: (got: string, targets: readonly string[]) =>
    raise({ code: 'synth/target', where: '--target', got, wanted: `one of ${targets.join(', ')}` }),

  // ── pipeline ──────────────────────────────────────────────────────────────────────────────────────────
  configSyntax: (where: string, got: string) =>
    raise({ code: 'pipeline/config-syntax', where, got, wanted: 'a YAML document' }),
  configKey: (where: string, key: string, allowed: readonly string[], likely?: string) =>
    raise({
      code: 'pipeline/config-key',
      where,
      got: `the unknown key ${JSON.stringify(key)}`,
      wanted: `one of ${allowed.join(', ')}`,
      ...didYouMean(likely),
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
  modelBusy: (where: string, process: number) =>
    raise({
      code: 'pipeline/busy',
      where,
      got: `another run of this model, process ${process}`,
      wanted: 'one run at a time',
      hint: 'wait for it, or give this one another folder with --build',
    }),

  calibrationShape: (file: string, got: number, wanted: number) =>
    raise({
      code: 'pipeline/calibration-shape',
      where: file,
      got: `${got} columns`,
      wanted: `${wanted} columns, one per input of the network: scaled features without the label`,
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
  encoderMissing: (folder: string) =>
    raise({
      code: 'pipeline/encoder-missing',
      where: folder,
      got: 'a network that does not say how features become input codes',
      wanted: 'a network with an encoder, to run the rows of a table',
      hint: 'leave --data out: corners and random vectors need none',
    }),
  outputFolder: (folder: string) =>
    raise({
      code: 'pipeline/output-folder',
      where: folder,
      got: 'a folder with files that Espalier did not write',
      wanted: 'a new folder, an empty one, or one with an older output of this command, which is replaced',
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

  // ── cli ───────────────────────────────────────────────────────────────────────────────────────────────
  usage: (where: string, got: string, likely?: string) =>
    raise({
      code: 'cli/usage',
      where,
      got,
      wanted: `a command line as in \`${where} --help\``,
      ...(likely === undefined ? {} : { hint: likely }),
    }),
  optionValue: (where: string, got: string, wanted: string) =>
    raise({ code: 'cli/option-value', where, got: JSON.stringify(got), wanted }),
};
