import { INPUT, inputTensor, placeLayers, readBy } from '../../network/graph.js';
import { isMap } from '../../network/tensor.js';
import type { QuantizedNetwork } from '../../network/types.js';
import type { Generator } from '../generator.js';
import { GraphBuilder, typeOf } from './graph.js';
import type { Read } from './kind.js';
import { writeLayer } from './layers.js';
import { QONNX, QUANT } from './quant.js';
import { onnxBytes } from './writer.js';

/**
 * The integer network in ONNX with QONNX's Quant nodes, which the file defines for programs that do not know them. Every
 * number is a float of 32 bits, or of 64 where these do not hold it, and computes what the reference model does, exactly.
 * Features are those that the hardware's input codes stand for; maps have their channels first. Logits leave.
 *
 * @throws exchange/onnx where no float holds what the network computes
 */
export function exportOnnx(network: QuantizedNetwork, generator: Generator): Uint8Array {
  const graph = new GraphBuilder();
  const tensor = inputTensor(network);
  const behind = isMap(tensor.shape) ? 2 : 0;
  const features = { name: 'features', type: typeOf(tensor.formats, 'the input') };
  const input = graph.codes(features, 'features_codes', tensor.formats, behind);
  const given = new Map<string, Read>([[INPUT, { ...input, tensor }]]);
  placeLayers(network).forEach(({ layer, output }, index) => {
    const reads = readBy(network, index).map((name) => given.get(name) as Read);
    const written = { reads, output, graph, where: `layer ${layer.name}` };
    given.set(layer.name, { ...writeLayer(layer, written), tensor: output });
  });
  const last = given.get(network.layers[network.layers.length - 1].name) as Read;
  return onnxBytes({
    name: network.name,
    nodes: graph.nodes,
    constants: graph.constants,
    input: { ...features, shape: portShape(tensor.shape) },
    output: { name: last.name, type: last.type, shape: portShape(last.tensor.shape) },
    domains: { [QONNX]: 1 },
    functions: [QUANT],
    producer: `espalier ${generator.version}`,
  });
}

const portShape = (shape: readonly number[]): number[] =>
  isMap(shape) ? [1, shape[2], shape[0], shape[1]] : [1, ...shape];
