import type { Slots } from '../../hardware/slots.js';

/** Bits of a bus of slots. */
export const busWidth = ({ count: n, width }: Pick<Slots, 'count' | 'width'>): number => n * width;
