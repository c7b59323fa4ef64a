import type { Random } from '../../src/core/random.js';
import { rangeOf } from '../../src/fixed/format.js';
import { INPUT } from '../../src/network/graph.js';
import { dense } from '../../src/network/layers/dense.js';
import { kindOf } from '../../src/network/layers/index.js';
import type { NamedTensor } from '../../src/network/layers/kind.js';
import { randomFormats } from '../../src/network/sample.js';
import { codeFormats, isMap, sizeOf, type Tensor } from '../../src/network/tensor.js';
import type { Layer, QuantizedNetwork } from '../../src/network/types.js';
import { computes, type Drawn, networkOf, usedLayers } from './graphs.js';
import { isFit } from './networks.js';

/** Convolutions, and what stands round them. */
const KINDS = ['conv2d', 'conv2d', 'conv2d', 'max_pool', 'average_pool', 'add', 'concat', 'move', 'upsample'];
/** How often a kind is drawn before another one has its turn. */
const TRIES = 20;
const MAX_LAYERS = 6;
/** Codes of any tensor; larger ones are not read on. */
const MAX_CODES = 72;
/** Of the input: each is tried alone at its ends. */
const MAX_INPUTS = 36;
const MAX_WIDTH = 12;
/** Codes of a tensor, for so many samples. */
const SAMPLES = 16;

interface Live extends NamedTensor {
  /** [sample][code] */
  readonly codes: readonly (readonly number[])[];
}

/**
 * A small network over maps of every kind of layer that stands round convolutions. Layers mostly read one of the newest
 * tensors, and most codes of each vary: what random formats make constant would be folded away, and nothing be left of most
 * networks. A dense layer now and then stands behind the last map.
 */
export function randomMapGraph(random: Random): QuantizedNetwork {
  for (;;) {
    const tensor = randomMap(random);
    const used = usedLayers(drawLayers(random, inputOf(random, tensor)));
    if (used.length === 0 || !computes(used)) continue;
    const network = networkOf(random, tensor, used);
    if (isFit(network)) return network;
  }
}

function randomMap(random: Random): Tensor {
  const channels = random.integer(1, 3);
  const cells = Math.floor(MAX_INPUTS / channels);
  const height = random.integer(1, Math.floor(Math.sqrt(cells)));
  const width = random.integer(2, Math.floor(cells / height));
  return { shape: [height, Math.min(width, 9), channels], formats: randomFormats(random, channels, 6) };
}

function inputOf(random: Random, tensor: Tensor): Live {
  const ranges = codeFormats(tensor).map(rangeOf);
  const codes = Array.from({ length: SAMPLES }, () =>
    ranges.map(({ low, high }) => random.integer(low, high)),
  );
  return { name: INPUT, tensor, codes };
}

function drawLayers(random: Random, input: Live): Drawn[] {
  const given = [input];
  const drawn: Drawn[] = [];
  const put = (draw: (name: string) => Layer | undefined): void => {
    for (let tries = 0; tries < TRIES; tries++) {
      const layer = draw(`layer${drawn.length + 1}`);
      const live = layer === undefined ? undefined : liveTensor(layer, given);
      if (layer === undefined || live === undefined) continue;
      given.push(live);
      drawn.push({ layer, tensor: live.tensor });
      return;
    }
  };
  const count = random.integer(2, MAX_LAYERS);
  for (let number = 0; number < count; number++) {
    const kind = kindOf({ kind: random.pick(KINDS) });
    put((name) => kind.sample(random, name, given.slice(-random.pick([1, 1, 2, 3]))));
  }
  if (random.float() < 0.3) {
    const last = given[given.length - 1];
    if (isMap(last.tensor.shape)) put((name) => flattened(name, last));
    put((name) => dense.sample(random, name, given.slice(-1)));
  }
  return drawn;
}

/** What a layer gives; none where it is too large, or mostly constant. */
function liveTensor(layer: Layer, given: readonly Live[]): Live | undefined {
  const read = (layer.from as readonly string[]).map(
    (name) => given.find((one) => one.name === name) as Live,
  );
  const inputs = read.map(({ tensor }) => tensor);
  const kind = kindOf(layer);
  const tensor = kind.type(layer, inputs);
  const size = sizeOf(tensor);
  if (size > MAX_CODES || codeFormats(tensor).some(({ width }) => width > MAX_WIDTH)) return undefined;
  const run = kind.evaluator(layer, inputs);
  const codes = Array.from({ length: SAMPLES }, (_, sample) => run(read.map((one) => one.codes[sample])));
  const varying = codes[0].filter((first, code) => codes.some((one) => one[code] !== first)).length;
  return varying < 0.7 * size ? undefined : { name: layer.name, tensor, codes };
}

const flattened = (name: string, { name: from, tensor }: NamedTensor): Layer => {
  const layer = { kind: 'move', name, from: [from], move: { kind: 'reshape', shape: [sizeOf(tensor)] } };
  return layer as Layer;
};
