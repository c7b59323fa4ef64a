import { foldNetwork } from '../../float/fold.js';
import { inputsOf } from '../../float/graph.js';
import type { FloatNetwork } from '../../float/types.js';
import { problems } from '../problems.js';
import type { AnyOperator, TfliteGraph, TfliteTensor } from './graph.js';
import type { MapMode } from './map-draft.js';
import { mapGraph } from './maps.js';
import type { Granularity } from './quantize.js';
import { reportTensors, type TfliteTensorReport } from './report.js';
import { writeGraph } from './writer.js';

/**
 * `float32`: as trained. `float16`: weights and biases in half precision. `dynamic`: weights in int8, activations
 * quantized while it runs. `int8`: everything in integers.
 */
export type TfliteMode = 'float32' | 'float16' | 'dynamic' | 'int8';
export const TFLITE_MODES: readonly TfliteMode[] = ['float32', 'float16', 'dynamic', 'int8'];

export interface TfliteOptions {
  readonly mode: TfliteMode;
  /**
   * What leaves: `probability` (sigmoid of one logit, softmax of several; the default) or `logits`. A network with
   * the head `values` has no probability: its values leave.
   */
  readonly output?: 'probability' | 'logits';
  /** What enters and leaves an int8 model: codes (the default), or floats that it quantizes itself. */
  readonly ends?: 'int8' | 'float32';
  /**
   * int8 weights of dense layers: one scale per tensor, which every interpreter knows (the default of networks of such
   * layers only), or one per unit.
   */
  readonly granularity?: Granularity;
  /** Rows of scaled features, for the mode `int8`: of the training set, never of the test set. */
  readonly calibration?: readonly (readonly number[])[];
}

export interface TfliteModel {
  /** The `.tflite` file. */
  readonly bytes: Uint8Array;
  readonly graph: TfliteGraph<AnyOperator>;
  /** What was done to every tensor: whatever the mode asks for, however small the tensor. */
  readonly tensors: readonly TfliteTensorReport[];
}

/**
 * A network as a TFLite model for one sample at a time.
 *
 * @throws exchange/tflite-calibration, exchange/tflite-probability, exchange/tflite-range, exchange/tflite-layer
 */
export function exportTflite(network: FloatNetwork, options: TfliteOptions): TfliteModel {
  const { mode, ends = 'int8', granularity = usualGranularity(network) } = options;
  const told: MapMode =
    mode === 'int8' ? { mode, ends, calibration: checkedRows(network, options) } : { mode };
  const folded = foldNetwork(network).network;
  const graph = mapGraph(folded, told, granularity, givesProbability(network, options));
  for (const tensor of graph.tensors) checkFinite(network.name, tensor);
  return { bytes: writeGraph(graph), graph, tensors: reportTensors(graph) };
}

/** Old interpreters know one scale for all weights of a dense layer; who has convolutions knows more. */
const usualGranularity = (network: FloatNetwork): Granularity =>
  network.layers.every(({ kind }) => kind === 'dense') ? 'tensor' : 'unit';

/** Numbers past those of 32-bit floats have become infinite on their way into the graph. */
function checkFinite(network: string, { name, data = [], quantization }: TfliteTensor): void {
  const { scales = [] } = quantization ?? {};
  if ([...data, ...scales].every(Number.isFinite)) return;
  throw problems.tfliteRange(`${network}, ${name}`);
}

function givesProbability(network: FloatNetwork, { output }: TfliteOptions): boolean {
  if (network.head !== 'values') return output !== 'logits';
  if (output === 'probability') throw problems.tfliteProbability(network.name);
  return false;
}

function checkedRows(network: FloatNetwork, { calibration = [] }: TfliteOptions) {
  if (calibration.length === 0) throw problems.tfliteCalibration(network.name, 'no rows');
  calibration.forEach((row, index) => {
    const where = `${network.name}, calibration row ${index}`;
    if (row.length !== inputsOf(network)) throw problems.tfliteCalibration(where, `${row.length} features`);
    if (!row.every(Number.isFinite)) throw problems.tfliteCalibration(where, 'a feature that is no number');
  });
  return calibration;
}
