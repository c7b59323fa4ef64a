import { times } from './text.js';

/** Rows of a panel of the left factor, and columns of a panel of the right one: what the micro-kernel holds in registers. */
export const PANEL_ROWS = 4;
export const PANEL_COLUMNS = 8;

const accumulators = (text: (name: string, row: number, half: number) => string): string =>
  times(PANEL_ROWS, (row) => times(2, (half) => text(`$c${row}${half}`, row, half)));

/**
 * A column of the left panel times a row of the right one, added to the 4 x 8 sums, `$left` times. V8 keeps them in registers
 * as long as one step stands in the loop: with four it reaches three quarters of that speed.
 */
const STEPS = `
  (loop $steps
    (local.set $b0 (v128.load (local.get $pb)))
    (local.set $b1 (v128.load offset=16 (local.get $pb)))
    ${times(
      PANEL_ROWS,
      (row) => `
    (local.set $x (v128.load32_splat offset=${row * 4} (local.get $pa)))
    (local.set $c${row}0 (f32x4.add (local.get $c${row}0) (f32x4.mul (local.get $x) (local.get $b0))))
    (local.set $c${row}1 (f32x4.add (local.get $c${row}1) (f32x4.mul (local.get $x) (local.get $b1))))`,
    )}
    (local.set $pa (i32.add (local.get $pa) (i32.const ${PANEL_ROWS * 4})))
    (local.set $pb (i32.add (local.get $pb) (i32.const ${PANEL_COLUMNS * 4})))
    (br_if $steps (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))`;

/**
 * sums += left · right, for panels of both: left [panel][k][4], right [panel][k][8], sums [left panel][right panel][4][8].
 * Every sum begins at 0 and takes its products in the order of k; only then is it added to what was there.
 */
const MULTIPLY = `
(func (export "multiply")
  (param $left_panels i32) (param $right_panels i32) (param $k i32)
  (param $a i32) (param $a_stride i32) (param $b i32) (param $b_stride i32) (param $sums i32)
  (local $i i32) (local $j i32) (local $left i32) (local $pa i32) (local $pb i32) (local $c i32)
  (local $x v128) (local $b0 v128) (local $b1 v128)
  ${accumulators((name) => `(local ${name} v128)`)}
  (loop $columns
    (local.set $i (i32.const 0))
    (loop $rows
      (local.set $pa (i32.add (local.get $a) (i32.mul (local.get $i) (local.get $a_stride))))
      (local.set $pb (i32.add (local.get $b) (i32.mul (local.get $j) (local.get $b_stride))))
      (local.set $left (local.get $k))
      ${accumulators((name) => `(local.set ${name} (v128.const i32x4 0 0 0 0))`)}
      ${STEPS}
      (local.set $c (i32.add (local.get $sums) (i32.shl
        (i32.add (i32.mul (local.get $i) (local.get $right_panels)) (local.get $j))
        (i32.const 7))))
      ${accumulators((name, row, half) => {
        const at = `offset=${row * 32 + half * 16} (local.get $c)`;
        return `(v128.store ${at} (f32x4.add (v128.load ${at}) (local.get ${name})))`;
      })}
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $rows (i32.lt_s (local.get $i) (local.get $left_panels))))
    (local.set $j (i32.add (local.get $j) (i32.const 1)))
    (br_if $columns (i32.lt_s (local.get $j) (local.get $right_panels)))))`;

/** A matrix [k][column], with any strides, as panels [panel][k][8]; columns that are not there are 0. */
const PACK_RIGHT = `
(func (export "pack_right")
  (param $from i32) (param $k_stride i32) (param $column_stride i32) (param $k i32) (param $columns i32) (param $to i32)
  (local $column i32) (local $row i32) (local $lane i32) (local $p i32)
  (loop $panels
    (local.set $row (i32.const 0))
    (loop $rows
      (local.set $p (i32.add (local.get $from) (i32.add
        (i32.mul (local.get $row) (local.get $k_stride))
        (i32.mul (local.get $column) (local.get $column_stride)))))
      (if (i32.and
            (i32.eq (local.get $column_stride) (i32.const 4))
            (i32.le_s (i32.add (local.get $column) (i32.const 8)) (local.get $columns)))
        (then
          (v128.store (local.get $to) (v128.load align=4 (local.get $p)))
          (v128.store offset=16 (local.get $to) (v128.load offset=16 align=4 (local.get $p))))
        (else
          (v128.store (local.get $to) (v128.const i32x4 0 0 0 0))
          (v128.store offset=16 (local.get $to) (v128.const i32x4 0 0 0 0))
          (local.set $lane (i32.const 0))
          (loop $lanes
            (if (i32.lt_s (i32.add (local.get $column) (local.get $lane)) (local.get $columns))
              (then (f32.store
                (i32.add (local.get $to) (i32.shl (local.get $lane) (i32.const 2)))
                (f32.load (i32.add (local.get $p) (i32.mul (local.get $lane) (local.get $column_stride)))))))
            (local.set $lane (i32.add (local.get $lane) (i32.const 1)))
            (br_if $lanes (i32.lt_s (local.get $lane) (i32.const 8))))))
      (local.set $to (i32.add (local.get $to) (i32.const 32)))
      (local.set $row (i32.add (local.get $row) (i32.const 1)))
      (br_if $rows (i32.lt_s (local.get $row) (local.get $k))))
    (local.set $column (i32.add (local.get $column) (i32.const 8)))
    (br_if $panels (i32.lt_s (local.get $column) (local.get $columns)))))`;

export const PRODUCT_FUNCTIONS = [MULTIPLY, PACK_RIGHT];
