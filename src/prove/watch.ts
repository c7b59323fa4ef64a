/** What a prover says of itself while it works, and whether it is to come to an end. */
export interface Watch {
  /** How many states were visited and how many fields were compared until now. */
  tell(states: number, fields: number): void;
  isOver(): boolean;
}

/** Counts of all segments, in memory that threads share, and when to end: plain data. */
export interface Scoreboard {
  readonly counts: SharedArrayBuffer;
  /** In milliseconds since 1970; absent where there is no limit. */
  readonly deadline?: number;
}

export interface Counts {
  readonly states: number;
  readonly fields: number;
}

export const makeScoreboard = (segments: number): SharedArrayBuffer =>
  new SharedArrayBuffer(2 * segments * Int32Array.BYTES_PER_ELEMENT);

/** @param segment its number on the board */
export function watchFor({ counts, deadline }: Scoreboard, segment: number, onTell = () => {}): Watch {
  const board = new Int32Array(counts);
  return {
    tell(states, fields) {
      Atomics.store(board, 2 * segment, states);
      Atomics.store(board, 2 * segment + 1, fields);
      onTell();
    },
    isOver: () => deadline !== undefined && Date.now() >= deadline,
  };
}

export function countsOf({ counts }: Scoreboard, segment: number): Counts {
  const board = new Int32Array(counts);
  const [states, fields] = [2 * segment, 2 * segment + 1].map((at) => Atomics.load(board, at));
  return { states, fields };
}
