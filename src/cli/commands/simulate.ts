import { type Command, Option } from 'commander';
import { whole } from '../../core/number-text.js';
import { present } from '../../core/objects.js';
import type { MutationRecord } from '../../cosim/mutate.js';
import type { SimulationRecord } from '../../cosim/record.js';
import type { CliCommand, Paint } from '../command.js';
import { evaluationLines } from '../fidelity-text.js';
import { wholeNumber } from '../option-parsers.js';

/** A design against its network. */
export const simulate: CliCommand = {
  name: 'simulate',
  summary: 'co-simulate a design with its integer network, every output bit',
  examples: [
    ['espalier simulate build/mine', 'a design by `espalier compile`: corners and random vectors'],
    ['espalier simulate models/wdbc', 'a model: every row of its data too'],
    [
      'espalier simulate build/mine --trace-layers',
      'every activation too, and the neuron that differs first',
    ],
    ['espalier simulate build/mine --mutate 24', 'break it on purpose: is every break noticed?'],
    ['espalier simulate build/mine --engine embedded', 'without any program but Node'],
    ['espalier simulate build/mine --engine all', 'with every simulator that is there'],
  ],
  kept: 'compiled simulators and, but for --mutate, compared blocks are kept: the same command goes on from there',
  declare(command: Command) {
    command
      .argument('[place]', 'folder of a design or of a model (default: the model here)')
      .addOption(
        new Option(
          '--engine <name>',
          'simulator (default: verilator where it is installed, with some vectors on embedded; else embedded)',
        ).choices(['verilator', 'embedded', 'icarus', 'all']),
      )
      .option(
        '--random <n>',
        'random vectors, beside corners and rows of data (default: as many as take a minute, 1,000 to 100,000)',
        wholeNumber('--random'),
      )
      .option('--seed <n>', 'of random vectors and stalls', wholeNumber('--seed'))
      .addOption(
        new Option('--stalls <pattern>', 'how both streams hesitate').choices([
          'none',
          'random',
          'bursts',
          'long',
          'mixed',
          'patient',
          'resets',
        ]),
      )
      .option('--trace-layers', 'compare the activations of every layer too')
      .option(
        '--mutate <n>',
        'so many faults on purpose, each of which has to be noticed',
        wholeNumber('--mutate', 1),
      )
      .option('--data <file>', 'a table whose rows are run too, with accuracy and confusion')
      .option('--label <column>', "that table's label, where the table does not tell")
      .option(
        '--regressions <file>',
        'vectors that once failed: run first, and added to (a model has its own)',
      )
      .option(
        '--threads <n>',
        'simulators (or faults) at a time, 0 for one and no worker threads (default: one for each core)',
        wholeNumber('--threads'),
      )
      .option(
        '--out <folder>',
        'where the records go (default: in build/simulation, named after the design and its folder)',
      );
  },
  async run([place], { json: _, quiet: __, mutate, out, ...options }, { onProgress, paint }) {
    const { simulatePlace, mutatePlace } = await import('../../pipeline/simulate.js');
    if (mutate !== undefined) {
      const { engine, random, seed, data, label, threads } = options;
      const shared = present({ engine, random, seed, threads });
      const { design, record } = await mutatePlace({
        place,
        data,
        label,
        count: mutate,
        onProgress,
        ...shared,
      });
      return { result: { design, record }, text: describeMutants(record, paint), status: 0 };
    }
    const { describeDifference } = await import('../../cosim/record.js');
    const { warnings, ...simulated } = await simulatePlace({ place, out, onProgress, ...options });
    const { record, design, folder, evaluation } = simulated;
    const seenBy = record.differenceIn === record.engine.name ? '' : `${record.differenceIn}: `;
    const difference =
      record.difference === null ? [] : [`${seenBy}${describeDifference(record.difference)}`];
    const places = [`design   ${design}`, `records  ${folder}`];
    const tried = evaluation === null ? [] : [...evaluationLines(evaluation), ''];
    const text = [...tried, ...describeSimulation(record, paint), ...difference, '', ...places];
    return { result: simulated, text: text.join('\n'), status: record.passed ? 0 : 1, warnings };
  },
};

/** How many faults were noticed, and those that were not. */
export function describeMutants(
  { mutants, survivors, samples, engine }: MutationRecord,
  paint: Paint,
): string {
  const caught = mutants.length - survivors.length;
  const list = survivors.map(({ file, line, kind, before, after, sameCircuit }) => {
    const judged = sameCircuit ? ' (no fault: Yosys makes the same circuit of it)' : '';
    return `  ${file}:${line}: ${kind}: ${before} → ${after}${judged}`;
  });
  return [
    `faults   ${mutants.length}, each on ${whole(samples)} vectors by ${engine}`,
    `noticed  ${paint(survivors.length === 0 ? 'green' : 'yellow', String(caught))}`,
    ...(list.length === 0
      ? []
      : ['not noticed: they change no behaviour, or the vectors are too weak', ...list]),
  ].join('\n');
}

/** What was compared, and what came of it. */
export function describeSimulation(record: SimulationRecord, paint: Paint): string[] {
  const { segments, samples, differing, interval, latency, engine, stalls, stress, editedSources } = record;
  const origins = segments
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => `${whole(count)} ${kind}`);
  const cycles = ({ predicted, measured }: typeof interval) =>
    measured === null
      ? `${predicted} predicted, not measured`
      : `${predicted} predicted, ${measured.greatest} measured`;
  return [
    `vectors compared   ${whole(samples)}: ${origins.join(', ')}`,
    `samples differing  ${paint(record.passed ? 'green' : 'red', whole(differing))}`,
    `interval           ${cycles(interval)}`,
    `latency            ${cycles(latency)}`,
    `simulator          ${engine.version}, stalls ${stalls}`,
    `resets in mid-run  ${whole(stress.resets)}, with ${whole(stress.samples)} more samples; a sink that waits for valid`,
    ...record.others.map(({ engine: { version }, body, samples: compared, passed }) => {
      const verdict = passed ? paint('green', 'equal') : paint('red', 'different');
      return `${verdict} too          ${whole(compared)} vectors, body ${body}, by ${version}`;
    }),
    ...record.notCovered.map((reason) => paint('yellow', `not covered        ${reason}`)),
    ...(editedSources.length === 0
      ? []
      : [paint('yellow', `edited             since it was emitted: ${editedSources.join(', ')}`)]),
  ];
}
