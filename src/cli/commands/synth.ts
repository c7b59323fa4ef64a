import path from 'node:path';
import { type Command, Option } from 'commander';
import { whole } from '../../core/number-text.js';
import { describeEstimate } from '../../report/summary.js';
import type { LongestPath } from '../../synth/longest-path.js';
import type { Resources } from '../../synth/resources.js';
import type { ModuleReport, SynthReport } from '../../synth/synthesize.js';
import type { CliCommand } from '../command.js';
import { wholeNumber } from '../option-parsers.js';
import { printTable } from '../table.js';

const TARGETS = ['xc7', 'xcup', 'cyclonev', 'ecp5', 'ice40'];
const DEFAULT_TIMEOUT_SECONDS = 1800;

/** What a design takes of a chip, by Yosys. */
export const synth: CliCommand = {
  name: 'synth',
  kept: 'finished steps of Yosys are kept, and the same command goes on from there',
  summary: 'synthesise a design with Yosys: LUTs, carry cells, registers, DSPs, RAMs, longest path',
  examples: [
    ['espalier synth build/mine', 'for AMD 7 series, out of context'],
    ['espalier synth build/mine --target ecp5 --yosys wasm', 'for Lattice ECP5, without a native Yosys'],
  ],
  declare(command: Command) {
    command
      .argument('<design>', 'folder of a design')
      .addOption(new Option('--target <family>', 'chip family').choices(TARGETS).default('xc7'))
      .addOption(
        new Option('--yosys <kind>', 'which Yosys (default: native where it is installed)').choices([
          'native',
          'wasm',
        ]),
      )
      .option(
        '--merge-adders',
        'let Yosys merge adder chains across modules, as its stock flow does; here that mostly costs LUTs',
      )
      .option(
        '--timeout <seconds>',
        `end Yosys when it takes longer (default: ${DEFAULT_TIMEOUT_SECONDS})`,
        wholeNumber('--timeout', 1),
      )
      .option(
        '--out <file>',
        'the report as JSON (default: in build/synth, named after the design, its folder and the family)',
      );
  },
  async run([folder], options, { onProgress }) {
    const { companionWarnings, readDesign } = await import('../../emit/read-design.js');
    const { findYosys } = await import('../../netlist/yosys.js');
    const { labelOf, synthesisFolder } = await import('../../pipeline/places.js');
    const { synthesize } = await import('../../synth/synthesize.js');
    const { addFile, checkFile } = await import('../../core/owned-folder.js');
    const design = readDesign(folder);
    const file =
      options.out ?? path.join(synthesisFolder('build'), `${labelOf(design)}-${options.target}.json`);
    checkFile(file);
    const report = await synthesize(design, await findYosys(options.yosys), {
      target: options.target,
      timeoutSeconds: options.timeout ?? DEFAULT_TIMEOUT_SECONDS,
      mergeAdders: options.mergeAdders ?? false,
      keptFolder: path.join('build', '.cache', 'synth'),
      onProgress,
    });
    addFile(file, `${JSON.stringify(report, null, 2)}\n`);
    const text = `${describeSynth(report)}\n\nreport  ${file}`;
    return { result: { file, report }, text, status: 0, warnings: companionWarnings(design) };
  },
};

const HEAD = [
  'module',
  'times',
  'LUTs',
  'carry',
  'registers',
  'DSP',
  'block RAM',
  'LUT RAM',
  'wide mux',
  'levels',
];

/** The report as tables. */
export function describeSynth(report: SynthReport): string {
  const { flattened, modules, estimate, yosys, target, design } = report;
  const sizes = Object.entries(flattened.resources.lutsBySize).map(
    ([inputs, count]) => `LUT${inputs} ${whole(count)}`,
  );
  const lines = [
    `${design} for ${target}, ${yosys}, out of context${report.mergeAdders ? ', adder chains merged' : ''}`,
    '',
    printTable(
      HEAD,
      [
        row('flattened', '', flattened),
        ...modules.map((module) => row(module.module, whole(module.instances), module)),
      ],
      { numeric: [1, 2, 3, 4, 5, 6, 7, 8, 9] },
    ),
    '',
    `LUTs by inputs, flattened  ${sizes.length === 0 ? 'none outside carry cells' : sizes.join(', ')}`,
    `longest path, flattened    ${describePath(flattened.longestPath)}`,
  ];
  if (estimate !== undefined) {
    lines.push(`cost model, for ${estimate.target}       ${describeEstimate(estimate)}`);
  }
  return lines.join('\n');
}

function row(name: string, times: string, { resources, longestPath }: ModuleReport): string[] {
  const counts: (keyof Resources)[] = [
    'luts',
    'carries',
    'flipFlops',
    'dsps',
    'blockRams',
    'lutRams',
    'wideMuxes',
  ];
  const levels = longestPath === undefined ? 'loop' : whole(longestPath.levels);
  return [name, times, ...counts.map((key) => whole(resources[key] as number)), levels];
}

function describePath(path: LongestPath | undefined): string {
  if (path === undefined) return 'a combinational loop';
  return `${whole(path.levels)} levels: ${whole(path.luts)} LUTs, ${whole(path.carries)} carry cells`;
}
