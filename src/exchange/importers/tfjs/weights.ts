import { list } from '../../../core/errors.js';
import type { FloatTensor } from '../../../float/tensor.js';
import { problems } from '../../problems.js';
import type { KerasLayer, KerasModel } from '../keras/topology.js';
import type { KerasWeights } from '../keras/weights.js';

/** The tensors of a manifest, dealt out to layers by their names: `dense/kernel`, or with a model's name before it. */
export function manifestWeights(
  tensors: ReadonlyMap<string, FloatTensor>,
  model: KerasModel,
  file: string,
): KerasWeights {
  const names = namesOf(model);
  const scopes = new Map<string, string[]>();
  for (const key of tensors.keys()) {
    const scope = key.slice(0, Math.max(key.lastIndexOf('/'), 0));
    scopes.set(scope, [...(scopes.get(scope) ?? []), key]);
  }
  const weights: KerasWeights = {
    of: (layer) => {
      const scope = scopeOf(layer, scopes, names, model.name, file);
      return (scopes.get(scope) ?? []).map((key) => ({
        name: key.slice(key.lastIndexOf('/') + 1),
        read: () => tensors.get(key) as FloatTensor,
      }));
    },
    inside: () => weights,
  };
  return weights;
}

/** Of all layers, those inside of models too. */
const namesOf = ({ layers }: KerasModel): string[] =>
  layers.flatMap(({ name, model }) => (model === undefined ? [name] : [name, ...namesOf(model)]));

/** What stands before the names of a layer's tensors: its name, or one that ends so and is no other layer's. */
function scopeOf(
  { name, className }: KerasLayer,
  scopes: ReadonlyMap<string, unknown>,
  names: readonly string[],
  model: string,
  file: string,
): string {
  const exact = [name, `${model}/${name}`].find((scope) => scopes.has(scope));
  if (exact !== undefined) return exact;
  const ending = [...scopes.keys()].filter((scope) => scope.endsWith(`/${name}`) && !names.includes(scope));
  if (ending.length < 2) return ending[0] ?? name;
  const where = `${file}, layer ${name} (${className})`;
  throw problems.importWeights(where, `the weights of ${list(ending)}`, `one of them to be named ${name}`);
}
