import type { z } from 'zod';
import type { EspalierError } from '../core/errors.js';
import { nearest } from '../core/nearest.js';
import { present } from '../core/objects.js';
import { problems } from '../hardware/problems.js';
import type { RawInputs } from '../quantize/raw-inputs.js';
import type { Approach } from './architecture.js';
import { APPROACHES, ARCHITECTURES } from './architectures.js';
import { type BalanceOptions, balanced } from './balance-options.js';
import type { BoardChoice } from './board/build.js';
import { BOARD_KEYS, BOARD_OPTIONS, type BoardOptions, chooseBoard } from './board/choice.js';
import type { Choice } from './choice.js';
import { INPUT_OPTIONS } from './inputs.js';
import { STREAM_OPTIONS } from './stream.js';

/** The member `hardware` of a configuration: the architecture's name, the streams, and its options beside them. */
export interface HardwareConfig {
  readonly architecture: string;
  readonly stream?: z.input<typeof STREAM_OPTIONS>;
  /** Of some layers, by their names. */
  readonly layers?: Readonly<Record<string, LayerConfig>>;
  /** What goes in: input codes, or raw features as whole numbers. */
  readonly inputs?: z.input<typeof INPUT_OPTIONS>;
  /** A board to put the design on. */
  readonly board?: BoardOptions;
  readonly [option: string]: unknown;
}

/** What one layer is built by; its options stand beside those of `hardware`, if that has the same engine. */
export interface LayerConfig {
  /** A micro-architecture's name; absent: that of `hardware`. */
  readonly engine?: string;
  readonly [option: string]: unknown;
}

export interface Hardware {
  readonly stream: z.output<typeof STREAM_OPTIONS>;
  /** What the design is to be put on. */
  readonly board?: BoardChoice;
  /** What a layer is built by, where the configuration says it. */
  readonly choiceOf: (layer: string) => Choice | undefined;
  /** By what the others are chosen. */
  readonly balance?: BalanceOptions;
}

type Options = Readonly<Record<string, unknown>>;

/**
 * A configuration with all defaults.
 *
 * @param layers names of the network's layers
 * @throws hardware/*, targets/board-unknown, emit/board-link
 */
export function readHardware(config: HardwareConfig, layers: readonly string[]): Hardware {
  const {
    architecture: name,
    stream: given,
    layers: named = {},
    board: wantedBoard,
    inputs: _,
    ...own
  } = config;
  const approach = find(APPROACHES, name, 'hardware.architecture');
  const architecture = ARCHITECTURES.find((known) => known.name === name);
  const { options: said, placeOf } = readOptions(approach, own, {}, 'hardware', [
    'stream',
    'layers',
    'board',
    'inputs',
  ]);
  const choices = new Map(
    Object.entries(named).map(([layer, { engine, ...options }]) => {
      const place = `hardware.layers.${layer}`;
      if (!layers.includes(layer)) {
        throw problems.hardwareLayer('hardware.layers', layer, layers, nearest(layer, layers));
      }
      const found = find(ARCHITECTURES, engine ?? architecture?.name, `${place}.engine`);
      const inherited = found === architecture ? own : {};
      return [layer, { architecture: found, ...readOptions(found, options, inherited, place, ['engine']) }];
    }),
  );
  const board = readBoard(wantedBoard);
  // A link says what beats it takes, unless somebody else does.
  const stream = given ?? (board === undefined ? {} : { width: board.link.beats[0] });
  return {
    ...present({ board }),
    stream: fitOptions(STREAM_OPTIONS, stream, 'hardware.stream', (key) => {
      const known = Object.keys(STREAM_OPTIONS.shape);
      return problems.hardwareUnknownOption(
        `hardware.stream.${key}`,
        'the streams',
        known,
        nearest(key, known),
      );
    }),
    choiceOf: (layer) =>
      choices.get(layer) ??
      (architecture === undefined ? undefined : { architecture, options: said, placeOf }),
    ...(approach.name === balanced.name ? { balance: said as BalanceOptions } : {}),
  };
}

/**
 * Options with others above them; what these take the place of is gone.
 *
 * @param name of the architecture
 */
export function overridden(name: string, below: Options, above: Options): Options {
  const kept: Record<string, unknown> = { ...below };
  for (const pair of ARCHITECTURES.find((known) => known.name === name)?.alternatives ?? []) {
    if (pair.every((option) => above[option] === undefined)) continue;
    for (const option of pair) delete kept[option];
  }
  return { ...kept, ...above };
}

function find<T extends Approach>(list: readonly T[], wanted: string | undefined, place: string): T {
  const found = list.find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  const names = list.map(({ name }) => name);
  throw problems.hardwareArchitecture(place, wanted, names, nearest(wanted ?? '', names));
}

/**
 * @param given options that stand at `place`
 * @param inherited those that hold where nothing stands there
 * @param beside what may stand there besides
 */
function readOptions(
  { name, options, alternatives }: Approach,
  given: Options,
  inherited: Options,
  place: string,
  beside: readonly string[],
): Omit<Choice, 'architecture'> {
  for (const [one, other] of alternatives) {
    if (given[one] === undefined || given[other] === undefined) continue;
    throw problems.hardwareAlternatives(`${place}.${other}`, String(given[other]), `${place}.${one}`);
  }
  const placeOf = (option: string) => `${given[option] === undefined ? 'hardware' : place}.${option}`;
  return {
    options: fitOptions(options, overridden(name, inherited, given), place, (key) => {
      const known = [...Object.keys(options.shape), ...beside];
      const other = APPROACHES.find((one) => key in one.options.shape)?.name;
      if (other !== undefined) return problems.hardwareOtherOption(`${place}.${key}`, name, known, other);
      return problems.hardwareUnknownOption(
        `${place}.${key}`,
        `the ${name} architecture`,
        known,
        nearest(key, known),
      );
    }),
    placeOf,
  };
}

/** @throws targets/board-unknown, emit/board-link, hardware/* */
function readBoard(given: BoardOptions | undefined): BoardChoice | undefined {
  if (given === undefined) return undefined;
  const options = fitOptions(BOARD_OPTIONS, given, 'hardware.board', (key) =>
    problems.hardwareUnknownOption(`hardware.board.${key}`, 'a board', BOARD_KEYS, nearest(key, BOARD_KEYS)),
  );
  return chooseBoard(options);
}

/** What goes into the design: undefined for codes. @throws hardware/* */
export function readInputs({ inputs = 'codes' }: HardwareConfig): RawInputs | undefined {
  const options = fitOptions(INPUT_OPTIONS, inputs, 'hardware.inputs', (key) =>
    problems.hardwareUnknownOption(
      `hardware.inputs.${key}`,
      'the inputs',
      ['decimals'],
      nearest(key, ['decimals']),
    ),
  );
  if (options === 'codes') return undefined;
  return options === 'raw' ? {} : options;
}

function fitOptions<T>(
  shape: z.ZodType<T>,
  given: unknown,
  place: string,
  unknown: (key: string) => EspalierError,
): T {
  const result = shape.safeParse(given);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  if (issue.code === 'unrecognized_keys') throw unknown(issue.keys[0]);
  const value = issue.path.reduce<unknown>(
    (rest, key) => (rest as Record<PropertyKey, unknown>)?.[key],
    given,
  );
  throw problems.hardwareOption([place, ...issue.path].join('.'), JSON.stringify(value), issue.message);
}
