import { placeFloatLayers } from '../../float/graph.js';
import type { FloatNetwork } from '../../float/types.js';
import type { AnyOperator, TfliteGraph } from './graph.js';
import { MapDraft, type MapMode } from './map-draft.js';
import { MAP_WRITERS } from './map-layers.js';
import type { Granularity } from './quantize.js';
import { quantizationsOf } from './ranges.js';
import { spread } from './spread.js';

/** A folded network as a TFLite graph, a sigmoid or softmax behind its logits when `probability` is asked for. */
export function mapGraph(
  folded: FloatNetwork,
  mode: MapMode,
  granularity: Granularity,
  probability: boolean,
): TfliteGraph<AnyOperator> {
  const network = spread(folded);
  const ranges = mode.mode === 'int8' ? quantizationsOf(network, mode.calibration) : [];
  const draft = new MapDraft(network, mode, granularity, ranges);
  placeFloatLayers(network).forEach(({ layer, sources, inputs, output: shape }, index) => {
    const read = sources.map((source) => draft.read(source));
    const output = () => draft.values(`${layer.name}/output`, shape, index + 1);
    draft.give(MAP_WRITERS[layer.kind]({ draft, layer, read, inputs, output, shape }));
  });
  return draft.finished(probability);
}
