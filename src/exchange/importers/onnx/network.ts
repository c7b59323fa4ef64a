import path from 'node:path';
import type { FloatNetwork } from '../../../float/types.js';
import { sizeOf } from '../../../network/tensor.js';
import { problems } from '../../problems.js';
import { identifier } from '../identifiers.js';
import type { Conversion } from './conversion.js';
import type { Activation } from './value.js';

/**
 * The float network that was built.
 *
 * @param name of the graph; where it has none the file's is taken
 * @throws exchange/import-file
 */
export function networkOf(conversion: Conversion, input: Activation, name: string | undefined): FloatNetwork {
  const { file } = conversion;
  const [wanted] = conversion.outputs;
  const value = conversion.values.get(wanted);
  if (value === undefined)
    throw problems.importFile(file, `the output ${JSON.stringify(wanted)}, which no node gives`, 'one');
  if (value.kind === 'constant') throw problems.importFile(file, 'a constant output', 'one that layers give');
  const output = conversion.reshaped(value, [sizeOf(value)], file);
  return {
    name: identifier(name || path.parse(file).name) || 'network',
    input: { shape: input.stored },
    layers: reachedFrom(output.layer, conversion),
    head: conversion.head ?? (sizeOf(value) > 1 ? 'argmax' : 'values'),
  };
}

/** Layers that the output depends on: others have only shapes that were read, or nothing. */
function reachedFrom(output: string, { layers, notes, file }: Conversion): Conversion['layers'] {
  const needed = new Set([output]);
  for (const { name, from = [] } of layers.toReversed()) {
    if (needed.has(name)) for (const read of from) needed.add(read);
  }
  const kept = layers.filter(({ name }) => needed.has(name));
  if (kept.length === 0)
    throw problems.importFile(file, 'an output that is the input', 'layers between them');
  for (const { name } of layers) {
    if (!needed.has(name)) notes.push({ from: name, what: 'dropped', into: 'nobody reads it' });
  }
  return kept;
}
