import { nearest } from '../core/nearest.js';
import type { Board } from './board.js';
import { BOARDS } from './boards/index.js';
import { CHIP_FAMILIES, type ChipFamily } from './families.js';
import { PARTS, type Part } from './parts.js';
import { problems } from './problems.js';

/** @throws targets/board-unknown */
export function boardNamed(name: string): Board {
  const board = BOARDS.find((one) => one.name === name);
  if (board !== undefined) return board;
  const names = BOARDS.map((one) => one.name);
  throw problems.boardUnknown(name, names, nearest(name, names));
}

export const partOf = (board: Board): Part => PARTS[board.part];

/** The chip family of a board's part. */
export function familyOf(board: Board): ChipFamily {
  const { family } = partOf(board);
  return CHIP_FAMILIES.find(({ name }) => name === family) as ChipFamily;
}
