import { sizeOf } from '../../../network/tensor.js';
import type { FileTensor, FileTensors } from '../importer.js';
import type { Conversion } from './conversion.js';
import type { GraphProto } from './schema.js';
import type { Activation } from './value.js';

const FLOAT = 1;

/** What the graph takes and what its nodes give. */
export function fileTensors(
  { input, output }: GraphProto,
  { values, layers: all }: Conversion,
  { name, value }: { readonly name: string; readonly value: Activation },
): FileTensors {
  const tensor = input.find((one) => one.name === name)?.type?.tensor;
  const [batch] = tensor?.shape?.dim ?? [];
  const layers = new Map<string, FileTensor>();
  const codes = new Map<string, FileTensor>();
  const marked = new Set(all.flatMap((layer) => ('tensor' in layer ? [layer.tensor] : [])));
  for (const [given, one] of values) {
    if (one.kind === 'constant') continue;
    const place = { name: given, order: () => orderOf(one) };
    if (marked.has(given)) codes.set(given, place);
    // A node that changes nothing, or whose values nobody needs, gives the layer of the one before it.
    if (!layers.has(one.layer)) layers.set(one.layer, place);
  }
  return {
    input: {
      name,
      order: () => orderOf(value),
      dims: [Math.max(batch?.value ?? 1, 1), ...value.shape],
      type: tensor?.elemType ?? FLOAT,
    },
    output: output[0].name ?? '',
    layers,
    codes,
  };
}

/** For each number as it is stored its place in ONNX's order. */
function orderOf({ shape, stored, places }: Activation): number[] {
  const axisAt = stored.map((_, at) => places.indexOf(at));
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((size, length) => size * length, 1));
  return Array.from({ length: sizeOf({ shape: stored }) }, (_, number) => {
    let [rest, at] = [number, 0];
    for (let axis = stored.length - 1; axis >= 0; axis--) {
      const place = rest % stored[axis];
      rest = Math.floor(rest / stored[axis]);
      // An axis that the tensor has not is 1 long.
      if (axisAt[axis] >= 0) at += place * strides[axisAt[axis]];
    }
    return at;
  });
}
