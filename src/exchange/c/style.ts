/**
 * `tables`: the non-zero weights and the inputs they read as constant tables, walked by a loop; the least flash.
 * `unrolled`: one expression per unit, weights as constants in it; the fastest.
 */
export type CStyle = 'tables' | 'unrolled';
export const C_STYLES: readonly CStyle[] = ['tables', 'unrolled'];
