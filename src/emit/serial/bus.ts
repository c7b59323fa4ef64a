import type { Slots } from '../../hardware/slots.js';

/** Bits of a bus of slots. */
export const busWidth = ({ count: n, width }: Pick<Slots, 'count' | 'width'>): number => n * width;

/** Bits of a number below `values`. */
export const bitsFor = (values: number): number => Math.max(1, Math.ceil(Math.log2(values)));
