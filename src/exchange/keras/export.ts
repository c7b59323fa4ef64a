import type { FloatNetwork } from '../../float/types.js';
import { type Hdf5Group, type Hdf5Node, writeHdf5 } from './hdf5.js';
import type { WrittenLayer } from './model.js';
import { kerasModel } from './write.js';

/** Of the form that is written, which newer versions read too. */
const KERAS_VERSION = '2.15.0';

/**
 * A float network as `model.h5` of Keras, its weights in 32 bits.
 *
 * @throws exchange/keras-layer
 */
export function exportKeras(network: FloatNetwork): Uint8Array {
  const { topology, layers } = kerasModel(network);
  const versions = { backend: 'tensorflow', keras_version: KERAS_VERSION };
  const weights: Hdf5Group = {
    kind: 'group',
    attributes: { ...versions, layer_names: layers.map(({ name }) => name) },
    members: Object.fromEntries(layers.map((layer) => [layer.name, groupOf(layer)])),
  };
  return writeHdf5({
    kind: 'group',
    attributes: { ...versions, model_config: JSON.stringify(topology) },
    members: { model_weights: weights },
  });
}

/** Its variables lie in a group of its own name, `dense/dense/kernel:0`. */
function groupOf({ name, weights }: WrittenLayer): Hdf5Group {
  if (weights.length === 0) return { kind: 'group', attributes: {}, members: {} };
  const arrays = weights.map(({ name: weight, shape, values }): [string, Hdf5Node] => [
    `${weight}:0`,
    { kind: 'array', shape, values },
  ]);
  return {
    kind: 'group',
    attributes: { weight_names: arrays.map(([weight]) => `${name}/${weight}`) },
    members: { [name]: { kind: 'group', attributes: {}, members: Object.fromEntries(arrays) } },
  };
}
