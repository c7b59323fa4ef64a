import { type Command, Option } from 'commander';
import type { RunStage, StageState } from '../../pipeline/engine.js';
import { STAGE_NAMES } from '../../pipeline/stages/index.js';
import type { ReportNumbers } from '../../report/numbers.js';
import type { CliCommand, CommandOutcome, Options, Surroundings, TaskList } from '../command.js';
import { wholeNumber, wholeNumbers } from '../option-parsers.js';

/** A model's whole way: data → training → pruning → quantization → Verilog → co-simulation → report. */
export const run: CliCommand = {
  name: 'run',
  summary: 'from data to verified Verilog and a report; keeps what has not changed',
  examples: [
    ['espalier run models/wdbc', 'everything that is not up to date'],
    ['espalier run models/wdbc --study', 'all techniques compared, cross-validated; minutes, resumable'],
    ['espalier run --from quantize', 'quantization and all that follows, again'],
    ['espalier run --seed 7 --build build/seed7', 'another random start, beside the first'],
    ['espalier run --seeds 1,2,3,4,5', 'how good the integer network is on the mean: no hardware is made'],
    ['espalier run --json > result.json', 'for scripts: progress on stderr, the result on stdout'],
  ],
  kept: 'finished stages and epochs are kept, and the next run goes on from there',
  declare(command: Command) {
    command
      .argument('[model]', 'folder with an espalier.yaml (default: this one, or the only one in models/)')
      .addOption(new Option('--from <stage>', 'run again from this stage on').choices(STAGE_NAMES))
      .addOption(new Option('--until <stage>', 'stop after this stage').choices(STAGE_NAMES))
      .option('--study', 'also compare all techniques: variants, cross-validation, costs')
      .option('--force', 'run every stage again')
      .option('--seed <n>', 'in place of the configuration’s', wholeNumber('--seed'))
      .addOption(
        new Option('--seeds <list>', 'a run for each, up to its integer network, and the means of accuracies')
          .argParser(wholeNumbers('--seeds'))
          .conflicts(['seed', 'study']),
      )
      .option('--build <folder>', 'where the products go (default: build)');
  },
  async run([model], options, surroundings) {
    if (options.seeds !== undefined) return runOfSeeds(model, options, surroundings);
    const { tasks, onProgress, paint } = surroundings;
    const { runModel } = await import('../../pipeline/run.js');
    const { summaryText } = await import('../summary-text.js');
    const { products, warnings, ...run } = await runModel({
      ...options,
      model,
      onProgress,
      onStage: shownIn(tasks),
    });
    const folders = run.stages.map(({ name, folder }) => `${name.padEnd(9)} ${folder}`);
    const summary = products.get('report')?.json<ReportNumbers>('report.json').summary;
    if (summary === undefined) return { result: run, text: folders.join('\n'), status: 0, warnings };
    const places = [
      `report    ${run.report}`,
      `Verilog   ${products.get('design')?.folder}`,
      `weights   ${products.get('weights')?.folder}`,
    ];
    return {
      result: { ...run, summary },
      text: ['', summaryText(summary, paint), '', ...places].join('\n'),
      status: summary.simulation.passed ? 0 : 1,
      warnings,
    };
  },
};

async function runOfSeeds(
  model: string | undefined,
  { seeds, ...options }: Options,
  { tasks, onProgress }: Surroundings,
): Promise<CommandOutcome> {
  const { runSeeds } = await import('../../pipeline/seeds.js');
  const { seedsText } = await import('../summary-text.js');
  let current = '';
  const { warnings, ...result } = await runSeeds({
    ...options,
    model,
    seeds,
    onProgress,
    onSeed: (seed) => {
      current = `seed ${seed}: `;
    },
    onStage: shownIn(tasks, () => current),
  });
  return { result, text: seedsText(result), status: 0, warnings };
}

/** Stages as tasks: with the seconds they took, or that they were kept. */
export function shownIn(tasks: TaskList, before = () => '') {
  let began = 0;
  return (stage: RunStage, state: 'begins' | StageState) => {
    if (state === 'begins') {
      began = performance.now();
      tasks.begin(before() + stage.title);
    } else {
      tasks.end(state === 'kept' ? 'unchanged' : `${((performance.now() - began) / 1000).toFixed(1)} s`);
    }
  };
}
