import type { Problem } from '../core/errors.js';
import { sha256 } from '../core/hash.js';
import { present } from '../core/objects.js';
import { networkToJson } from '../network/json.js';
import type { QuantizedNetwork } from '../network/types.js';
import type { Generator } from './architecture.js';
import { benchFiles } from './bench/index.js';
import { putOnBoard } from './board/index.js';
import { storedSamples } from './board/stored.js';
import { designNetwork } from './design-network.js';
import { companionFiles } from './folder.js';
import type { HardwareConfig } from './hardware-config.js';
import { type FileRecord, type Manifest, romsOf } from './manifest.js';
import { printManifest } from './manifest-text.js';
import { type DesignPlan, planDesign } from './plan.js';
import { primitiveText } from './primitives.js';
import { projectFiles } from './project/index.js';
import { printCoe, printMem, printMif, type RomImage, romFile, romRecord } from './rom.js';

/** What a design carries that does not follow from its network. */
export interface Beside {
  /** What the user was told when it was made. */
  readonly warnings?: readonly Problem[];
  /** Input codes of samples for its test bench, and for a board without a host: of {@link designNetwork}'s network. */
  readonly rows?: readonly (readonly number[])[];
  readonly files?: ReadonlyMap<string, string>;
  readonly madeFrom?: Manifest['madeFrom'];
}

/**
 * The complete, self-contained folder of a design, as path → text: `rtl/` (Verilog and its ROM images),
 * `vendor/` (the same images and a script for vendor tools), `network.json`, `manifest.json`, `README.md`, and where a
 * board is wanted `board/` (its top module, links, constraints, projects).
 * Where whole numbers go in, the design's network has the quantizer as its first layer, and `network.json` is that one.
 * The same network, configuration and generator give the same bytes.
 *
 * @param generator stated in every header: Espalier's version and the command that made the design
 * @param beside what was found out before, and files that go with the design, path → text
 * @throws hardware/*, quantize/raw-*, targets/board-unknown, emit/board-*
 */
export function emitDesign(
  given: QuantizedNetwork,
  hardware: HardwareConfig,
  generator: Generator,
  { warnings = [], rows = [], files: others = new Map(), madeFrom }: Beside = {},
): Map<string, string> {
  const { network, ...inputs } = designNetwork(given, hardware);
  const plan = planDesign(network, hardware);
  const files = new Map<string, string>();
  const sources = sourceFiles(plan, generator);
  for (const [file, text] of sources) files.set(file, text);
  for (const rom of plan.roms) addRom(files, rom);
  const networkText = networkToJson(network);
  files.set('network.json', networkText);
  const { name, top, architecture, stream, timing, traces, folded, unreadInputs } = plan.facts;
  const { samples, frames, operands, kept, engines, fifos, estimate, synthesis } = plan.facts;
  const alone: Manifest = {
    schema: 'espalier/manifest',
    version: 2,
    name,
    top,
    architecture,
    generator,
    network: { file: 'network.json', sha256: sha256(networkText) },
    sources: [...sources].map(fileRecord),
    roms: plan.roms.map(romRecord),
    stream,
    ...present({ samples, frames, operands, kept }),
    timing,
    ...present({ engines, fifos }),
    traces,
    folded,
    unreadInputs,
    warnings,
    ...present({ madeFrom, estimate, synthesis, ...inputs }),
  };
  const stored = () => storedSamples(network, alone, rows);
  const onBoard = plan.board === undefined ? undefined : putOnBoard(alone, plan.board, stored);
  const facts: Manifest = onBoard === undefined ? alone : { ...alone, board: onBoard.facts };
  const beside = [
    ...companionFiles(facts, onBoard?.notes),
    ...benchFiles(network, facts, rows),
    ...projectFiles(facts, onBoard?.project),
    ...(onBoard?.files ?? []),
    ...others,
  ];
  for (const [file, text] of beside) files.set(file, text);
  const listed = new Set(['network.json', ...[...facts.sources, ...romsOf(facts)].map(({ file }) => file)]);
  const companions = [...files].filter(([file]) => !listed.has(file)).map(fileRecord);
  const manifest: Manifest = { ...facts, companions };
  files.set('manifest.json', printManifest(manifest));
  return files;
}

function sourceFiles({ primitives, print }: DesignPlan, generator: Generator): Map<string, string> {
  const files = new Map<string, string>();
  for (const name of primitives) files.set(`rtl/${name}.v`, primitiveText(name));
  for (const { file, text } of print(generator)) files.set(`rtl/${file}`, text);
  return files;
}

function addRom(files: Map<string, string>, rom: RomImage): void {
  files.set(romFile(rom), printMem(rom));
  files.set(`vendor/${rom.name}.coe`, printCoe(rom));
  files.set(`vendor/${rom.name}.mif`, printMif(rom));
}

const fileRecord = ([file, text]: readonly [string, string]): FileRecord => ({ file, sha256: sha256(text) });
