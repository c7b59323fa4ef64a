import {
  channel,
  forChannels,
  forEntries,
  lanesLocals,
  ROW_BYTES,
  SET_TAP,
  SOURCE,
  setPixel,
  times,
} from './text.js';

const TAP_BYTES = 8;

const ROW_LOCALS = '(local $y i32) (local $x i32)';

/** Four pixels of four channels each, channel by channel: [channel][pixel]. */
const transposed = (store: (at: number, value: string) => string): string => {
  const pixel = (index: number) => `(v128.load align=4 ${channel(`$p${index}`)})`;
  const low = '0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23';
  const high = '8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31';
  const first = '0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23';
  const second = '8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31';
  return `
  (local.set $v0 ${pixel(0)}) (local.set $v1 ${pixel(1)}) (local.set $v2 ${pixel(2)}) (local.set $v3 ${pixel(3)})
  (local.set $t0 (i8x16.shuffle ${low} (local.get $v0) (local.get $v1)))
  (local.set $t1 (i8x16.shuffle ${low} (local.get $v2) (local.get $v3)))
  (local.set $t2 (i8x16.shuffle ${high} (local.get $v0) (local.get $v1)))
  (local.set $t3 (i8x16.shuffle ${high} (local.get $v2) (local.get $v3)))
  ${store(0, `(i8x16.shuffle ${first} (local.get $t0) (local.get $t1))`)}
  ${store(16, `(i8x16.shuffle ${second} (local.get $t0) (local.get $t1))`)}
  ${store(32, `(i8x16.shuffle ${first} (local.get $t2) (local.get $t3))`)}
  ${store(48, `(i8x16.shuffle ${second} (local.get $t2) (local.get $t3))`)}`;
};

/** What the taps read for rows, as panels of the left factor: [panel of 4 rows][tap][channel][4]. */
const GATHER_ROWS = `
(func (export "gather_rows")
  (param $row i32) (param $panels i32) (param $taps i32) (param $tap_count i32) ${SOURCE} (param $to i32)
  ${ROW_LOCALS} (local $tap i32) (local $dy i32) (local $dx i32) (local $c i32)
  (local $rows_left i32) (local $taps_left i32)
  (local $p0 i32) (local $p1 i32) (local $p2 i32) (local $p3 i32)
  (local $v0 v128) (local $v1 v128) (local $v2 v128) (local $v3 v128)
  (local $t0 v128) (local $t1 v128) (local $t2 v128) (local $t3 v128)
  ${forEntries(
    'rows',
    '$row',
    4 * ROW_BYTES,
    '$panels',
    `
    (local.set $tap (local.get $taps))
    ${forEntries(
      'taps',
      '$tap',
      TAP_BYTES,
      '$tap_count',
      `
      ${SET_TAP}
      ${times(4, (row) => setPixel(`$p${row}`, `(i32.add (local.get $row) (i32.const ${row * ROW_BYTES}))`))}
      ${forChannels('channels', ({ bytes }) =>
        bytes === 16
          ? `
        ${transposed((at, value) => `(v128.store offset=${at} (local.get $to) ${value})`)}
        (local.set $to (i32.add (local.get $to) (i32.const 64)))`
          : `
        ${times(4, (row) => `(f32.store offset=${4 * row} (local.get $to) (f32.load ${channel(`$p${row}`)}))`)}
        (local.set $to (i32.add (local.get $to) (i32.const 16)))`,
      )}`,
    )}`,
  )})`;

/**
 * What one tap reads for rows, turned over: [panel of 4 of k][row][4], where k counts the channels of all taps. Of the
 * channels those from `$begin` to `$end`, the first of them at `$k`.
 */
const GATHER_COLUMNS = `
(func (export "gather_columns")
  (param $row i32) (param $rows i32) (param $dy i32) (param $dx i32) ${SOURCE}
  (param $begin i32) (param $end i32) (param $k i32) (param $to i32) (param $panel_stride i32)
  ${ROW_LOCALS} (local $rows_left i32) (local $p i32) (local $c i32) (local $at i32) (local $step i32)
  ;; Fours lie in one panel only where both begin at a multiple of four.
  (local.set $step (if (result i32)
      (i32.and (i32.or (i32.or (local.get $begin) (local.get $end)) (local.get $k)) (i32.const 3))
    (then (i32.const 1)) (else (i32.const 4))))
  ${forEntries(
    'rows',
    '$row',
    ROW_BYTES,
    '$rows',
    `
    ${setPixel('$p', '(local.get $row)')}
    (local.set $c (local.get $begin))
    (loop $channels
      (local.set $at (i32.add (local.get $k) (i32.sub (local.get $c) (local.get $begin))))
      (local.set $at (i32.add (local.get $to) (i32.add
        (i32.mul (i32.shr_u (local.get $at) (i32.const 2)) (local.get $panel_stride))
        (i32.shl (i32.and (local.get $at) (i32.const 3)) (i32.const 2)))))
      (if (i32.eq (local.get $step) (i32.const 4))
        (then (v128.store (local.get $at)
          (v128.load align=4 (i32.add (local.get $p) (i32.shl (local.get $c) (i32.const 2))))))
        (else (f32.store (local.get $at)
          (f32.load (i32.add (local.get $p) (i32.shl (local.get $c) (i32.const 2)))))))
      (local.set $c (i32.add (local.get $c) (local.get $step)))
      (br_if $channels (i32.lt_s (local.get $c) (local.get $end))))
    (local.set $to (i32.add (local.get $to) (i32.const 16)))`,
  )})`;

/** Sums as `multiply` leaves them, to where the table's rows lie. */
const SCATTER = `
(func (export "scatter")
  (param $sums i32) (param $row i32) (param $rows i32) (param $right_panels i32) (param $columns i32)
  (local $r i32) (local $from i32) (local $to i32) (local $left i32)
  (loop $next_row
    (local.set $from (i32.add (local.get $sums) (i32.add
      (i32.shl (i32.mul (i32.shr_u (local.get $r) (i32.const 2)) (local.get $right_panels)) (i32.const 7))
      (i32.shl (i32.and (local.get $r) (i32.const 3)) (i32.const 5)))))
    (local.set $to (i32.load offset=12 (local.get $row)))
    (local.set $left (local.get $columns))
    (block $whole_end
      (loop $whole
        (br_if $whole_end (i32.lt_s (local.get $left) (i32.const 8)))
        (v128.store align=4 (local.get $to) (v128.load (local.get $from)))
        (v128.store offset=16 align=4 (local.get $to) (v128.load offset=16 (local.get $from)))
        (local.set $from (i32.add (local.get $from) (i32.const 128)))
        (local.set $to (i32.add (local.get $to) (i32.const 32)))
        (local.set $left (i32.sub (local.get $left) (i32.const 8)))
        (br $whole)))
    (block $rest_end
      (loop $rest
        (br_if $rest_end (i32.eqz (local.get $left)))
        (f32.store (local.get $to) (f32.load (local.get $from)))
        (local.set $from (i32.add (local.get $from) (i32.const 4)))
        (local.set $to (i32.add (local.get $to) (i32.const 4)))
        (local.set $left (i32.sub (local.get $left) (i32.const 1)))
        (br $rest)))
    (local.set $row (i32.add (local.get $row) (i32.const ${ROW_BYTES})))
    (local.set $r (i32.add (local.get $r) (i32.const 1)))
    (br_if $next_row (i32.lt_s (local.get $r) (local.get $rows)))))`;

/** to += what a tap reads times the table's row, channel by channel, over all rows: a depthwise filter's gradient. */
const DEPTHWISE_COLUMN = `
(func (export "depthwise_column")
  (param $row i32) (param $rows i32) (param $dy i32) (param $dx i32) ${SOURCE} (param $to i32)
  ${ROW_LOCALS} (local $rows_left i32) (local $p i32) (local $own i32) (local $c i32)
  ${forEntries(
    'rows',
    '$row',
    ROW_BYTES,
    '$rows',
    `
    ${setPixel('$p', '(local.get $row)')}
    (local.set $own (i32.load offset=12 (local.get $row)))
    ${forChannels(
      'channels',
      ({ load, store, op }) => `
      (${store} ${channel('$to')} ${op(
        'add',
        `(${load} ${channel('$to')})`,
        op('mul', `(${load} ${channel('$p')})`, `(${load} ${channel('$own')})`),
      )})`,
    )}`,
  )})`;

/** Row = sum over taps of what it reads times its weights [tap][channel], channel by channel. */
const DEPTHWISE_ROWS = `
(func (export "depthwise_rows")
  (param $row i32) (param $rows i32) (param $taps i32) (param $tap_count i32) ${SOURCE} (param $weights i32)
  ${ROW_LOCALS} (local $rows_left i32) (local $taps_left i32) (local $tap i32) (local $dy i32) (local $dx i32)
  (local $p i32) (local $own i32) (local $w i32) (local $c i32)
  ${forEntries(
    'rows',
    '$row',
    ROW_BYTES,
    '$rows',
    `
    (local.set $own (i32.load offset=12 (local.get $row)))
    (local.set $tap (local.get $taps))
    (local.set $w (local.get $weights))
    (memory.fill (local.get $own) (i32.const 0) (i32.shl (local.get $channels) (i32.const 2)))
    ${forEntries(
      'taps',
      '$tap',
      TAP_BYTES,
      '$tap_count',
      `
      ${SET_TAP}
      ${setPixel('$p', '(local.get $row)')}
      ${forChannels(
        'channels',
        ({ load, store, op }) => `
        (${store} ${channel('$own')} ${op(
          'add',
          `(${load} ${channel('$own')})`,
          op('mul', `(${load} ${channel('$p')})`, `(${load} ${channel('$w')})`),
        )})`,
      )}
      (local.set $w (i32.add (local.get $w) (i32.shl (local.get $channels) (i32.const 2))))`,
    )}`,
  )})`;

/** Runs a body for every tap that lies within the image, `$p` being its pixel and `$number` its number. */
const forTapsInside = (label: string, body: string): string => `
  (local.set $tap (local.get $taps))
  (local.set $number (f32.const 0))
  ${forEntries(
    label,
    '$tap',
    TAP_BYTES,
    '$tap_count',
    `
    ${SET_TAP}
    ${setPixel('$p', '(local.get $row)')}
    (if (local.get $p) (then ${body}))
    (local.set $number (f32.add (local.get $number) (f32.const 1)))`,
  )}`;

const POOL_LOCALS = `${ROW_LOCALS} (local $rows_left i32) (local $tap i32) (local $dy i32) (local $dx i32)
  (local $p i32) (local $own i32) (local $c i32) (local $number f32)`;

/** Gives every row's number to the first tap of its window that reads the largest one; `$offset` leads from there to the gradient. */
const MAX_POOL_GRADIENT = `
(func (export "max_pool_gradient")
  (param $row i32) (param $rows i32) (param $taps i32) (param $tap_count i32) ${SOURCE} (param $offset i32)
  ${POOL_LOCALS} ${lanesLocals('best', 'winner', 'value')}
  (local $find_16_left i32) (local $find_4_left i32) (local $give_16_left i32) (local $give_4_left i32)
  ${forEntries(
    'rows',
    '$row',
    ROW_BYTES,
    '$rows',
    `
    (local.set $own (i32.load offset=12 (local.get $row)))
    ${forChannels('channels', ({ bytes, local, load, store, op, constant, splat, pick }) => {
      const [best, winner, value] = ['best', 'winner', 'value'].map(local);
      const gradient = `(i32.add (local.get $offset) ${channel('$p')})`;
      return `
      (local.set ${best} ${constant('-inf')})
      (local.set ${winner} ${constant('-1')})
      ${forTapsInside(
        `find_${bytes}`,
        `
        (local.set ${value} (${load} ${channel('$p')}))
        (local.set ${winner} ${pick(
          splat('(local.get $number)'),
          `(local.get ${winner})`,
          op('gt', `(local.get ${value})`, `(local.get ${best})`),
        )})
        (local.set ${best} ${pick(
          `(local.get ${value})`,
          `(local.get ${best})`,
          op('gt', `(local.get ${value})`, `(local.get ${best})`),
        )})`,
      )}
      ${forTapsInside(
        `give_${bytes}`,
        `
        (${store} ${gradient} ${op(
          'add',
          `(${load} ${gradient})`,
          pick(
            `(${load} ${channel('$own')})`,
            constant('0'),
            op('eq', `(local.get ${winner})`, splat('(local.get $number)')),
          ),
        )})`,
      )}`;
    })}`,
  )})`;

/** Gives every row's numbers in equal shares to the taps of its window within the image. */
const AVERAGE_POOL_GRADIENT = `
(func (export "average_pool_gradient")
  (param $row i32) (param $rows i32) (param $taps i32) (param $tap_count i32) ${SOURCE} (param $offset i32)
  ${POOL_LOCALS} (local $count_left i32) (local $give_left i32) (local $inside f32)
  ${forEntries(
    'rows',
    '$row',
    ROW_BYTES,
    '$rows',
    `
    (local.set $own (i32.load offset=12 (local.get $row)))
    (local.set $inside (f32.const 0))
    ${forTapsInside('count', '(local.set $inside (f32.add (local.get $inside) (f32.const 1)))')}
    (local.set $inside (f32.div (f32.const 1) (local.get $inside)))
    ${forTapsInside(
      'give',
      `
      (local.set $p (i32.add (local.get $p) (local.get $offset)))
      ${forChannels(
        'channels',
        ({ load, store, op, splat }) => `
        (${store} ${channel('$p')} ${op(
          'add',
          `(${load} ${channel('$p')})`,
          op('mul', `(${load} ${channel('$own')})`, splat('(local.get $inside)')),
        )})`,
      )}`,
    )}`,
  )})`;

export const WINDOW_FUNCTIONS = [
  GATHER_ROWS,
  GATHER_COLUMNS,
  SCATTER,
  DEPTHWISE_ROWS,
  DEPTHWISE_COLUMN,
  MAX_POOL_GRADIENT,
  AVERAGE_POOL_GRADIENT,
];
