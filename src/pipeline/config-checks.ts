import type { z } from 'zod';
import { SOURCE_MEMBERS } from '../data/sources/index.js';
import { ARCHITECTURES } from '../emit/architectures.js';
import { MAX_CHOSEN_WIDTH, parseFormat } from '../fixed/format.js';
import type { Config } from './config.js';
import { deployedLayers, statedLayers, USUAL_HIDDEN, USUAL_STUDENT } from './config-layers.js';

/**
 * What members of a configuration must not say against each other: what would come to light only after a training is
 * refused while it is read.
 */
export function checkTogether(config: Config, context: z.RefinementCtx): void {
  const say: Say = (path, wanted) => context.addIssue({ code: 'custom', path: [...path], message: wanted });
  checkSource(config, say);
  checkNetworks(config, say);
  checkLayerNames(config, context);
  checkUnits(config, say);
  checkPruning(config, say);
  checkTrainings(config, say);
  checkTaught(config, say);
  checkFileNames(config, say);
  checkWidthForTraining(config, say);
  checkAlternatives(config, say);
  const { label, ignore = [] } = config.data;
  const ignored = label === undefined ? -1 : ignore.indexOf(label);
  if (ignored >= 0) say(['data', 'ignore', ignored], 'columns other than data.label');
}

type Say = (path: readonly PropertyKey[], wanted: string) => void;

/** Members of `data` that only some of the ways have in which samples may lie. */
const OF_SOURCES = {
  file: ['label', 'positive', 'ignore', 'header', 'missing', 'shape'],
  arrays: ['shape', 'classes'],
  pictures: [],
} as const;

function checkSource({ data }: Config, say: Say): void {
  const given = SOURCE_MEMBERS.filter((member) => data[member] !== undefined);
  const [member, other] = given;
  if (member === undefined) {
    say(['data', 'file'], 'a file name, or in its place data.arrays or data.pictures');
    return;
  }
  if (other !== undefined)
    say(['data', other], `one of ${SOURCE_MEMBERS.join(', ')}: data.${member} stands already`);
  const own: readonly string[] = OF_SOURCES[member];
  const odd = Object.values(OF_SOURCES)
    .flat()
    .find((name) => data[name] !== undefined && !own.includes(name));
  if (odd !== undefined) say(['data', odd], `nothing: data.${member} has no ${odd}`);
  if (
    typeof data.arrays === 'object' &&
    (data.arrays.testSamples === undefined) !== (data.arrays.testLabels === undefined)
  )
    say(['data', 'arrays'], 'testSamples and testLabels, or neither');
}

/** Either of two ways to state a network. */
function checkNetworks(config: Config, say: Say): void {
  const check = (path: readonly string[], { hidden, layers }: Pick<Config, 'hidden' | 'layers'>) => {
    if (hidden !== undefined && layers !== undefined) say([...path, 'hidden'], 'hidden or layers, not both');
  };
  check([], config);
  if (config.distillation !== undefined) check(['distillation'], config.distillation);
  else if (config.deploy === 'distilled')
    say(['deploy'], 'base, or a section distillation, whose student is deployed');
  if (config.layers !== undefined && config.training.activation !== 'relu')
    say(['training', 'activation'], 'nothing: each of `layers` says its own');
  if (config.distillation?.layers !== undefined && config.distillation.activation !== 'relu')
    say(['distillation', 'activation'], 'nothing: each of `layers` says its own');
}

function checkLayerNames(config: Config, context: z.RefinementCtx): void {
  const { training, distillation, quantization, hardware } = config;
  const names = deployedLayers(config).map(({ name }) => name);
  const { bits } = quantization;
  const check = (path: readonly string[], named: unknown, allowed = names) => {
    if (typeof named !== 'object' || named === null) return;
    for (const key of Object.keys(named)) {
      if (allowed.includes(key)) continue;
      context.addIssue({ code: 'custom', path: [...path, key], params: { key, allowed } });
    }
  };
  check(['quantization', 'layers'], quantization.layers);
  if (typeof bits === 'object') check(['quantization', 'bits', 'layers'], bits.layers);
  check(['hardware', 'layers'], hardware.layers);
  const layers = statedLayers(config, USUAL_HIDDEN);
  const hidden = (of: typeof layers) => of.filter(({ isHidden }) => isHidden).map(({ name }) => name);
  check(['training', 'activation'], training.activation, hidden(layers));
  const student = statedLayers(distillation ?? {}, USUAL_STUDENT);
  check(['distillation', 'activation'], distillation?.activation, hidden(student));
}

/** Options of which each takes the other's place. */
function checkAlternatives({ hardware }: Config, say: Say): void {
  const { layers = {} } = hardware;
  const sections = [
    { path: ['hardware'], options: hardware, name: hardware.architecture },
    ...Object.entries(layers).map(([layer, options]) => {
      return { path: ['hardware', 'layers', layer], options, name: options.engine };
    }),
  ];
  for (const { path, options, name } of sections) {
    for (const [one, other] of ARCHITECTURES.find((known) => known.name === name)?.alternatives ?? []) {
      if (options[one] === undefined || options[other] === undefined) continue;
      const place = path.join('.');
      say([...path, other], `${place}.${one} or ${place}.${other}, not both`);
    }
  }
}

/** Lists with one item per unit, where the configuration says how many units there are. */
function checkUnits(config: Config, say: Say): void {
  const { quantization } = config;
  const units = new Map(deployedLayers(config).map(({ name, units: count }) => [name, count]));
  const check = (path: readonly string[], layer: string, given: unknown) => {
    const list = Array.isArray(given) ? given : (given as { format?: unknown } | undefined)?.format;
    const wanted = units.get(layer);
    if (!Array.isArray(list) || wanted === undefined || list.length === wanted) return;
    say(
      Array.isArray(given) ? path : [...path, 'format'],
      `one for all units, or a list of ${wanted}, one per unit`,
    );
  };
  for (const [layer, tensors] of Object.entries(quantization.layers)) {
    for (const [tensor, given] of Object.entries(tensors)) {
      check(['quantization', 'layers', layer, tensor], layer, given);
    }
  }
  if (typeof quantization.bits !== 'object') return;
  for (const [layer, tensors] of Object.entries(quantization.bits.layers)) {
    for (const [tensor, given] of Object.entries(tensors)) {
      check(['quantization', 'bits', 'layers', layer, tensor], layer, given);
    }
  }
}

function checkPruning(config: Config, say: Say): void {
  const { pruning } = config;
  if (pruning === undefined) return;
  const { finalSparsity, channels, beginStep, endStep } = pruning;
  const layers = deployedLayers(config).filter(({ hasKernel }) => hasKernel).length;
  if (Array.isArray(finalSparsity) && finalSparsity.length !== layers) {
    say(['pruning', 'finalSparsity'], `a number, or a list of ${layers}, one per layer`);
  }
  if (Array.isArray(channels) && channels.length !== layers - 1) {
    say(['pruning', 'channels'], `a number, or a list of ${layers - 1}, one per layer but the last`);
  }
  if (endStep !== undefined && endStep < beginStep) {
    say(['pruning', 'endStep'], `a whole number from ${beginStep} up, the beginStep`);
  }
}

function checkTrainings(config: Config, say: Say): void {
  for (const section of ['training', 'pruning', 'distillation', 'quantizationAware'] as const) {
    const options = config[section];
    if (options === undefined) continue;
    const { keep, patience, holdOut, weightDecay, learningRate } = options;
    if (holdOut === 0 && (keep === 'best' || patience !== undefined))
      say([section, 'holdOut'], 'a number above 0: the rows that tell which epoch is the best');
    if (weightDecay * learningRate >= 1)
      say([section, 'weightDecay'], `a number below ${1 / learningRate}, 1 / learningRate`);
  }
}

function checkTaught({ deploy, quantizationAware }: Config, say: Say): void {
  if (quantizationAware?.taught && deploy !== 'distilled')
    say(['quantizationAware', 'taught'], 'false, or deploy: distilled: the teacher is that of the student');
}

/** All weight files lie in one folder. */
function checkFileNames({ training, pruning }: Config, say: Say): void {
  const places = [
    { path: ['training', 'files', 'weights'], name: training.files.weights },
    { path: ['training', 'files', 'bias'], name: training.files.bias },
    ...(pruning === undefined
      ? []
      : [
          { path: ['pruning', 'files', 'weights'], name: pruning.files.weights },
          { path: ['pruning', 'files', 'bias'], name: pruning.files.bias },
        ]),
  ];
  places.forEach(({ path, name }, index) => {
    // Compared without case, for the file systems that ignore it.
    const other = places.slice(0, index).find((one) => one.name.toLowerCase() === name.toLowerCase());
    if (other !== undefined) say(path, `another name than ${other.path.join('.')}`);
  });
}

/** Training runs in 32-bit floats, which hold codes of 24 bits. */
const WIDEST_TRAINED = 24;

function checkWidthForTraining({ quantization, quantizationAware }: Config, say: Say): void {
  if (quantizationAware === undefined) return;
  const { bits, input } = quantization;
  const wanted = `at most ${WIDEST_TRAINED} bits, as quantizationAware trains in 32-bit floats`;
  const chosen = typeof bits === 'object' ? bits.input : bits;
  if (input === undefined || input === 'unit') {
    if (typeof chosen === 'number' && chosen > WIDEST_TRAINED && chosen <= MAX_CHOSEN_WIDTH) {
      say(typeof bits === 'object' ? ['quantization', 'bits', 'input'] : ['quantization', 'bits'], wanted);
    }
    return;
  }
  const given = typeof input === 'string' || Array.isArray(input) ? input : input.format;
  const formats = typeof given === 'string' ? [given] : given;
  if (formats.some((format) => parseFormat(format).width > WIDEST_TRAINED))
    say(['quantization', 'input'], wanted);
}
