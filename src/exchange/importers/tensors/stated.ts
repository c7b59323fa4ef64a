import { list } from '../../../core/errors.js';
import type { FloatLayer } from '../../../float/types.js';
import { type PlannedLayer, plannedLayers, type ShortLayer } from '../../../learn/short-form.js';
import { INPUT } from '../../../network/graph.js';
import { printShape } from '../../../network/tensor.js';
import { problems } from '../../problems.js';
import { Identifiers, identifier } from '../identifiers.js';
import type { Imported, ImportNote, ImportOptions, StatedLayers } from '../importer.js';
import { finishedNetwork } from './head.js';
import { ModuleReader, type Placed, tensorKindOf } from './kinds.js';
import { type Module, moduleLabel, modulesOf, moduleText, type TensorFile } from './named-tensors.js';
import { checkTold, inOrder } from './order.js';
import { ENDS, statedForm } from './stated-kinds.js';

/**
 * The network of the layers that a person states, with a file's numbers: each layer takes those of the module that its
 * name says, or else those that come next.
 *
 * @throws exchange/import-*, learn/layers, float/shape
 */
export function statedNetwork(
  source: TensorFile,
  stated: StatedLayers,
  { shape, activations }: ImportOptions,
): Imported {
  const { file, channels } = source;
  if (activations !== undefined) throw problems.importOption(file, '--activation', '--layers', []);
  const modules = inOrder(modulesOf(source), source);
  const end = endOf(stated.layers);
  const layers = stated.layers.slice(0, end === undefined ? undefined : -1).map(withIdentifiers);
  const input = inputShape(source, modules, stated, shape);
  const path = `${stated.file}, layers`;
  const planned = plannedLayers(input, layers, path, statedForm(channels));
  const { output } = planned.at(-1) ?? { output: input };
  if (output.length !== 1) {
    const wanted = 'a list of values: flatten: true at the end makes one';
    throw problems.importTensor(path, `an output of ${printShape(output)}`, wanted);
  }
  if (end !== undefined && output[0] === 1)
    throw problems.importTensor(
      path,
      `${end} of one value, which is always the same`,
      'a sigmoid of it, or several values',
    );
  const takes = matched(planned, stated, modules, source);
  const filled = withNumbers(planned, takes, { input, source, path, stated: layers });
  const notes = [...takes].map(
    ([name, module]): ImportNote => ({
      from: moduleText(module),
      what: 'kept',
      into: filled.names.get(name) ?? name,
    }),
  );
  const done = finishedNetwork(file, input, filled.layers, output[0], end);
  return { network: done.network, notes: [...notes, ...done.notes] };
}

/** What stands at the end and changes no class, by its word. */
const endOf = (layers: readonly ShortLayer[]): string | undefined =>
  layers.length > 1 ? ENDS.find((word) => Object.hasOwn(layers[layers.length - 1], word)) : undefined;

type Planned = readonly PlannedLayer[];

interface Surroundings {
  readonly input: readonly number[];
  readonly source: TensorFile;
  readonly path: string;
  readonly stated: readonly ShortLayer[];
}

/** The layers with their modules' numbers, called after these where they were not named; and what became of each name. */
function withNumbers(
  planned: Planned,
  takes: ReadonlyMap<string, Module>,
  { input, source, path, stated }: Surroundings,
): { readonly layers: readonly FloatLayer[]; readonly names: ReadonlyMap<string, string> } {
  const identifiers = new Identifiers();
  const names = new Map<string, string>([[INPUT, INPUT]]);
  const given = new Map<string, Placed>([[INPUT, { shape: input, order: undefined }]]);
  let before: string = INPUT;
  const layers = planned.map(({ key, layer, output }): FloatLayer => {
    const from = layer.from ?? [before];
    const reads = from.map((name) => given.get(name) as Placed);
    const kind = tensorKindOf(key);
    const module = takes.get(layer.name);
    const isNamed = module === undefined || stated.some(({ name }) => name === layer.name);
    const name = identifiers.next(isNamed ? layer.name : moduleLabel(module));
    const reader = module && new ModuleReader(module, source, layer.name);
    const full = reader === undefined ? layer : (kind.filled?.(layer, reader, reads[0].order) ?? layer);
    given.set(layer.name, {
      shape: output,
      order: kind.order(reads, source.channels, `${path} (${layer.name})`),
    });
    names.set(layer.name, name);
    before = layer.name;
    return { ...full, name, ...(layer.from && { from: from.map((one) => names.get(one) ?? one) }) };
  });
  return { layers, names };
}

const isText = (value: unknown): value is string => typeof value === 'string';

/** Names may be paths in the model; hardware has letters, digits and underscores. */
function withIdentifiers(layer: ShortLayer): ShortLayer {
  const plain = (value: unknown) =>
    isText(value)
      ? identifier(value)
      : Array.isArray(value)
        ? value.map((one) => identifier(String(one)))
        : value;
  const renamed = NAMES.filter((member) => Object.hasOwn(layer, member)).map((member) => [
    member,
    plain(layer[member]),
  ]);
  return { ...layer, ...Object.fromEntries(renamed) };
}

/** Members with names of layers. */
const NAMES = ['name', 'from', 'add', 'concat'];

/** For every layer that keeps numbers the module that has them. */
function matched(
  planned: Planned,
  stated: StatedLayers,
  modules: readonly Module[],
  source: TensorFile,
): ReadonlyMap<string, Module> {
  const taking = planned
    .filter(({ key }) => tensorKindOf(key).filled !== undefined)
    .map(({ layer }) => layer);
  const byName = new Map(
    stated.layers.flatMap(({ name }) => {
      const module = modules.find((one) => one.name === name || identifier(moduleLabel(one)) === name);
      return isText(name) && module !== undefined ? [[identifier(name), module] as const] : [];
    }),
  );
  const named = new Set(byName.values());
  const left = modules.filter((module) => !named.has(module));
  const taken = taking.map((layer) => {
    const module = byName.get(layer.name) ?? left.shift();
    if (module !== undefined) return [layer.name, module] as const;
    const got = `${taking.length} layers that keep numbers, the last ${layer.name}`;
    throw problems.importTensor(source.file, got, `${modules.length}, as many as the file has`);
  });
  if (left.length > 0) {
    const got = `numbers of ${list(left.map(({ name }) => name))} too`;
    throw problems.importTensor(source.file, got, 'a layer for each of them in --layers');
  }
  const unnamed = taken.map(([, module]) => module).filter((module) => !named.has(module));
  if (!source.isInOrder) checkTold(unnamed, source.file, ({ tensors }) => shapeText(tensors));
  return new Map(taken);
}

const shapeText = (tensors: Module['tensors']) => printShape(tensors.get('weight')?.shape ?? []);

/** As it is here, with channels last. */
function inputShape(
  { file, channels }: TensorFile,
  modules: readonly Module[],
  { layers }: StatedLayers,
  shape: ImportOptions['shape'],
): readonly number[] {
  if (shape !== undefined) {
    const [first, ...others] = shape;
    const turned = channels === 'first' ? [...others, first] : shape;
    return turned.length === 2 ? [1, ...turned] : turned;
  }
  const weight = modules
    .find(({ tensors }) => tensors.get('weight')?.shape.length === 2)
    ?.tensors.get('weight');
  const startsDense = Object.hasOwn(layers[0] ?? {}, 'dense');
  if (startsDense && weight !== undefined) return [weight.shape[channels === 'first' ? 1 : 0]];
  throw problems.importShape(file, 'weights, which do not say how large a map they are moved over');
}
