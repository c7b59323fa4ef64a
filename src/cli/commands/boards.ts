import { whole } from '../../core/number-text.js';
import type { Board, Button, Uart } from '../../targets/board.js';
import type { CliCommand } from '../command.js';
import { printTable } from '../table.js';

/** The boards that Espalier knows, and what it knows of one. */
export const boards: CliCommand = {
  name: 'boards',
  summary: 'the boards that are known: chip, size, pins, links',
  examples: [
    ['espalier boards', 'all of them'],
    ['espalier boards basys3', 'one, with its pins and where they were looked up'],
  ],
  declare(command) {
    command.argument('[board]', 'a board by its name');
  },
  async run([name]) {
    const { BOARDS } = await import('../../targets/boards/index.js');
    const { boardNamed, familyOf, partOf } = await import('../../targets/find.js');
    const described = (board: Board) => ({
      ...board,
      family: familyOf(board).name,
      resources: partOf(board),
    });
    if (name !== undefined) {
      const board = boardNamed(name);
      const part = partOf(board);
      const size = `${whole(part.logic)} ${part.logicUnit}, ${whole(part.flipFlops)} flip-flops`;
      const rams = `${part.blockRams.count} block RAMs of ${part.blockRams.bits / 1024} kbit`;
      const chip = [`${familyOf(board).title}, ${board.part}`, `${size}, ${rams}, ${part.dsps} DSP`];
      return { result: described(board), text: describe(board, chip), status: 0 };
    }
    const rows = BOARDS.map((board) => {
      const { logic, logicUnit, dsps } = partOf(board);
      const links = board.links.join(', ');
      return [board.name, board.title, board.part, `${whole(logic)} ${logicUnit}`, String(dsps), links];
    });
    const head = ['board', 'title', 'part', 'logic', 'DSP', 'links'];
    return { result: BOARDS.map(described), text: printTable(head, rows, { numeric: [3, 4] }), status: 0 };
  },
};

/** @param chip lines on the part */
function describe(board: Board, chip: readonly string[]): string {
  const pins = (all: readonly { pin: string }[]) => all.map(({ pin }) => pin).join(' ') || 'none';
  const button = ({ label, pin, active }: Button) => `${label} ${pin}${active === 0 ? ' (low)' : ''}`;
  const { clock, reset, uart } = board;
  const lines: [string, string][] = [
    ['clock', clock === undefined ? 'from the processor system' : `${clock.pin}, ${clock.hertz / 1e6} MHz`],
    ['reset', reset === undefined ? 'at power-up only' : button(reset)],
    ['buttons', board.buttons.map(button).join(', ') || 'none'],
    ['switches', pins(board.switches)],
    ['LEDs', pins(board.leds)],
    ...(board.sevenSegment === undefined
      ? []
      : [['digits', `${board.sevenSegment.digits.length}`] satisfies [string, string]]),
    [
      'uart',
      uart === undefined ? 'none' : `receives on ${uart.rx.pin}, sends on ${uart.tx.pin}, ${via(uart)}`,
    ],
    ['links', board.links.join(', ')],
  ];
  return [
    board.title,
    ...chip,
    '',
    ...lines.map(([what, said]) => `${what.padEnd(8)}  ${said}`),
    '',
    'Looked up in',
    ...board.sources.map(({ document }) => `  ${document}`),
  ].join('\n');
}

function via({ by }: Uart): string {
  if (typeof by === 'object') return `an adapter on ${by.header}`;
  return by === 'usb' ? "by the board's USB" : 'by RS-232';
}
