import type { ChainActivation } from '../../../float/chain.js';
import type { FloatDense } from '../../../float/layers/dense.js';
import { problems } from '../../problems.js';
import { checkLayers } from '../../weight-options.js';
import { Identifiers } from '../identifiers.js';
import type { Imported, ImportNote, ImportOptions } from '../importer.js';
import { finishedNetwork } from './head.js';
import { ModuleReader, TRANSPOSED, tensorKindOf } from './kinds.js';
import {
  type Module,
  moduleLabel,
  modulesOf,
  moduleText,
  printLengths,
  type TensorFile,
} from './named-tensors.js';
import { checkTold, inOrder, isAscending } from './order.js';

/** A Linear layer, and how many values it reads and gives. */
interface Linear {
  readonly module: Module;
  readonly inputs: number;
  readonly units: number;
}

/**
 * A chain of Linear layers, as names and shapes say it. Where the order of the file does not fit, and only one does, it
 * is that one.
 *
 * @throws exchange/import-architecture, exchange/import-activation, exchange/import-tensor
 */
export function linearChain(source: TensorFile, { shape, activations = {} }: ImportOptions): Imported {
  const { file } = source;
  const chain = ordered(
    inOrder(modulesOf(source), source).map((module, _, all) => linearOf(module, all, source)),
    source,
  );
  const names = new Identifiers();
  const named = chain.map((linear) => ({ ...linear, name: names.next(moduleLabel(linear.module)) }));
  const hidden = named.slice(0, -1).map(({ name }) => name);
  checkLayers(
    { activations },
    named.map(({ name }) => name),
  );
  const open = hidden.filter((name) => (activations[name] ?? activations.all) === undefined);
  if (open.length > 0) throw problems.importActivation(file, open);
  checkInput(chain[0], shape, file);
  const layers = named.map(({ module, inputs, units, name }): FloatDense => {
    const usual: ChainActivation = hidden.includes(name) ? activations.all : 'linear';
    const empty: FloatDense = {
      kind: 'dense',
      name,
      kernel: { shape: [inputs, units], values: new Float64Array() },
      bias: new Float64Array(units),
      activation: activations[name] ?? usual,
    };
    const reader = new ModuleReader(module, source, name);
    return tensorKindOf('dense').filled?.(empty, reader, undefined) as FloatDense;
  });
  const notes = named.map(
    ({ module, name }): ImportNote => ({ from: moduleText(module), what: 'kept', into: name }),
  );
  const done = finishedNetwork(file, [chain[0].inputs], layers, chain[chain.length - 1].units);
  return { network: done.network, notes: [...notes, ...done.notes] };
}

/** @throws exchange/import-architecture where it is no Linear layer */
function linearOf(module: Module, all: readonly Module[], { file, channels }: TensorFile): Linear {
  const weight = module.tensors.get('weight');
  const members = [...module.tensors.keys()];
  const isLinear =
    weight?.shape.length === 2 && members.every((member) => ['weight', 'bias'].includes(member));
  if (!isLinear) {
    const hint = `state the layers: --layers FILE, beginning with layers: [${all.flatMap(skeleton).join(', ')}]`;
    throw problems.importArchitecture(file, `${moduleText(module)}, with ${members.join(', ')}`, hint);
  }
  const [units, inputs] = channels === 'first' ? weight.shape : weight.shape.toReversed();
  return { module, inputs, units };
}

/** What can be said of a layer by its shapes, in the words of `--layers`. */
function skeleton({ tensors }: Module): string[] {
  const shape = tensors.get('weight')?.shape ?? [];
  if (tensors.has('running_mean')) return ['{batchNorm: true}'];
  switch (shape.length) {
    case 1:
      return tensors.size === 1 ? ['{prelu: true}'] : [];
    case 2:
      return [`{dense: ${shape[0]}}`];
    case 3:
      return [`{conv: ${shape[0]}, kernel: [1, ${shape[2]}]}`];
    case 4:
      return [`{conv: ${shape[0]}, kernel: [${shape[2]}, ${shape[3]}]}`];
    default:
      return [];
  }
}

const fits = (chain: readonly Linear[]) =>
  chain.every(({ inputs }, at) => at === 0 || inputs === chain[at - 1].units);

/** @throws exchange/import-tensor where no order fits, or several do */
function ordered(layers: readonly Linear[], { file, isInOrder, channels }: TensorFile): readonly Linear[] {
  if (layers.length === 0) throw problems.importTensor(file, 'no tensors', 'the weights of a network');
  const chain = fits(layers) ? layers : byWidths(layers);
  if (chain === undefined) {
    const at = layers.findIndex(({ inputs }, index) => index > 0 && inputs !== layers[index - 1].units);
    const [before, layer] = [layers[at - 1], layers[at]];
    throw problems.importTensor(
      `${file}, ${layer.module.name}`,
      `a weight of ${printLengths(layer.module.tensors.get('weight')?.shape ?? [])}`,
      `one that reads ${before.units} values, as many as ${before.module.name} gives`,
      channels === 'first' ? STATED : TRANSPOSED,
    );
  }
  if (!isInOrder || chain !== layers) {
    const units = new Map(chain.map(({ module, units }) => [module, String(units)]));
    checkTold(
      chain.map(({ module }) => module),
      file,
      (module) => units.get(module) ?? '',
    );
  }
  return chain;
}

const STATED = 'state the layers: --layers FILE, such as layers: [{dense: 10, name: fc1}]';

/**
 * The chain in which every layer reads as many values as the one before gives; undefined where there is none, or where the
 * numbers in the names say another order.
 */
function byWidths(layers: readonly Linear[]): readonly Linear[] | undefined {
  const starts = layers.filter(({ inputs }) => layers.every(({ units }) => units !== inputs));
  if (starts.length !== 1) return undefined;
  const left = new Set(layers);
  const chain: Linear[] = [];
  for (let next: Linear | undefined = starts[0]; next !== undefined; ) {
    chain.push(next);
    left.delete(next);
    const { units }: Linear = next;
    next = [...left].find(({ inputs }) => inputs === units);
  }
  return left.size === 0 && isAscending(chain.map(({ module }) => module)) ? chain : undefined;
}

function checkInput({ inputs }: Linear, shape: ImportOptions['shape'], file: string): void {
  if (shape === undefined || (shape.length === 1 && shape[0] === inputs)) return;
  throw problems.importTensor(file, `--shape ${shape.join('x')}`, `${inputs}, which its first layer reads`);
}
