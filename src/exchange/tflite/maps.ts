import type { FloatActivation } from '../../float/activation.js';
import { placeFloatLayers } from '../../float/graph.js';
import { floatModel } from '../../float/model.js';
import type { FloatLayer, FloatNetwork } from '../../float/types.js';
import { INPUT_NUMBER } from '../../network/graph.js';
import type { AnyOperator, TfliteGraph, TfliteQuantization } from './graph.js';
import { MapDraft, type MapMode } from './map-draft.js';
import { type LayerToWrite, MAP_WRITERS, SAME_CODES } from './map-layers.js';
import { activationQuantization } from './quantize.js';
import { LEAKY_RELU_OPTIONS } from './schema.js';

/** A network of any layers as a TFLite graph, a sigmoid or softmax behind its logits when `probability` is asked for. */
export function mapGraph(
  network: FloatNetwork,
  mode: MapMode,
  probability: boolean,
): TfliteGraph<AnyOperator> {
  const ranges = mode.mode === 'int8' ? quantizationsOf(network, mode.calibration) : [];
  const draft = new MapDraft(network, mode, ranges);
  placeFloatLayers(network).forEach(({ layer, sources, inputs, output: shape }, index) => {
    const output = draft.values(`${layer.name}/output`, shape, index + 1);
    const read = sources.map((source) => draft.read(source));
    writeLayer({ draft, layer, read, inputs, output, shape });
    draft.give(output);
  });
  return draft.finished(probability);
}

/** A leaky ReLU is an operator of its own behind the layer: none has it inside. */
function writeLayer(wanted: LayerToWrite): void {
  const { draft, layer, output } = wanted;
  const slope = SAME_CODES.has(layer.kind) ? undefined : leakySlope(layer);
  if (slope === undefined) {
    MAP_WRITERS[layer.kind](wanted);
    return;
  }
  const sum = draft.beforeSlope(`${layer.name}/sum`, output, slope);
  MAP_WRITERS[layer.kind]({
    ...wanted,
    layer: { ...layer, activation: 'linear' } as FloatLayer,
    output: sum,
  });
  const fields = [{ slot: LEAKY_RELU_OPTIONS.alpha, type: 'float32', value: slope }] as const;
  draft.plain({ operator: 'LEAKY_RELU', inputs: [sum], output, options: { type: 75, fields } });
}

/** By what a layer multiplies its negative sums, all by the same. */
function leakySlope(layer: FloatLayer): number | undefined {
  const { activation = 'linear' } = layer as { readonly activation?: FloatActivation };
  if (typeof activation === 'string') return undefined;
  if (activation.kind === 'leaky_relu') return activation.multiplier / 2 ** activation.shift;
  const [slope, ...others] = activation.kind === 'slopes' ? activation.slopes : [];
  return slope > 0 && others.length === 0 ? slope : undefined;
}

/** How the values of the input and of each layer become codes: what only moves or chooses them keeps its codes. */
function quantizationsOf(
  network: FloatNetwork,
  rows: readonly (readonly number[])[],
): readonly TfliteQuantization[] {
  const count = network.layers.length + 1;
  const low = Array<number>(count).fill(0);
  const high = Array<number>(count).fill(0);
  const run = floatModel(network);
  for (const row of rows) {
    [row, ...run(row)].forEach((values, index) => {
      for (const value of values) {
        low[index] = Math.min(low[index], value);
        high[index] = Math.max(high[index], value);
      }
    });
  }
  const group = [...Array(count).keys()];
  placeFloatLayers(network).forEach(({ layer, sources }, index) => {
    if (!SAME_CODES.has(layer.kind)) return;
    for (const source of sources) {
      const [from, to] = [group[source === INPUT_NUMBER ? 0 : source + 1], group[index + 1]];
      group.forEach((one, at) => {
        if (one === to) group[at] = from;
      });
    }
  });
  return group.map((one) => {
    const members = group.flatMap((other, at) => (other === one ? [at] : []));
    return activationQuantization(
      Math.min(...members.map((at) => low[at])),
      Math.max(...members.map((at) => high[at])),
    );
  });
}
