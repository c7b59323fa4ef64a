import { describe, expect, it } from 'vitest';
import { LINKS } from '../../src/emit/board/links/index.js';
import { FAMILIES } from '../../src/synth/families.js';
import { pinsOf } from '../../src/targets/board.js';
import { BOARDS } from '../../src/targets/boards/index.js';
import { CHIP_FAMILIES } from '../../src/targets/families.js';
import { boardNamed, familyOf, partOf } from '../../src/targets/find.js';
import { PARTS } from '../../src/targets/parts.js';
import { messageOf } from '../support/messages.js';

describe('boards', () => {
  it('have names of their own', () => {
    const names = BOARDS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !/^[a-z0-9-]+$/.test(name))).toEqual([]);
  });

  it.each(BOARDS.map((board) => [board.name, board] as const))('%s names no pin twice', (_, board) => {
    const uses = new Map<string, string[]>();
    for (const { use, at } of pinsOf(board)) uses.set(at.pin, [...(uses.get(at.pin) ?? []), use]);
    expect([...uses].filter(([, all]) => all.length > 1)).toEqual([]);
  });

  it.each(BOARDS.map((board) => [board.name, board] as const))(
    '%s has pins and standards of its family',
    (_, board) => {
      const { pin, standards } = familyOf(board);
      const strange = pinsOf(board).filter(({ at }) => !pin.test(at.pin) || !standards.includes(at.standard));
      expect(strange).toEqual([]);
    },
  );

  it.each(BOARDS.map((board) => [board.name, board] as const))('%s names its sources', (_, board) => {
    expect(board.sources.length).toBeGreaterThanOrEqual(2);
    expect(board.sources.filter(({ document }) => document.length < 10)).toEqual([]);
  });

  it.each(BOARDS.map((board) => [board.name, board] as const))('%s has what its links need', (_, board) => {
    expect(board.links.length).toBeGreaterThan(0);
    expect(board.links.includes('uart')).toBe(board.uart !== undefined);
    expect(LINKS.map(({ name }) => name)).toEqual(expect.arrayContaining([...board.links]));
    // Without an oscillator on a pin there is no way in but the processor system's.
    if (board.clock === undefined) expect(board.links.every((link) => link.startsWith('axi'))).toBe(true);
    const hasProcessor = board.links.some((link) => /^(axi|avalon)-/.test(link));
    expect(hasProcessor).toBe(/^(xc7z|xck|5CS)/.test(board.part));
    const files = board.links.some((link) => link.startsWith('axi')) ? /^[\w.]+:[\w-]+:part0$/ : /^$/;
    expect(board.boardFiles ?? '').toMatch(files);
  });

  it.each(BOARDS.map((board) => [board.name, board] as const))(
    '%s shows digits of seven segments, the point besides',
    (_, { sevenSegment }) => {
      if (sevenSegment?.kind === 'multiplexed') expect(sevenSegment.segments).toHaveLength(7);
      if (sevenSegment?.kind === 'direct') {
        for (const digit of sevenSegment.digits) expect([7, 8]).toContain(digit.length);
      }
    },
  );

  it('an unknown one is told with the nearest name', () => {
    expect(messageOf(() => boardNamed('basys-3'))).toBe(
      `board: got "basys-3", wanted one of ${BOARDS.map(({ name }) => name).join(', ')} ` +
        '(did you mean basys3?) [targets/board-unknown]',
    );
  });
});

describe('parts', () => {
  it.each(Object.entries(PARTS))('%s is called as its family calls them', (name, part) => {
    const matching = CHIP_FAMILIES.filter((family) => family.part.test(name)).map((family) => family.name);
    expect(matching).toEqual([part.family]);
  });

  it('are each on a board', () => {
    const used = new Set(BOARDS.map(({ part }) => part));
    expect(Object.keys(PARTS).filter((name) => !used.has(name as keyof typeof PARTS))).toEqual([]);
  });

  it('have resources', () => {
    for (const board of BOARDS) {
      const { logic, flipFlops, blockRams } = partOf(board);
      expect(Math.min(logic, flipFlops, blockRams.count, blockRams.bits)).toBeGreaterThan(0);
    }
  });
});

describe('chip families', () => {
  it('are synthesised by flows that there are', () => {
    const flows = new Set(FAMILIES.map(({ name }) => name));
    const named = CHIP_FAMILIES.flatMap(({ synthesis }) => (synthesis === undefined ? [] : [synthesis]));
    expect(named.filter((name) => !flows.has(name))).toEqual([]);
  });
});
