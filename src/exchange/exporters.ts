import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { readBytes, readText } from '../core/files.js';
import { inputsOf } from '../float/graph.js';
import { floatFromJson } from '../float/json.js';
import type { FloatNetwork } from '../float/types.js';
import { networkFromJson } from '../network/json.js';
import type { QuantizedNetwork } from '../network/types.js';
import { type CMemory, type COperations, countOperations } from './c/cost.js';
import { measureMemory } from './c/measure.js';
import { exportC } from './c/source.js';
import type { CStyle } from './c/style.js';
import type { ExportFormat } from './export-formats.js';
import type { Generator } from './generator.js';
import type { DriverDesign } from './host/driver/facts.js';
import { exportDriver, exportProcessorDriver, type ProcessorDriver } from './host/driver/index.js';
import { exportHostEncoder, type HostLanguage } from './host/encoder.js';
import type { SampleLayout } from './host/layout.js';
import { exportOnnx } from './onnx/export.js';
import { problems } from './problems.js';
import { writeTfjsModel } from './tfjs.js';
import { exportTflite, type TfliteMode, type TfliteOptions } from './tflite/export.js';
import type { TfliteTensorReport } from './tflite/report.js';
import { readWeightCsv } from './weight-csv.js';

export interface ExportRequest {
  readonly format: ExportFormat;
  /** A `network.json` for C and encoders, any network for TFLite and Keras; or a folder that holds it. */
  readonly source: string;
  readonly generator: Generator;
  /** Of the input stream, for encoders: from the network that is read. */
  readonly layoutOf: (network: QuantizedNetwork) => SampleLayout;
  /** The emitted design in which the network lies, for drivers. */
  readonly design?: DriverDesign | undefined;
  /** Of the C. */
  readonly style?: CStyle;
  /** Of TFLite; `calibration` is a CSV of scaled features, one row per sample. */
  readonly tflite?: Omit<TfliteOptions, 'mode' | 'calibration'>;
  readonly calibration?: string | undefined;
}

/** What was written, and what there is to say of it. */
export interface Exported {
  /** File name → content. */
  readonly files: ReadonlyMap<string, string | Uint8Array>;
  readonly facts: ExportFacts;
}

export type ExportFacts =
  | { readonly kind: 'c'; readonly operations: COperations; readonly memory: CMemory }
  | { readonly kind: 'encoder'; readonly features: number }
  | { readonly kind: 'model' }
  | { readonly kind: 'tflite'; readonly tensors: readonly TfliteTensorReport[] };

/**
 * Reads a network and gives it in another format.
 *
 * @throws file/unreadable, network/*, exchange/*
 */
export async function runExport(request: ExportRequest): Promise<Exported> {
  return EXPORTERS[request.format](request);
}

type Exporter = (request: ExportRequest) => Exported | Promise<Exported>;

/** Every format, one line each. */
const EXPORTERS: Record<ExportFormat, Exporter> = {
  c: toC,
  'encoder-c': toEncoder('c'),
  'encoder-python': toEncoder('python'),
  'encoder-typescript': toEncoder('typescript'),
  'driver-c': toDriver('c'),
  'driver-python': toDriver('python'),
  'driver-typescript': toDriver('typescript'),
  'driver-registers': toProcessorDriver('registers'),
  'driver-pynq': toProcessorDriver('pynq'),
  onnx: toOnnx,
  'tflite-float32': toTflite('float32'),
  'tflite-float16': toTflite('float16'),
  'tflite-dynamic': toTflite('dynamic'),
  'tflite-int8': toTflite('int8'),
  keras: async (request) => {
    const { exportKeras } = await import('./keras/export.js');
    const network = await anyNetwork(request.source);
    return { files: new Map([[`${network.name}.h5`, exportKeras(network)]]), facts: { kind: 'model' } };
  },
  tfjs: async ({ source }) => ({ files: writeTfjsModel(await anyNetwork(source)), facts: { kind: 'model' } }),
};

async function toC({ source, generator, style = 'tables' }: ExportRequest): Promise<Exported> {
  const network = readNetwork(source);
  const operations = countOperations(network, style);
  const memory = await measureMemory(network, style);
  return { files: exportC(network, generator, style), facts: { kind: 'c', operations, memory } };
}

function toEncoder(language: HostLanguage): Exporter {
  return ({ source, generator, layoutOf }) => {
    const network = readNetwork(source);
    const features = network.input.formats.length;
    return {
      files: exportHostEncoder(network, language, generator, layoutOf(network)),
      facts: { kind: 'encoder', features },
    };
  };
}

function toDriver(language: HostLanguage): Exporter {
  return ({ source, generator, design }) => {
    const network = readNetwork(source);
    if (design === undefined) throw problems.driverDesign(source);
    return {
      files: exportDriver(network, language, generator, design),
      facts: { kind: 'encoder', features: network.input.formats.length },
    };
  };
}

function toProcessorDriver(kind: ProcessorDriver): Exporter {
  return ({ source, generator, design }) => {
    const network = readNetwork(source);
    if (design === undefined) throw problems.driverDesign(source);
    return {
      files: exportProcessorDriver(network, kind, generator, design),
      facts: { kind: 'encoder', features: network.input.formats.length },
    };
  };
}

function toOnnx({ source, generator }: ExportRequest): Exported {
  const network = readNetwork(source);
  return {
    files: new Map([[`${network.name}.onnx`, exportOnnx(network, generator)]]),
    facts: { kind: 'model' },
  };
}

function toTflite(mode: TfliteMode): Exporter {
  return async ({ source, tflite = {}, calibration }) => {
    const network = await anyNetwork(source, ['model.json', 'float.json', 'network.json']);
    const rows = calibration === undefined ? [] : readCalibration(calibration, network);
    const options: TfliteOptions = { ...tflite, mode, calibration: rows };
    const { bytes, tensors } = exportTflite(network, options);
    return {
      files: new Map([[`${network.name}_${mode}.tflite`, bytes]]),
      facts: { kind: 'tflite', tensors },
    };
  };
}

/** A network of whole numbers with the values of its codes, a float network, or one of anybody's. */
async function anyNetwork(
  source: string,
  usual: readonly string[] = ['network.json', 'float.json', 'model.json'],
): Promise<FloatNetwork> {
  const file = fileIn(source, usual);
  const schema = /"schema":\s*"espalier\/(float-)?network"/.exec(
    Buffer.from(readBytes(file).subarray(0, LOOKED_AT)).toString('latin1'),
  );
  if (schema === null) {
    const { importNetwork } = await import('./importers/index.js');
    return importNetwork(file).network;
  }
  if (schema[1] !== undefined) return floatFromJson(readText(file), file);
  const { realNetwork } = await import('./keras/real.js');
  return realNetwork(networkFromJson(readText(file), file));
}

/** Bytes in which a document says its schema. */
const LOOKED_AT = 4096;

function readNetwork(source: string): QuantizedNetwork {
  const file = fileIn(source, ['network.json']);
  return networkFromJson(readText(file), file);
}

/** The file itself, or the first of those names that a folder has. */
function fileIn(source: string, names: readonly string[]): string {
  if (!existsSync(source) || !statSync(source).isDirectory()) return source;
  return path.join(source, names.find((name) => existsSync(path.join(source, name))) ?? names[0]);
}

function readCalibration(file: string, network: FloatNetwork): readonly (readonly number[])[] {
  const inputs = inputsOf(network);
  const { values } = readWeightCsv(file);
  if (values[0].length !== inputs) throw problems.calibrationShape(file, values[0].length, inputs);
  return values;
}
