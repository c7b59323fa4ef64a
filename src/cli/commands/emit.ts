import path from 'node:path';
import type { Command } from 'commander';
import { whole } from '../../core/number-text.js';
import { shellWord } from '../../core/shell.js';
import type { Manifest } from '../../emit/manifest.js';
import type { CliCommand } from '../command.js';
import { commandLine } from '../command-line.js';
import { designLines } from '../design-lines.js';
import { declareHardware } from '../hardware-options.js';
import { problems } from '../problems.js';
import { streamText } from '../stream-text.js';
import { cycles } from '../table.js';

/** Where a design went is not in the design, nor is any machine's path. */
const OPTION_KINDS = { silent: ['out', 'json', 'quiet'], paths: ['config'] };

/** An integer network → a design. */
export const emit: CliCommand = {
  name: 'emit',
  summary: 'Verilog from a network.json',
  examples: [
    ['espalier emit network.json --lanes 2', 'design in build/NAME, NAME being the name in the file'],
    [
      'espalier emit build/wdbc/design/network.json --architecture parallel --out build/unrolled',
      'another form of a design',
    ],
    [
      'espalier emit network.json --board basys3',
      'with a top module, constraints and a serial line for a board',
    ],
  ],
  declare(command: Command) {
    command
      .argument('<network>', 'a network.json: written by hand, by a tool, or by run and compile')
      .option('--config <file>', 'an espalier.yaml: its hardware; options win')
      .option('--out <folder>', 'where the design goes (default: build/NAME)');
    declareHardware(command);
  },
  async run([file], options) {
    if (file === undefined) throw problems.usage('espalier emit', 'no network');
    const { readText } = await import('../../core/files.js');
    const { blocking } = await import('../../core/early-exit.js');
    const { VERSION } = await import('../../core/version.js');
    const { emitDesign } = await import('../../emit/design.js');
    const { parseManifest } = await import('../../emit/read-design.js');
    const { networkFromJson } = await import('../../network/json.js');
    const { compileConfig } = await import('../../pipeline/compile-config.js');
    const { checkOutput, designFolder, writeOutput } = await import('../../pipeline/output-folder.js');
    const network = networkFromJson(readText(file), file);
    const { hardware } = compileConfig(options.config, options);
    const folder = options.out ?? path.join('build', network.name);
    const inputs = options.config === undefined ? [file] : [file, options.config];
    const output = designFolder(folder, { inputs, isChosen: options.out !== undefined });
    checkOutput(output);
    const command = commandLine(`espalier emit ${shellWord(path.basename(file))}`, options, OPTION_KINDS);
    const files = blocking(() => emitDesign(network, hardware, { version: VERSION, command }));
    writeOutput(output, files);
    const manifest = parseManifest(files.get('manifest.json') as string);
    const result = { folder, files: [...files.keys()].sort(), manifest };
    return { result, text: describe(folder, manifest), status: 0 };
  },
};

function describe(folder: string, manifest: Manifest): string {
  const { timing, roms, stream } = manifest;
  const bits = roms.reduce((sum, rom) => sum + rom.width * rom.depth, 0);
  return [
    `one inference every ${cycles(timing.interval)}, after ${whole(timing.latency)}; ${whole(bits)} ROM bits`,
    streamText(stream),
    '',
    ...designLines(folder, manifest),
  ].join('\n');
}
