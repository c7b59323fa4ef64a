import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import type { EspalierError, Problem } from '../core/errors.js';
import { sha256 } from '../core/hash.js';
import { nearest } from '../core/nearest.js';
import { problems as hardwareProblems } from '../hardware/problems.js';
import { lowerNetwork } from '../network/affine.js';
import { networkToJson } from '../network/json.js';
import type { QuantizedNetwork } from '../network/types.js';
import type { Architecture, BuildContext, Design } from './architecture.js';
import { ARCHITECTURES } from './architectures.js';
import { foldedOf } from './check-manifest.js';
import { companionFiles } from './folder.js';
import type { FileRecord, Manifest, RomRecord } from './manifest.js';
import { NameSpace } from './names.js';
import { primitiveNames, primitiveText } from './primitives.js';
import { markedWidth, printCoe, printMem, printMif, type RomImage } from './rom.js';
import { STREAM_OPTIONS, streamOf } from './stream.js';

/** The member `hardware` of a configuration: the architecture's name, the streams, and its options beside them. */
export interface HardwareConfig {
  readonly architecture: string;
  readonly stream?: z.input<typeof STREAM_OPTIONS>;
  readonly [option: string]: unknown;
}

/** What a design carries that does not follow from its network. */
export interface Beside {
  /** What the user was told when it was made. */
  readonly warnings?: readonly Problem[];
  readonly files?: ReadonlyMap<string, string>;
}

const SIMULATION_FOLDER = path.join(import.meta.dirname, '..', '..', 'sim');

/**
 * The complete, self-contained folder of a design, as path → text: `rtl/` (Verilog and its ROM images),
 * `vendor/` (the same images and a script for vendor tools), `network.json`, `manifest.json`, `README.md`.
 * The same network, configuration and generator give the same bytes.
 *
 * @param generator stated in every header: Espalier's version and the command that made the design
 * @param beside what was found out before, and files that go with the design, path → text
 * @throws hardware/*
 */
export function emitDesign(
  network: QuantizedNetwork,
  hardware: HardwareConfig,
  generator: Manifest['generator'],
  { warnings = [], files: others = new Map() }: Beside = {},
): Map<string, string> {
  const architecture = findArchitecture(hardware.architecture);
  const { options, stream } = readOptions(architecture, hardware);
  const affine = lowerNetwork(network);
  const modules = new NameSpace(reservedNames());
  const context: BuildContext = {
    top: modules.claim(affine.name),
    modules,
    network,
    layers: network.layers.map(({ name }) => name),
    stream: streamOf(affine, stream.width),
    generator,
  };
  const design = architecture.build(affine, options, context);
  const networkText = networkToJson(network);
  const files = new Map<string, string>();
  const sources = sourceFiles(design);
  for (const [file, text] of sources) files.set(file, text);
  for (const rom of design.roms) addRom(files, rom);
  files.set('network.json', networkText);
  const facts: Manifest = {
    schema: 'espalier/manifest',
    version: 2,
    name: affine.name,
    top: context.top,
    architecture: architecture.name,
    generator,
    network: { file: 'network.json', sha256: sha256(networkText) },
    sources: [...sources].map(fileRecord),
    roms: design.roms.map(romRecord),
    stream: context.stream,
    ...(design.samples === undefined ? {} : { samples: design.samples }),
    timing: design.timing,
    traces: design.traces,
    ...foldedOf(affine),
    warnings,
    ...(design.estimate === undefined ? {} : { estimate: design.estimate }),
    ...(design.synthesis === undefined ? {} : { synthesis: design.synthesis }),
  };
  for (const [file, text] of [...companionFiles(facts), ...others]) files.set(file, text);
  const listed = new Set(['network.json', ...[...facts.sources, ...facts.roms].map(({ file }) => file)]);
  const companions = [...files].filter(([file]) => !listed.has(file)).map(fileRecord);
  const manifest: Manifest = { ...facts, companions };
  files.set('manifest.json', `${JSON.stringify(manifest, null, 2)}\n`);
  return files;
}

function findArchitecture(name: string): Architecture {
  const found = ARCHITECTURES.find((architecture) => architecture.name === name);
  if (found !== undefined) return found;
  const known = ARCHITECTURES.map((architecture) => architecture.name);
  throw hardwareProblems.hardwareArchitecture(name, known, nearest(name, known));
}

function readOptions({ name, options }: Architecture, hardware: HardwareConfig) {
  const { architecture: _, stream = {}, ...own } = hardware;
  return {
    options: fitOptions(options, own, ['hardware'], (key) => {
      const known = [...Object.keys(options.shape), 'stream'];
      const other = ARCHITECTURES.find((architecture) => key in architecture.options.shape)?.name;
      const likely = nearest(key, known);
      return unknownOption(`hardware.${key}`, `the ${name} architecture`, known, { other, likely });
    }),
    stream: fitOptions(STREAM_OPTIONS, stream, ['hardware', 'stream'], (key) => {
      const known = Object.keys(STREAM_OPTIONS.shape);
      const likely = nearest(key, known);
      return unknownOption(`hardware.stream.${key}`, 'the streams', known, { other: undefined, likely });
    }),
  };
}

const unknownOption = hardwareProblems.hardwareUnknownOption;

function fitOptions<T>(
  shape: z.ZodType<T>,
  given: unknown,
  at: readonly string[],
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
  throw hardwareProblems.hardwareOption(
    [...at, ...issue.path].join('.'),
    JSON.stringify(value),
    issue.message,
  );
}

/** Names that a design's own modules must not have: those of the primitives and of what stands round it in simulation. */
const reservedNames = (): string[] => [
  ...primitiveNames(),
  ...readdirSync(SIMULATION_FOLDER)
    .filter((file) => path.extname(file) === '.v')
    .map((file) => path.basename(file, '.v')),
];

function sourceFiles({ primitives, sources }: Design): Map<string, string> {
  const files = new Map<string, string>();
  for (const name of primitives) files.set(`rtl/${name}.v`, primitiveText(name));
  for (const { file, text } of sources) files.set(`rtl/${file}`, text);
  return files;
}

function addRom(files: Map<string, string>, rom: RomImage): void {
  files.set(`rtl/${rom.name}.mem`, printMem(rom));
  files.set(`vendor/${rom.name}.coe`, printCoe(rom));
  files.set(`vendor/${rom.name}.mif`, printMif(rom));
}

const fileRecord = ([file, text]: readonly [string, string]): FileRecord => ({ file, sha256: sha256(text) });

function romRecord(rom: RomImage): RomRecord {
  return {
    file: `rtl/${rom.name}.mem`,
    sha256: sha256(printMem(rom)),
    layer: rom.layer,
    purpose: rom.purpose,
    width: markedWidth(rom),
    depth: rom.words.length,
  };
}
