import type { FloatNetwork } from '../../../float/types.js';
import { sizeOf } from '../../../network/tensor.js';
import { problems } from '../../problems.js';
import { identifier } from '../identifiers.js';
import type { Imported, ImportOptions } from '../importer.js';
import { Call } from './call.js';
import { LAYER_CLASSES } from './classes/index.js';
import { Conversion, type KerasGeneration } from './conversion.js';
import { inputShape } from './input-shape.js';
import { isInput, type KerasLayer, type KerasModel, type Reference } from './topology.js';
import { type KerasValue, storedShape } from './value.js';
import type { KerasWeights } from './weights.js';

/** More calls no small network has, models in models counted. */
const MOST_CALLS = 10_000;

/**
 * The float network of a model of Keras or TensorFlow.js.
 *
 * @param file for errors
 * @throws exchange/import-*
 */
export function convertKeras(
  model: KerasModel,
  weights: KerasWeights,
  source: { readonly file: string; readonly generation: KerasGeneration },
  options: ImportOptions,
): Imported {
  const { file } = source;
  const conversion = new Conversion(file, source.generation);
  const shape = inputShape(model, weights, file, options);
  const walk: Walk = { conversion, calls: 0 };
  const value = runModel(model, weights, [{ layer: 'input', shape }], walk, { file, isEnd: true });
  if (conversion.layers.length === 0) {
    throw problems.importFile(file, 'an output that is the input', 'layers between them');
  }
  conversion.reshaped(value, [sizeOf(value)], 'output_list');
  const network: FloatNetwork = {
    name: identifier(model.name),
    input: { shape: storedShape(shape) },
    layers: conversion.layers,
    head: conversion.head ?? 'values',
  };
  const { formats, inputFormat: input } = conversion;
  const isStated = input !== undefined || Object.keys(formats).length > 0;
  const stated = isStated ? { formats: { ...(input === undefined ? {} : { input }), layers: formats } } : {};
  return { network, notes: conversion.notes, ...stated };
}

interface Walk {
  readonly conversion: Conversion;
  calls: number;
}

interface Place {
  readonly file: string;
  /** Whether what the model gives is what the network gives. */
  readonly isEnd: boolean;
}

const keyOf = ({ layer, call }: Reference) => `${call} ${layer}`;

/** What a model makes of what it reads; layers that nothing depends on are left out. */
function runModel(
  model: KerasModel,
  weights: KerasWeights,
  inputs: readonly KerasValue[],
  walk: Walk,
  { file, isEnd }: Place,
): KerasValue {
  checkEnds(model, inputs.length, file);
  const layers = new Map(model.layers.map((layer) => [layer.name, layer]));
  const [output] = model.outputs.map((reference) => resolved(reference, layers, file));
  const calls = orderedCalls(output, layers, file);
  const readers = new Map<string, number>();
  for (const key of calls.flatMap(({ reads }) => reads.map(keyOf)))
    readers.set(key, (readers.get(key) ?? 0) + 1);
  const values = new Map<string, KerasValue>();
  const give = (key: string, value: KerasValue) => {
    values.set(key, (readers.get(key) ?? 0) > 1 ? { ...value, isShared: true } : value);
  };
  for (const { layer, reference, reads } of calls) {
    const key = keyOf(reference);
    if (isInput(layer)) {
      give(key, inputs[model.inputs.findIndex((one) => one.layer === layer.name)] ?? inputs[0]);
      continue;
    }
    walk.calls += 1;
    if (walk.calls > MOST_CALLS) {
      throw problems.importFile(file, `more than ${MOST_CALLS} calls of layers`, 'a small network');
    }
    const given = reads.map((read) => values.get(keyOf(read)) as KerasValue);
    const isLast = isEnd && key === keyOf(output) && !readers.has(key);
    give(key, runLayer(layer, weights, given, walk, { file, isEnd: isLast }));
  }
  for (const { name, className } of model.layers) {
    if (!calls.some(({ layer }) => layer.name === name)) {
      walk.conversion.notes.push({
        from: `${name} (${className})`,
        what: 'dropped',
        into: 'nobody reads it',
      });
    }
  }
  return values.get(keyOf(output)) as KerasValue;
}

function runLayer(
  layer: KerasLayer,
  weights: KerasWeights,
  inputs: readonly KerasValue[],
  walk: Walk,
  place: Place,
): KerasValue {
  if (layer.model !== undefined) {
    const inner = { ...place, file: `${place.file}, ${layer.name}` };
    return runModel(layer.model, weights.inside(layer), inputs, walk, inner);
  }
  const call = new Call(layer, inputs, walk.conversion, weights, place.isEnd);
  checkSecondHgq(call);
  const known = Object.keys(LAYER_CLASSES);
  if (!Object.hasOwn(LAYER_CLASSES, layer.className)) {
    throw problems.importLayer(call.where, layer.className, known);
  }
  return LAYER_CLASSES[layer.className](call);
}

/** Where layers of HGQ2, which are called as those of QKeras, say their quantizers. */
const HGQ2_MEMBERS = ['kq_conf', 'bq_conf', 'iq_conf', 'iq_confs', 'oq_conf', 'enable_iq', 'enable_oq'];

/** Read as a layer of QKeras it would have weights and values that nothing rounds. */
function checkSecondHgq(call: Call): void {
  const member = HGQ2_MEMBERS.find((name) => Object.hasOwn(call.layer.config, name));
  if (member === undefined) return;
  const hint =
    'build the same layers of Keras with the weights that its quantizers give: compile quantizes by itself';
  call.refuse(`${member}, of a layer of HGQ2`, 'layers of Keras or QKeras, or a proxy model of HGQ', hint);
}

function checkEnds({ inputs, outputs }: KerasModel, given: number, file: string): void {
  const names = (list: readonly Reference[]) => list.map(({ layer }) => layer);
  if (inputs.length !== given) throw problems.importInputs(file, names(inputs));
  if (outputs.length !== 1) throw problems.importOutputs(file, names(outputs));
}

interface PlacedCall {
  readonly layer: KerasLayer;
  readonly reference: Reference;
  readonly reads: readonly Reference[];
}

/** All that an output depends on, each behind what it reads. */
function orderedCalls(
  output: Reference,
  layers: ReadonlyMap<string, KerasLayer>,
  file: string,
): PlacedCall[] {
  const ordered: PlacedCall[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const stack = [output];
  while (stack.length > 0) {
    const reference = stack[stack.length - 1];
    const key = keyOf(reference);
    const layer = layers.get(reference.layer) as KerasLayer;
    const reads = (layer.calls[reference.call] ?? []).map((read) => resolved(read, layers, file));
    if (state.get(key) === undefined) {
      state.set(key, 'open');
      const open = reads.find((read) => state.get(keyOf(read)) === 'open');
      if (open !== undefined) {
        throw problems.importFile(`${file}, layer ${layer.name}`, `a cycle through ${open.layer}`, 'none');
      }
      stack.push(...reads.filter((read) => state.get(keyOf(read)) === undefined).toReversed());
      continue;
    }
    stack.pop();
    if (state.get(key) === 'done') continue;
    state.set(key, 'done');
    ordered.push({ layer, reference, reads });
  }
  return ordered;
}

/**
 * A tensor that is there. Keras 2 counts the calls of a model that stands as a layer from 1, since the first made the
 * model itself.
 */
function resolved(
  { layer: name, call }: Reference,
  layers: ReadonlyMap<string, KerasLayer>,
  file: string,
): Reference {
  const layer = layers.get(name);
  if (layer === undefined) {
    throw problems.importFile(file, `a tensor of the layer ${JSON.stringify(name)}`, 'a layer of the model');
  }
  const count = layer.calls.length;
  if (count <= 1) return { layer: name, call: 0 };
  const at = layer.model !== undefined && call === count ? call - 1 : call;
  if (at >= 0 && at < count) return { layer: name, call: at };
  throw problems.importFile(`${file}, layer ${name}`, `its call ${call}`, `one of ${count} calls`);
}
