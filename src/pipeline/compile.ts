import path from 'node:path';
import type { Problem } from '../core/errors.js';
import { readBytes } from '../core/files.js';
import { sha256 } from '../core/hash.js';
import { present } from '../core/objects.js';
import { VERSION } from '../core/version.js';
import { emitDesign } from '../emit/design.js';
import type { Manifest } from '../emit/manifest.js';
import { parseManifest } from '../emit/read-design.js';
import { problems as exchangeProblems } from '../exchange/problems.js';
import { readWeightCsv } from '../exchange/weight-csv.js';
import { wholeWeightWarnings } from '../exchange/weight-options.js';
import { type ReadWeightsOptions, readWeights, weightSources } from '../exchange/weights.js';
import type { FloatNetwork } from '../learn/float-network.js';
import { nonZeros, parameters } from '../network/layers/index.js';
import type { Layer } from '../network/types.js';
import { lossWarnings } from '../quantize/losses.js';
import type { TensorRecord } from '../quantize/quantize.js';
import { quantizeNetwork } from '../quantize/widths.js';
import type { CompileConfig } from './config.js';

export interface CompileRequest extends Omit<ReadWeightsOptions, 'name' | 'set' | 'head'> {
  /** A folder of weight CSVs, or the files. */
  readonly weights: readonly string[];
  /** Of several sets in a folder the files whose name ends so. */
  readonly set?: string | undefined;
  readonly head?: FloatNetwork['head'] | undefined;
  /** A CSV of scaled features, one row per sample, that the formats of the activations are calibrated on. */
  readonly calibration?: string | undefined;
  /** Name of the network and the top module. */
  readonly name: string;
  readonly config: CompileConfig;
  /** What the design says it was made by; without it a command line of the weights alone. */
  readonly command?: string | undefined;
}

export interface Compiled {
  /** The design's folder: path → text. */
  readonly files: ReadonlyMap<string, string>;
  readonly manifest: Manifest;
  /** How every tensor came by its format. */
  readonly tensors: readonly TensorRecord[];
  readonly nonZeros: number;
  readonly parameters: number;
  /** What of the weights was lost. */
  readonly warnings: readonly Problem[];
}

/**
 * From trained weights in CSV files to a design: quantized as the configuration says, then emitted.
 *
 * @throws exchange/*, quantize/*, network/*, hardware/*
 */
export function compileWeights(request: CompileRequest): Compiled {
  const { name, config, set, head, activations, transpose, bias, scales } = request;
  const options = present({ set, head, activations, transpose, bias, scales });
  const float = readWeights(request.weights, { name, ...options });
  const rows = request.calibration === undefined ? [] : readCalibration(request.calibration, float.inputs);
  const { network, tensors } = quantizeNetwork(
    { network: float, provenance: hashesOf(request) },
    rows,
    config.quantization,
  );
  const weights = request.weights.map((file) => path.basename(file));
  const command = request.command ?? `espalier compile --weights ${weights.join(' ')}`;
  const files = emitDesign(network, config.hardware, { version: VERSION, command });
  const count = (of: (layer: Layer) => number) => network.layers.reduce((sum, layer) => sum + of(layer), 0);
  return {
    files,
    manifest: parseManifest(files.get('manifest.json') as string),
    tensors,
    nonZeros: count(nonZeros),
    parameters: count(parameters),
    warnings: [...(scales === undefined ? wholeWeightWarnings(float) : []), ...lossWarnings(tensors)],
  };
}

/** The SHA-256 of every file that the design is made from, by its name; files of one name by their folders' too. */
function hashesOf({ weights, set, calibration }: CompileRequest): Record<string, string> {
  const files = [...weightSources(weights, set), ...(calibration === undefined ? [] : [calibration])];
  const names = files.map((file) => path.basename(file));
  const isAlone = (name: string) => names.indexOf(name) === names.lastIndexOf(name);
  return Object.fromEntries(
    files.map((file, at) => {
      const name = isAlone(names[at])
        ? names[at]
        : path.join(path.basename(path.dirname(path.resolve(file))), names[at]);
      return [name, sha256(readBytes(file))];
    }),
  );
}

function readCalibration(file: string, inputs: number): readonly (readonly number[])[] {
  const { values } = readWeightCsv(file);
  if (values[0].length !== inputs) throw exchangeProblems.calibrationShape(file, values[0].length, inputs);
  return values;
}
