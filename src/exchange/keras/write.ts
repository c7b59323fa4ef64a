import { placeFloatLayers } from '../../float/graph.js';
import type { FloatNetwork } from '../../float/types.js';
import { KERAS_WRITERS } from './layers.js';
import { ModelWriter, type WrittenModel } from './model.js';

/**
 * A network as layers of Keras, with the head's sigmoid or softmax at its end.
 *
 * @throws exchange/keras-layer for what Keras has no layer for
 */
export function kerasModel(network: FloatNetwork): WrittenModel {
  const model = new ModelWriter(network);
  let output = '';
  placeFloatLayers(network).forEach(({ layer, inputs }, index) => {
    output = KERAS_WRITERS[layer.kind](layer, model.sourcesOf(index), inputs, model);
    model.finish(layer.name, output);
  });
  return model.written(output);
}
