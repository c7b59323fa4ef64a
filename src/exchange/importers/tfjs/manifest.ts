import { z } from 'zod';
import { NUMBER_TYPES, type NumberType } from '../../../core/number-types.js';
import type { FloatTensor } from '../../../float/tensor.js';
import { sizeOf } from '../../../network/tensor.js';
import { problems } from '../../problems.js';
import { fileBeside, modelBytes } from '../beside.js';

const QUANTIZATION = z.union([
  z.looseObject({ dtype: z.enum(['uint8', 'uint16']), scale: z.number(), min: z.number() }),
  z.looseObject({ dtype: z.literal('float16') }),
]);

const WEIGHT = z.looseObject({
  name: z.string(),
  shape: z.array(z.int().nonnegative()),
  dtype: z.enum(['float32', 'int32', 'bool']),
  quantization: QUANTIZATION.optional(),
});
type Weight = z.infer<typeof WEIGHT>;

/** Groups of tensors, each in files that are one when they are put one behind the other. */
export const MANIFEST = z.array(z.looseObject({ paths: z.array(z.string()), weights: z.array(WEIGHT) }));
export type Manifest = z.infer<typeof MANIFEST>;

const TYPES: Readonly<Record<string, NumberType>> = {
  float32: NUMBER_TYPES.f4,
  float16: NUMBER_TYPES.f2,
  int32: NUMBER_TYPES.i4,
  uint16: NUMBER_TYPES.u2,
  uint8: NUMBER_TYPES.u1,
  bool: NUMBER_TYPES.b1,
};

const typeOf = ({ dtype, quantization }: Weight): NumberType => TYPES[quantization?.dtype ?? dtype];

/**
 * The tensors of a model by their names, without the `:0` that Keras writes. The files lie beside the model or below it.
 *
 * @throws file/*, exchange/import-file, exchange/import-not-finite
 */
export function readManifest(manifest: Manifest, file: string): Map<string, FloatTensor> {
  const tensors = new Map<string, FloatTensor>();
  for (const group of manifest) {
    const view = joined(group.paths.map((part) => modelBytes(weightFile(part, file))));
    readGroup(view, group.weights, file, tensors);
  }
  return tensors;
}

const weightFile = (part: string, file: string): string => fileBeside(file, part, `${file}, weightsManifest`);

/** The files that the tensors lie in. */
export const manifestFiles = (manifest: Manifest, file: string): string[] =>
  manifest.flatMap(({ paths }) => paths.map((part) => weightFile(part, file)));

function joined(parts: readonly Uint8Array[]): DataView {
  const bytes = parts.length === 1 ? parts[0] : Buffer.concat(parts);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function readGroup(
  view: DataView,
  weights: readonly Weight[],
  file: string,
  into: Map<string, FloatTensor>,
): void {
  const wanted = weights.reduce((sum, weight) => sum + sizeOf(weight) * typeOf(weight).bytes, 0);
  if (wanted !== view.byteLength) {
    const got = `${view.byteLength} bytes of weights`;
    const refused = view.byteLength < wanted ? problems.importTruncated : problems.importFile;
    throw refused(file, got, `${wanted} bytes, as the manifest says`);
  }
  let offset = 0;
  for (const weight of weights) {
    const key = weight.name.replace(/:0$/, '');
    if (into.has(key)) {
      throw problems.importFile(file, `two tensors named ${weight.name}`, 'one of each name');
    }
    into.set(key, { shape: weight.shape, values: valuesOf(weight, view, offset) });
    offset += sizeOf(weight) * typeOf(weight).bytes;
  }
}

/** What a quantized weight means is a 32-bit float, or a whole number, as TensorFlow.js computes it. */
function valuesOf(weight: Weight, view: DataView, offset: number): Float64Array {
  const { bytes, read } = typeOf(weight);
  const values = Float64Array.from({ length: sizeOf(weight) }, (_, at) =>
    read(view, offset + at * bytes, true),
  );
  const { quantization } = weight;
  if (quantization === undefined || quantization.dtype === 'float16') return values;
  const { scale, min } = quantization;
  const round = weight.dtype === 'int32' ? Math.round : Math.fround;
  return values.map((code) => round(code * scale + min));
}
