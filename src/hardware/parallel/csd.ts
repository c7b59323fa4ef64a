/** ±2^shift. */
export interface Digit {
  readonly shift: number;
  readonly negative: boolean;
}

/**
 * The canonical signed digits of a whole number within ±2^53: the fewest powers of two that add up to it, no two of
 * them neighbours; ascending (Reitwiesner, 1960).
 */
export function canonicalDigits(number: number): Digit[] {
  const digits: Digit[] = [];
  let rest = number;
  for (let shift = 0; rest !== 0; shift++) {
    if (rest % 2 !== 0) {
      // −1 where the next bit is 1 too: a run of ones becomes two digits.
      const digit = ((rest % 4) + 4) % 4 === 3 ? -1 : 1;
      digits.push({ shift, negative: digit < 0 });
      rest -= digit;
    }
    rest /= 2;
  }
  return digits;
}
