import type { Random } from '../../src/core/random.js';
import { INPUT } from '../../src/network/graph.js';
import { kindOf, LAYER_KINDS } from '../../src/network/layers/index.js';
import type { NamedTensor } from '../../src/network/layers/kind.js';
import { randomFormats } from '../../src/network/sample.js';
import { codeFormats, isMap, sizeOf, type Tensor, vector } from '../../src/network/tensor.js';
import type { InputPort, Layer, QuantizedNetwork } from '../../src/network/types.js';
import { isFit, randomHead } from './networks.js';

export interface RandomGraphLimits {
  readonly maxInputs?: number;
  readonly maxLayers?: number;
  /** Codes of any tensor; larger ones are not read on. */
  readonly maxCodes?: number;
  /** Of the layers that are drawn; absent: every one there is. */
  readonly kinds?: readonly string[];
  /** Whether a map comes in; absent: by chance. */
  readonly isMap?: boolean;
}

/** A small network of every kind of layer, each drawn by its own kind, with branches; what nobody reads is left out. */
export function randomGraph(random: Random, limits: RandomGraphLimits = {}): QuantizedNetwork {
  const { maxInputs = 5, maxLayers = 6, maxCodes = 12, kinds, isMap: asMap } = limits;
  const tensor =
    (asMap ?? random.float() < 0.5) ? randomMap(random, maxCodes) : randomList(random, maxInputs);
  const drawn = LAYER_KINDS.filter(({ kind }) => kinds?.includes(kind) ?? true);
  for (;;) {
    const layers = drawLayers(random, { name: INPUT, tensor }, random.integer(2, maxLayers), maxCodes, drawn);
    if (layers === undefined) continue;
    const network = networkOf(random, tensor, layers);
    if (isFit(network)) return network;
  }
}

export const networkOf = (random: Random, input: Tensor, layers: readonly Drawn[]): QuantizedNetwork => ({
  name: 'random',
  input: inputOf(input),
  layers: layers.map(({ layer }) => layer),
  head: randomHead(random, codeFormats(layers[layers.length - 1].tensor)),
  labels: [],
  provenance: {},
});

const randomList = (random: Random, maxInputs: number): Tensor =>
  vector(randomFormats(random, random.integer(1, maxInputs), 5));

/** A map of few codes. */
function randomMap(random: Random, maxCodes: number): Tensor {
  const channels = random.integer(1, 2);
  const cells = Math.floor(maxCodes / channels);
  const height = random.integer(1, Math.max(1, Math.floor(Math.sqrt(cells))));
  const width = random.integer(1, Math.max(1, Math.floor(cells / height)));
  return { shape: [height, width, channels], formats: randomFormats(random, channels, 5) };
}

function inputOf(tensor: Tensor): InputPort {
  const { shape } = tensor;
  return { formats: codeFormats(tensor), names: [], ...(isMap(shape) ? { shape } : {}) };
}

export interface Drawn {
  readonly layer: Layer;
  readonly tensor: NamedTensor['tensor'];
}

function drawLayers(
  random: Random,
  input: NamedTensor,
  count: number,
  maxCodes: number,
  kinds: typeof LAYER_KINDS,
): Drawn[] | undefined {
  const given = [input];
  const drawn: Drawn[] = [];
  for (let tries = 0; drawn.length < count && tries < 10 * count; tries++) {
    const kind = random.pick(kinds);
    const layer = kind.sample(random, `layer${drawn.length + 1}`, given);
    if (layer === undefined) continue;
    const inputs = (layer.from as readonly string[]).map(
      (name) => (given.find((one) => one.name === name) as NamedTensor).tensor,
    );
    const tensor = kind.type(layer, inputs);
    if (sizeOf(tensor) > maxCodes || codeFormats(tensor).some(({ width }) => width > 16)) continue;
    given.push({ name: layer.name, tensor });
    drawn.push({ layer, tensor });
  }
  const used = usedLayers(drawn);
  return computes(used) ? used : undefined;
}

/** Whether anything is left that is not wires. */
export const computes = (layers: readonly Drawn[]): boolean =>
  layers.some(({ layer }) => kindOf(layer).gives !== 'wires');

/** The last layer, and those that it hangs on. */
export function usedLayers(drawn: readonly Drawn[]): Drawn[] {
  const used = new Set<string>();
  return drawn
    .toReversed()
    .filter(({ layer }, index) => {
      if (index > 0 && !used.has(layer.name)) return false;
      for (const name of layer.from as readonly string[]) used.add(name);
      return true;
    })
    .reverse();
}
