import type { Hdf5Object } from '../hdf5/file.js';
import type { KerasLayer, KerasModel } from './topology.js';
import type { KerasVariable, KerasWeights } from './weights.js';

/** Variables of a model in HDF5: in the form of Keras 2, a group for each layer by its name, or in that of Keras 3. */
export function hdf5Weights(root: Hdf5Object, model: KerasModel): KerasWeights {
  const group = root.at('model_weights') ?? root;
  const counted = CONTAINERS.some((name) => group.at(name) !== undefined);
  return counted ? countedWeights(group, model) : namedWeights(group);
}

/** Groups of Keras 3 in which a model's layers lie. */
const CONTAINERS = ['layers', '_layer_checkpoint_dependencies'];
/** Names of more than 64 kB are cut into several attributes. */
const MOST_PARTS = 1000;

/** A group for each layer, which says in what order its variables are: `dense/kernel:0`. */
function namedWeights(group: Hdf5Object): KerasWeights {
  return {
    of: ({ name }) => variablesOf(group.at(name), () => true),
    inside: (outer) => insideWeights(group.at(outer.name)),
  };
}

/** Of a model that stands as a layer: its group has the variables of all layers inside, by `dense/kernel:0`. */
function insideWeights(group: Hdf5Object | undefined): KerasWeights {
  const weights: KerasWeights = {
    of: ({ name }) => variablesOf(group, (path) => path.split('/').at(-2) === name),
    inside: () => weights,
  };
  return weights;
}

function variablesOf(group: Hdf5Object | undefined, isWanted: (path: string) => boolean): KerasVariable[] {
  if (group === undefined) return [];
  return weightNames(group)
    .filter(isWanted)
    .flatMap((path) => {
      const array = group.at(path);
      if (array === undefined) return [];
      const name = path.slice(path.lastIndexOf('/') + 1).replace(/:\d+$/, '');
      return [{ name, read: () => array.numbers() }];
    });
}

function weightNames(group: Hdf5Object): readonly string[] {
  const whole = group.texts('weight_names');
  if (whole !== undefined) return whole;
  const names: string[] = [];
  for (let part = 0; part < MOST_PARTS; part++) {
    const more = group.texts(`weight_names${part}`);
    if (more === undefined) break;
    names.push(...more);
  }
  return names;
}

/** Groups called after classes and counted, `dense_1/vars/0`; newer versions say there which layer it is. */
function countedWeights(group: Hdf5Object, model: KerasModel): KerasWeights {
  const layers = CONTAINERS.map((name) => group.at(name)).find((one) => one !== undefined);
  const places = placesOf(layers, model);
  const at = ({ name }: KerasLayer) => places.get(name);
  return {
    of: (layer) => {
      const vars = at(layer)?.at('vars');
      if (vars === undefined) return [];
      const numbers = vars.names.filter((name) => /^\d+$/.test(name)).sort((a, b) => Number(a) - Number(b));
      return numbers.flatMap((name) => {
        const array = vars.at(name);
        return array === undefined ? [] : [{ read: () => array.numbers() }];
      });
    },
    inside: (layer) => {
      const inner = at(layer);
      return inner === undefined || layer.model === undefined ? NONE : countedWeights(inner, layer.model);
    },
  };
}

const NONE: KerasWeights = { of: () => [], inside: () => NONE };

function placesOf(layers: Hdf5Object | undefined, model: KerasModel): ReadonlyMap<string, Hdf5Object> {
  const places = new Map<string, Hdf5Object>();
  for (const name of layers?.names ?? []) {
    const group = layers?.at(name);
    const said = group?.at('vars')?.text('name');
    if (group !== undefined && said !== undefined) places.set(said, group);
  }
  if (places.size > 0) return places;
  const counts = new Map<string, number>();
  for (const { name, className } of model.layers) {
    const plain = snakeCase(className);
    const count = counts.get(plain) ?? 0;
    counts.set(plain, count + 1);
    const group = layers?.at(count === 0 ? plain : `${plain}_${count}`);
    if (group !== undefined) places.set(name, group);
  }
  return places;
}

/** As Keras turns the name of a class into one of a variable. */
const snakeCase = (name: string): string =>
  name
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
