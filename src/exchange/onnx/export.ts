import { INPUT, inputTensor, placeLayers, readBy } from '../../network/graph.js';
import { isMap } from '../../network/tensor.js';
import type { QuantizedNetwork } from '../../network/types.js';
import type { Generator } from '../generator.js';
import { GraphBuilder, QONNX } from './graph.js';
import { type Read, writeLayer } from './layers.js';
import { onnxBytes } from './writer.js';

/**
 * The integer network in ONNX with QONNX's Quant nodes: every number of it is a 32-bit float, and computes what the
 * reference model does, exactly. Features are those that the hardware's input codes stand for; maps have their channels
 * first. Logits leave.
 *
 * @throws exchange/onnx where ONNX or QONNX have no word for what the network does
 */
export function exportOnnx(network: QuantizedNetwork, generator: Generator): Uint8Array {
  const graph = new GraphBuilder();
  const tensor = inputTensor(network);
  const axes = isMap(tensor.shape) ? 3 : 1;
  const input = graph.quantized('features', 'features_codes', tensor.formats, axes, 'ROUND', 'the input');
  const given = new Map<string, Read>([[INPUT, { name: input, tensor }]]);
  placeLayers(network).forEach(({ layer, output }, index) => {
    const reads = readBy(network, index).map((name) => given.get(name) as Read);
    given.set(layer.name, { name: writeLayer(layer, reads, graph), tensor: output });
  });
  const last = given.get(network.layers[network.layers.length - 1].name) as Read;
  return onnxBytes({
    name: network.name,
    nodes: graph.nodes,
    constants: graph.constants,
    input: { name: 'features', shape: portShape(tensor.shape) },
    output: { name: last.name, shape: portShape(last.tensor.shape) },
    domains: { [QONNX]: 1 },
    producer: `espalier ${generator.version}`,
  });
}

const portShape = (shape: readonly number[]): number[] =>
  isMap(shape) ? [1, shape[2], shape[0], shape[1]] : [1, ...shape];
