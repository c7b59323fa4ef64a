import { z } from 'zod';
import { nearest } from '../../core/nearest.js';
import type { Board } from '../../targets/board.js';
import { boardNamed, familyOf, partOf } from '../../targets/find.js';
import { problems } from '../problems.js';
import type { BoardChoice, BoardLink } from './build.js';
import { LINKS } from './links/index.js';

const NAME = 'the name of a board, as `espalier boards` lists them';
const MEGAHERTZ = 'a frequency in MHz, from 1 to 400';
const BAUD = 'bits a second, from 1200 to 12000000';

const CHOICE = z.strictObject({
  name: z.string(NAME),
  link: z
    .string('the name of a link')
    .optional()
    .describe('How a host reaches the design; absent: the first one that the board has.'),
  clock: z
    .number(MEGAHERTZ)
    .min(1, MEGAHERTZ)
    .max(400, MEGAHERTZ)
    .optional()
    .describe(
      "MHz of the design's clock; absent: that of the board's oscillator, of a processor system 100.",
    ),
  baud: z
    .int(BAUD)
    .min(1200, BAUD)
    .max(12_000_000, BAUD)
    .optional()
    .describe('Of a serial line; absent: 115200.'),
});

/** The member `board` of `hardware`: a name, or a name with choices beside it. */
export const BOARD_OPTIONS = z.union([z.string(NAME), CHOICE], { error: NAME });

export const BOARD_KEYS = Object.keys(CHOICE.shape);

export type BoardOptions = z.output<typeof BOARD_OPTIONS>;

const DEFAULT_BAUD = 115_200;
/** Of the clock that a processor system gives. */
const PROCESSOR_HERTZ = 100_000_000;
const MEGA = 1e6;

/** @throws targets/board-unknown, emit/board-link */
export function chooseBoard(options: BoardOptions): BoardChoice {
  const given = typeof options === 'string' ? { name: options } : options;
  const { name, link, clock, baud = DEFAULT_BAUD }: z.output<typeof CHOICE> = given;
  const board = boardNamed(name);
  const chosen = linkOf(
    board,
    link ?? LINKS.find((one) => board.links.includes(one.name))?.name ?? board.links[0],
  );
  return {
    board,
    part: partOf(board),
    family: familyOf(board),
    link: chosen,
    hertz: clock === undefined ? hertzOf(board, chosen) : Math.round(clock * MEGA),
    baud,
  };
}

const hertzOf = ({ clock }: Board, link: BoardLink): number =>
  link.clock === 'processor' || clock === undefined ? PROCESSOR_HERTZ : clock.hertz;

function linkOf(board: Board, name: string): BoardLink {
  const known = LINKS.filter((link) => board.links.includes(link.name));
  const found = known.find((link) => link.name === name);
  if (found !== undefined) return found;
  const names = known.map((link) => link.name);
  throw problems.boardLink(board.title, name, names, nearest(name, names));
}
