import { BUFFER_ALIGNMENT, MODEL, QUANTIZATION, SUBGRAPH, TENSOR } from '../../tflite/schema.js';
import { Flat } from './flat.js';

/** A model that gives another of its tensors, for one sample, and that LiteRT takes: the same file with a few numbers changed. */
export function withOutput(file: string, bytes: Uint8Array, tensor: number): Uint8Array {
  const given = new Uint8Array(Math.ceil(bytes.length / BUFFER_ALIGNMENT) * BUFFER_ALIGNMENT);
  given.set(bytes);
  const view = new DataView(given.buffer);
  const flat = new Flat(file, bytes);
  const [graph] = flat.root.tables(MODEL.subgraphs, 1, 'subgraphs');
  const [output] = graph.places(SUBGRAPH.outputs);
  view.setInt32(output, tensor, true);
  // Signatures name outputs too, and win: without any the graph's own are taken.
  const signatures = flat.root.lengthPlace(MODEL.signatureDefs);
  if (signatures !== undefined) view.setUint32(signatures, 0, true);
  // Lengths that are left open are those of one sample.
  for (const one of graph.tables(SUBGRAPH.tensors, Number.POSITIVE_INFINITY, 'tensors')) {
    const shape = one.int32s(TENSOR.shape);
    one.places(TENSOR.shapeSignature).forEach((place, axis) => {
      view.setInt32(place, shape[axis], true);
    });
    // Scales of a list lie along its only axis, whatever the number says: LiteRT looks at it.
    const axis = one.table(TENSOR.quantization)?.place(QUANTIZATION.quantizedDimension);
    if (shape.length === 1 && axis !== undefined) view.setInt32(axis, 0, true);
  }
  return given;
}
