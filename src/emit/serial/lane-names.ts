export interface LaneNames {
  readonly lane: string;
  readonly sum: string;
  readonly sumValid: string;
  readonly sumSlot: string;
  /** Number of the operand in its sample, and the operand. */
  readonly index: string;
  readonly operand: string;
  readonly fault: string;
}

export function laneNames(prefix: string, lane: number): LaneNames {
  const stem = `${prefix}_lane${lane}`;
  return {
    lane: stem,
    sum: `${stem}_sum`,
    sumValid: `${stem}_sum_valid`,
    sumSlot: `${stem}_sum_slot`,
    index: `${stem}_index`,
    operand: `${stem}_operand`,
    fault: `${stem}_fault`,
  };
}

/** The register that keeps the sum of a slot for whoever goes on from it. */
export const keptSum = (prefix: string, lane: number, slot: number): string =>
  `${laneNames(prefix, lane).lane}_part${slot}_q`;
