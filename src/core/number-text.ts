/** A whole number with commas between its thousands: 12,345. */
export const whole = (value: number): string => value.toLocaleString('en-US');

/** A share as a percentage with one decimal: 97.9 %. */
export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
