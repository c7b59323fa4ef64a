import { Argument, type Command } from 'commander';
import { whole } from '../../core/number-text.js';
import type { BoardRan } from '../../pipeline/simulate.js';
import type { CliCommand, Paint } from '../command.js';
import { wholeNumber } from '../option-parsers.js';

/** A board that holds a design, against the network. */
export const board: CliCommand = {
  name: 'board',
  summary: 'run samples through a board behind a serial line, and compare every answer',
  examples: [
    ['espalier board run build/mine --port /dev/ttyUSB0', 'corners and random vectors'],
    ['espalier board run models/wdbc --port /dev/ttyUSB1', 'a model: every row of its data too'],
  ],
  declare(command: Command) {
    command
      .addArgument(new Argument('<action>', 'what to do').choices(['run']))
      .argument('[place]', 'folder of a design or of a model (default: the model here)')
      .requiredOption('--port <name>', 'the serial port')
      .option(
        '--baud <rate>',
        'of the line (default: what the design was emitted for, or 115200)',
        wholeNumber('--baud', 1),
      )
      .option('--data <file>', 'a table whose rows are run too')
      .option('--label <column>', "that table's label, where the table does not tell")
      .option(
        '--random <n>',
        'random vectors, beside corners and rows (default: 200)',
        wholeNumber('--random'),
      )
      .option('--seed <n>', 'of the random vectors', wholeNumber('--seed'))
      .option('--retries <n>', 'how often a frame is sent again (default: 3)', wholeNumber('--retries'))
      .option(
        '--out <folder>',
        'where the records go (default: in build/board, named after the design and its folder)',
      );
  },
  async run([, place], { json: _, quiet: __, ...options }, { onProgress, paint }) {
    const { boardPlace } = await import('../../pipeline/simulate.js');
    const { describeBoardDifference } = await import('../../cosim/board/run.js');
    const { warnings, ...ran } = await boardPlace({ place, onProgress, port: options.port, ...options });
    const { difference, passed } = ran.record;
    const wrong = difference === null ? [] : ['', describeBoardDifference(difference)];
    return {
      result: ran,
      text: [...describe(ran, paint), ...wrong].join('\n'),
      status: passed ? 0 : 1,
      warnings,
    };
  },
};

function describe({ record, retried, design, folder }: Omit<BoardRan, 'warnings'>, paint: Paint): string[] {
  const { segments, samples, differing, passed } = record;
  const origins = segments
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => `${whole(count)} ${kind}`);
  return [
    `samples on the board  ${whole(samples)}: ${origins.join(', ')}`,
    `samples differing     ${paint(passed ? 'green' : 'red', whole(differing))}`,
    `frames sent again     ${whole(retried)}`,
    '',
    `design   ${design}`,
    `records  ${folder}`,
  ];
}
