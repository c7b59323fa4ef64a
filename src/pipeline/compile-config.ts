import path from 'node:path';
import { present } from '../core/objects.js';
import type { BoardOptions } from '../emit/board/choice.js';
import { type LayerConfig, overridden } from '../emit/hardware-config.js';
import type { BeatWidth } from '../emit/stream.js';
import { codesOf, type WeightOptions } from '../exchange/weight-options.js';
import { checkFormatOr, parseFormat, printFormat } from '../fixed/format.js';
import type { Overflow, Rounding } from '../fixed/requantize.js';
import { CHAIN_ACTIVATIONS_WANTED, parseChainActivation } from '../float/activation.js';
import type { ChainActivation } from '../float/chain.js';
import { COMPILE_CONFIG, type CompileConfig } from './config.js';
import { problems } from './problems.js';
import { readConfig } from './read-config.js';

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
  readonly beat?: BeatWidth;
  /** `codes` or `raw`. */
  readonly inputs?: string;
  /** Name of a board; what belongs to it. */
  readonly board?: string;
  readonly link?: string;
  readonly clock?: number;
  readonly baud?: number;
  readonly lanes?: number;
  readonly interval?: number;
  readonly effort?: number;
  readonly maxLuts?: number;
  readonly maxDsps?: number;
  readonly multipliers?: string;
  readonly operands?: string;
  /** Layer → engine and options, such as `serial,lanes=4`. */
  readonly layer?: Readonly<Record<string, string>>;
}

/**
 * The configuration of a compilation: a file's, or the defaults, with what the command line sets above it.
 *
 * @throws pipeline/config-*, cli/option-value, fixed/format-*
 */
export function compileConfig(file: string | undefined, overrides: Overrides): CompileConfig {
  const config = file === undefined ? COMPILE_CONFIG.parse({}) : readConfig(COMPILE_CONFIG, file);
  const { bits, input, rounding, overflow, probability } = overrides;
  if (input !== undefined) checkFormatOr('unit', input, '--input');
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
  { stream, board, inputs: configured, ...config }: CompileConfig['hardware'],
  { architecture = config.architecture, beat, inputs, layer = {}, ...others }: Overrides,
): CompileConfig['hardware'] {
  const { lanes, interval, effort, maxLuts, maxDsps, multipliers, operands } = others;
  const { layers: below = {}, ...options } = architecture === config.architecture ? config : { architecture };
  const layers = { ...below };
  for (const [name, text] of Object.entries(layer)) {
    layers[name] = layerConfig(name, text, architecture, below[name]);
  }
  return {
    ...overridden(
      architecture,
      options,
      present({ lanes, interval, effort, maxLuts, maxDsps, multipliers, operands }),
    ),
    architecture,
    ...present({
      stream: beat === undefined ? stream : { width: beat },
      inputs: inputs === undefined ? configured : (inputs as CompileConfig['hardware']['inputs']),
      board: boardOptions(board, others),
    }),
    ...(Object.keys(layers).length === 0 ? {} : { layers }),
  };
}

/** What was chosen of a board is not for another one. @throws cli/option-value */
function boardOptions(
  configured: BoardOptions | undefined,
  { board: name, link, clock, baud }: Overrides,
): BoardOptions | undefined {
  const chosen = present({ link, clock, baud });
  const given = typeof configured === 'string' ? { name: configured } : configured;
  const kept = name === undefined || name === given?.name ? given : { name };
  if (kept !== undefined) return { ...kept, ...chosen };
  const [[option, value] = []] = Object.entries(chosen);
  if (option === undefined) return undefined;
  throw problems.optionValue(`--${option}`, String(value), 'a board beside it: --board, or hardware.board');
}

/** What `--layer` says of one: an engine, options of it, or both. */
function layerConfig(
  name: string,
  text: string,
  architecture: string,
  { engine: before = architecture, ...below }: LayerConfig = {},
): LayerConfig {
  const words = text.split(',').map((word) => word.trim());
  const engines = words.filter((word) => !word.includes('='));
  const options = words.filter((word) => word.includes('=')).map((word) => word.split('='));
  if (
    engines.length > 1 ||
    engines.includes('') ||
    options.some((option) => option.length > 2 || option.includes(''))
  ) {
    throw problems.optionValue(
      '--layer',
      `${name}=${text}`,
      'LAYER=ENGINE,OPTION=VALUE,…, such as hidden=serial,lanes=4',
    );
  }
  const [engine = before] = engines;
  const given = Object.fromEntries(options.map(([option, value]) => [option, wordValue(value)]));
  return { ...overridden(engine, engine === before ? below : {}, given), engine };
}

/** A number, where it is one. */
const wordValue = (word: string): string | number => (Number.isFinite(Number(word)) ? Number(word) : word);

type LayerFormats = CompileConfig['quantization']['layers'];

const TENSORS = ['weights', 'bias', 'index', 'output'];

function withFormats(layers: LayerFormats, formats: Readonly<Record<string, string>>): LayerFormats {
  const merged: Record<string, LayerFormats[string]> = { ...layers };
  for (const [place, format] of Object.entries(formats)) {
    const option = `--format ${place}`;
    const [layer, tensor, ...rest] = place.split('.');
    if (rest.length > 0 || !TENSORS.includes(tensor)) {
      throw problems.optionValue('--format', place, `LAYER.TENSOR, the tensor one of ${TENSORS.join(', ')}`);
    }
    if (tensor === 'output') checkFormatOr('exact', format, option);
    else parseFormat(format, option);
    merged[layer] = { ...merged[layer], [tensor]: format };
  }
  return merged;
}

/** The formats of codes are those of the tensors, where the configuration has none: then they stay as they are. */
export function withCodes(
  config: CompileConfig,
  options: WeightOptions,
  layers: readonly string[],
): CompileConfig {
  if (options.codes === undefined) return config;
  const { quantization } = config;
  const formats = layers.map((layer) => {
    const stated = { weights: codesOf(options, layer, 'weights'), bias: codesOf(options, layer, 'bias') };
    return [layer, { ...present(stated), ...quantization.layers[layer] }];
  });
  return {
    ...config,
    quantization: { ...quantization, layers: { ...quantization.layers, ...Object.fromEntries(formats) } },
  };
}

/** What a command line says of the weight files. @throws cli/option-value */
export function weightOptions({
  activation,
  transpose,
  bias,
  scale,
  codes,
}: {
  readonly activation?: Readonly<Record<string, string>>;
  readonly transpose?: boolean;
  readonly bias?: boolean;
  readonly scale?: Readonly<Record<string, string>>;
  readonly codes?: Readonly<Record<string, string>>;
}): WeightOptions {
  const mapped = <T>(
    given: Readonly<Record<string, string>> | undefined,
    read: (text: string, place: string) => T,
  ) => given && Object.fromEntries(Object.entries(given).map(([place, text]) => [place, read(text, place)]));
  return present({
    activations: mapped(activation, readActivation),
    transpose,
    bias,
    scales: mapped(scale, readScale),
    codes: mapped(codes, (format, place) => printFormat(parseFormat(format, `--codes ${place}`))),
  });
}

function readActivation(text: string, layer: string): ChainActivation {
  const found = parseChainActivation(text);
  if (found !== undefined) return found;
  throw problems.optionValue(
    '--activation',
    `${layer}=${text}`,
    `LAYER=KIND, the kind ${CHAIN_ACTIVATIONS_WANTED}`,
  );
}

/** A power of two, or a decimal number. */
function readScale(text: string, place: string): number {
  const [, exponent] = /^2(?:\^|\*\*)([+-]?\d+)$/.exec(text) ?? [];
  const factor = exponent === undefined ? Number(text) : 2 ** Number(exponent);
  if (text.trim() !== '' && Number.isFinite(factor) && factor > 0) return factor;
  throw problems.optionValue(
    '--scale',
    place === 'all' ? text : `${place}=${text}`,
    'a factor above 0, such as 2^-8 or 0.5',
  );
}

/**
 * A name for a network whose weights lie there: of the folder or the file, and of the set, in the letters that Verilog
 * allows.
 */
export function nameOf(weights: string, set?: string): string {
  const place = path.parse(path.resolve(weights)).name;
  const stem = [place, ...(set === undefined ? [] : [set])].join('_').replace(/[^A-Za-z0-9_]+/g, '_');
  return /^[A-Za-z]/.test(stem) ? stem : `network_${stem}`;
}
