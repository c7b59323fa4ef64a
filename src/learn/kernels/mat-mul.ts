import { broadcast_util } from '@tensorflow/tfjs-core';
import { type Call, size } from './call.js';
import type { Kernel } from './kernel.js';
import type { Address } from './machine.js';
import type { Windows } from './window.js';

/** Products of matrices, one for each place of a batch; a batch of one goes with every other. */
export const batchMatMul: Kernel = {
  name: 'BatchMatMul',
  compute(call, { a, b }, { transposeA, transposeB }) {
    const [aBatch, bBatch] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
    const batch = broadcast_util.assertAndGetBroadcastShape(aBatch, bBatch);
    const [depth, rows] = turned(a.shape.slice(-2), !transposeA);
    const [depthOfB, columns] = turned(b.shape.slice(-2), Boolean(transposeB));
    if (depth !== depthOfB) throw new Error(`matrices of ${a.shape} and ${b.shape} have no product`);
    const count = size(batch);
    const out = call.room(count * rows * columns);
    const [left, right] = [call.input(a), call.input(b)];
    const product = {
      rows,
      depth,
      columns,
      transposeA: Boolean(transposeA),
      transposeB: Boolean(transposeB),
    };
    for (let index = 0; index < count; index++) {
      multiply(call, product, {
        left: left + (index % size(aBatch)) * rows * depth * 4,
        right: right + (index % size(bBatch)) * depth * columns * 4,
        to: out + index * rows * columns * 4,
      });
    }
    return call.output(out, [...batch, rows, columns]);
  },
};

interface Product {
  readonly rows: number;
  readonly depth: number;
  readonly columns: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

const turned = ([first, second]: readonly number[], turn: boolean): readonly [number, number] =>
  turn ? [second, first] : [first, second];

/** One product: its rows are windows of one tap over an image of one pixel for each row of the left matrix. */
function multiply(
  call: Call,
  { rows, depth, columns, transposeA, transposeB }: Product,
  { left, right, to }: { readonly left: Address; readonly right: Address; readonly to: Address },
): void {
  const [kStride, columnStride] = transposeB ? [1, depth] : [columns, 1];
  if (transposeA) {
    const windows = rowsAsWindows(call, left, depth, rows, to, columns);
    const strides = { at: right, rowStride: kStride * 4, columnStride: columnStride * 4 };
    call.run({ kind: 'columnProduct', job: { windows, right: strides, columns, to } });
  } else {
    const windows = rowsAsWindows(call, left, rows, depth, to, columns);
    call.run({
      kind: 'rowProduct',
      job: { windows, right: call.packed(right, [kStride, columnStride], depth, columns) },
    });
  }
}

function rowsAsWindows(
  call: Call,
  source: Address,
  width: number,
  channels: number,
  to: Address,
  columns: number,
): Windows {
  const grid = { height: 1, width };
  return {
    images: 1,
    source,
    height: 1,
    width,
    channels,
    ...call.taps([{ y: 0, x: 0 }], channels),
    grid,
    stride: { y: 1, x: 1 },
    rows: { at: to, ...grid, columns, first: { y: 0, x: 0 }, step: { y: 1, x: 1 } },
  };
}
