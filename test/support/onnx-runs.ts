import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import type { Random } from '../../src/core/random.js';
import { scaleRow } from '../../src/data/scaler.js';
import type { ImportedIntegers, ImportOptions } from '../../src/exchange/importers/importer.js';
import { importFile, importNetwork } from '../../src/exchange/importers/index.js';
import { foldNetwork } from '../../src/float/fold.js';
import { floatModel } from '../../src/float/model.js';
import type { FloatNetwork } from '../../src/float/types.js';
import { referenceModel } from '../../src/network/reference.js';
import { inputCodes } from '../../src/quantize/input-codes.js';
import { type OnnxModel, type OnnxTensor, onnxModel } from './onnx.js';
import { defined } from './onnx-definitions.js';
import { sizeOf, type Values } from './tensors.js';

export function written(folder: string, model: OnnxModel): string {
  const file = path.join(folder, 'net.onnx');
  writeFileSync(file, onnxModel(model));
  return file;
}

/** Values in ONNX's order, channels first, as rows of features. */
export function channelsLast({ dims, values }: Values): number[] {
  if (dims.length !== 4 && dims.length !== 3) return [...values];
  const cells = sizeOf(dims.slice(2));
  const channels = dims[1];
  return Array.from({ length: values.length }, (_, at) => {
    return values[(at % channels) * cells + Math.floor(at / channels)];
  });
}

/** What a network of values gives of one sample: as it was read, and folded, which must be the same. */
export function floatOutputs(network: FloatNetwork, x: Values): number[] {
  const features = channelsLast(x);
  const [whole, folded] = [network, foldNetwork(network).network].map((one) =>
    Array.from(floatModel(one)(features).at(-1)!),
  );
  folded.forEach((value, at) => {
    expect(value).toBeCloseTo(whole[at], 9);
  });
  return whole;
}

/** Within 1e-5. */
export function expectClose(got: readonly number[], wanted: ArrayLike<number>): void {
  expect(got.length).toBe(wanted.length);
  got.forEach((value, at) => {
    expect(Math.abs(value - wanted[at])).toBeLessThan(1e-5 * Math.max(1, Math.abs(wanted[at])));
  });
}

/** A network of values gives what ONNX's definitions give. */
export function expectValues(folder: string, model: OnnxModel, random: Random, samples = 3): FloatNetwork {
  const { network } = importNetwork(written(folder, model));
  for (let sample = 0; sample < samples; sample++) {
    const dims = model.input as readonly number[];
    const values = Array.from({ length: sizeOf(dims) }, () => Math.fround(2 * random.normal()));
    expectClose(floatOutputs(network, { dims, values }), defined(model, { dims, values }).values);
  }
  return network;
}

/** A network of whole numbers gives the codes that ONNX's definitions give. @param make a feature */
export function expectCodes(
  folder: string,
  model: OnnxModel,
  make: () => number,
  samples: number,
  options: ImportOptions = {},
): ImportedIntegers {
  const read = importFile(written(folder, model), options) as unknown as ImportedIntegers;
  const { integers: network, meanings } = read;
  const run = referenceModel(network);
  const { scale, zeroPoint, offset } = meanings.at(-1)!;
  const { encoder } = network.input;
  for (let sample = 0; sample < samples; sample++) {
    const dims = model.input as readonly number[];
    const x = { dims, values: Array.from({ length: sizeOf(dims) }, make) };
    const features = channelsLast(x);
    const codes = inputCodes(network, encoder === undefined ? features : scaleRow(encoder, features));
    const got = run(codes).outputs.map((code) => code + offset - zeroPoint);
    // Whole numbers apart, where they differ at all: what is left is the rounding of doubles.
    const wanted = defined(model, x).values.map((value) => value / scale);
    expect(got.length).toBe(wanted.length);
    got.forEach((code, at) => {
      expect(Math.abs(code - wanted[at])).toBeLessThan(1e-6 * Math.max(1, Math.abs(code)));
    });
  }
  return read;
}

/** Tensors as tests write them. */
export const scalar = (value: number, type?: 'int8' | 'uint8'): OnnxTensor => ({
  dims: [],
  values: [type === undefined ? Math.fround(value) : value],
  ...(type === undefined ? {} : { type }),
});
export const list = (...values: number[]): OnnxTensor => ({
  dims: [values.length],
  values: values.map(Math.fround),
});
export const lengths = (...values: number[]): OnnxTensor => ({
  dims: [values.length],
  values,
  type: 'int64',
});
export const reals = (random: Random, ...dims: number[]): OnnxTensor => ({
  dims,
  values: Array.from({ length: sizeOf(dims) }, () => Math.fround(random.normal())),
});
export const codes = (
  random: Random,
  type: 'int8' | 'uint8' | 'int32',
  dims: readonly number[],
  low: number,
  high: number,
): OnnxTensor => ({
  dims,
  type,
  values: Array.from({ length: sizeOf(dims) }, () => random.integer(low, high)),
});
