import path from 'node:path';
import type { Problem } from '../core/errors.js';
import { present } from '../core/objects.js';
import { VERSION } from '../core/version.js';
import { emitDesign } from '../emit/design.js';
import type { Manifest } from '../emit/manifest.js';
import { problems as exchangeProblems } from '../exchange/problems.js';
import { readWeightCsv } from '../exchange/weight-csv.js';
import { readWeights } from '../exchange/weights.js';
import { parseFormat } from '../fixed/format.js';
import type { Overflow, Rounding } from '../fixed/requantize.js';
import type { FloatNetwork } from '../learn/float-network.js';
import { kindOf } from '../network/layers/index.js';
import { lossWarnings } from '../quantize/losses.js';
import type { TensorRecord } from '../quantize/quantize.js';
import { quantizeNetwork } from '../quantize/widths.js';
import { COMPILE_CONFIG, type CompileConfig } from './config.js';
import { problems } from './problems.js';
import { readConfig } from './read-config.js';

export interface CompileRequest {
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
  const { name, config } = request;
  const float = readWeights(request.weights, { name, ...present({ set: request.set, head: request.head }) });
  const rows = request.calibration === undefined ? [] : readCalibration(request.calibration, float.inputs);
  const { network, tensors } = quantizeNetwork({ network: float }, rows, config.quantization);
  const weights = request.weights.map((file) => path.basename(file));
  const command = request.command ?? `espalier compile --weights ${weights.join(' ')}`;
  const files = emitDesign(network, config.hardware, { version: VERSION, command });
  const count = (what: 'nonZeros' | 'parameters') =>
    network.layers.reduce((sum, layer) => sum + kindOf(layer)[what](layer), 0);
  return {
    files,
    manifest: JSON.parse(files.get('manifest.json') as string),
    tensors,
    nonZeros: count('nonZeros'),
    parameters: count('parameters'),
    warnings: lossWarnings(tensors),
  };
}

/** What a command line may set above the configuration. */
export interface Overrides {
  readonly bits?: number;
  readonly input?: string;
  /** `LAYER.TENSOR` → format; the tensor is weights, bias or output. */
  readonly format?: Readonly<Record<string, string>>;
  readonly rounding?: Rounding;
  readonly overflow?: Overflow;
  readonly probability?: boolean;
  readonly architecture?: string;
  readonly lanes?: number;
  readonly effort?: number;
  readonly maxLuts?: number;
}

/**
 * The configuration of a compilation: a file's, or the defaults, with what the command line sets above it.
 *
 * @throws pipeline/config-*, cli/option-value, fixed/format-*
 */
export function compileConfig(file: string | undefined, overrides: Overrides): CompileConfig {
  const config = file === undefined ? COMPILE_CONFIG.parse({}) : readConfig(COMPILE_CONFIG, file);
  const { bits, input, rounding, overflow, probability } = overrides;
  if (input !== undefined && input !== 'unit') parseFormat(input, '--input');
  return {
    ...config,
    quantization: {
      ...config.quantization,
      ...present({ bits, input, rounding, overflow, probability }),
      layers: withFormats(config.quantization.layers, overrides.format ?? {}),
    },
    hardware: hardwareConfig(config.hardware, overrides),
  };
}

/** Another architecture than the configuration's has options of its own: the configuration's are not for it. */
function hardwareConfig(
  hardware: CompileConfig['hardware'],
  { architecture = hardware.architecture, lanes, effort, maxLuts }: Overrides,
): CompileConfig['hardware'] {
  const kept = architecture === hardware.architecture ? hardware : { architecture };
  return { ...kept, ...present({ lanes, effort, maxLuts }) };
}

type LayerFormats = CompileConfig['quantization']['layers'];

const TENSORS = ['weights', 'bias', 'output'];

function withFormats(layers: LayerFormats, formats: Readonly<Record<string, string>>): LayerFormats {
  const merged: Record<string, LayerFormats[string]> = { ...layers };
  for (const [place, format] of Object.entries(formats)) {
    const option = `--format ${place}`;
    const [layer, tensor, ...rest] = place.split('.');
    if (rest.length > 0 || !TENSORS.includes(tensor)) {
      throw problems.optionValue('--format', place, `LAYER.TENSOR, the tensor one of ${TENSORS.join(', ')}`);
    }
    if (tensor !== 'output' || format !== 'exact') parseFormat(format, option);
    merged[layer] = { ...merged[layer], [tensor]: format };
  }
  return merged;
}

/** A name for a network whose weights lie there: of the folder or the file, in the letters that Verilog allows. */
export function nameOf(weights: string): string {
  const stem = path.parse(path.resolve(weights)).name.replace(/[^A-Za-z0-9_]+/g, '_');
  return /^[A-Za-z]/.test(stem) ? stem : `network_${stem}`;
}

function readCalibration(file: string, inputs: number): readonly (readonly number[])[] {
  const { values } = readWeightCsv(file);
  if (values[0].length !== inputs) throw exchangeProblems.calibrationShape(file, values[0].length, inputs);
  return values;
}
