/** Pieces of WebAssembly text that more than one function is made of. */

export const times = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join('\n');

/** Bytes of one row's entry in a table: its image's address, its place in it before the tap is added, its own row's address. */
export const ROW_BYTES = 16;

/** The parameters of every function that reads windows: shape in pixels and channels, and where to read zeros. */
export const SOURCE = '(param $height i32) (param $width i32) (param $channels i32) (param $zeros i32)';

/** Sets `$target` to the pixel that a tap reads for the row whose entry is at `$row`; outside of the image to zeros. */
export const setPixel = (target: string, row: string): string => `
  (local.set $y (i32.add (i32.load offset=4 ${row}) (local.get $dy)))
  (local.set $x (i32.add (i32.load offset=8 ${row}) (local.get $dx)))
  (local.set ${target}
    (if (result i32) (i32.and
          (i32.lt_u (local.get $y) (local.get $height))
          (i32.lt_u (local.get $x) (local.get $width)))
      (then (i32.add (i32.load ${row}) (i32.shl
        (i32.mul (i32.add (i32.mul (local.get $y) (local.get $width)) (local.get $x)) (local.get $channels))
        (i32.const 2))))
      (else (local.get $zeros))))`;

/** Sets `$dy` and `$dx` to the tap that `$tap` points at. */
export const SET_TAP = `
  (local.set $dy (i32.load (local.get $tap)))
  (local.set $dx (i32.load offset=4 (local.get $tap)))`;

type Operation = 'add' | 'sub' | 'mul' | 'max' | 'min' | 'eq' | 'gt' | 'ge' | 'le';

/** Numbers that are worked on together: four at a time, or one. */
export interface Lanes {
  readonly bytes: number;
  /** Of one local's name: the local for this number of lanes. */
  readonly local: (name: string) => string;
  readonly type: string;
  readonly load: string;
  readonly store: string;
  readonly op: (name: Operation, a: string, b: string) => string;
  readonly floor: (a: string) => string;
  readonly constant: (value: string) => string;
  readonly splat: (value: string) => string;
  /** `a` where the mask is set, otherwise `b`. */
  readonly pick: (a: string, b: string, mask: string) => string;
}

const FOUR: Lanes = {
  bytes: 16,
  local: (name) => `$${name}_4`,
  type: 'v128',
  load: 'v128.load align=4',
  store: 'v128.store align=4',
  op: (name, a, b) => `(f32x4.${name} ${a} ${b})`,
  floor: (a) => `(f32x4.floor ${a})`,
  constant: (value) => `(f32x4.splat (f32.const ${value}))`,
  splat: (value) => `(f32x4.splat ${value})`,
  pick: (a, b, mask) => `(v128.bitselect ${a} ${b} ${mask})`,
};

const ONE: Lanes = {
  bytes: 4,
  local: (name) => `$${name}_1`,
  type: 'f32',
  load: 'f32.load',
  store: 'f32.store',
  op: (name, a, b) => `(f32.${name} ${a} ${b})`,
  floor: (a) => `(f32.floor ${a})`,
  constant: (value) => `(f32.const ${value})`,
  splat: (value) => value,
  pick: (a, b, mask) => `(select ${a} ${b} ${mask})`,
};

/** Locals of both numbers of lanes. */
export const lanesLocals = (...names: readonly string[]): string =>
  [FOUR, ONE]
    .map((lanes) => names.map((name) => `(local ${lanes.local(name)} ${lanes.type})`).join(' '))
    .join(' ');

/** Runs a body for all `$channels`, `$c` being the offset in bytes: four at a time, and the rest one by one. */
export const forChannels = (label: string, body: (lanes: Lanes) => string): string => `
  (local.set $c (i32.const 0))
  ${[FOUR, ONE]
    .map(
      (lanes) => `
  (block $${label}_end_${lanes.bytes}
    (loop $${label}_${lanes.bytes}
      (br_if $${label}_end_${lanes.bytes} (i32.gt_s
        (i32.add (local.get $c) (i32.const ${lanes.bytes}))
        (i32.shl (local.get $channels) (i32.const 2))))
      ${body(lanes)}
      (local.set $c (i32.add (local.get $c) (i32.const ${lanes.bytes})))
      (br $${label}_${lanes.bytes})))`,
    )
    .join('\n')}`;

/** The address of channel `$c` of the pixel or row at an address. */
export const channel = (base: string): string => `(i32.add (local.get ${base}) (local.get $c))`;

/** Runs a body for all channels of `$rows` rows; pointers go from row to row, `$bytes` being a row's length. */
export const forRows = (
  label: string,
  pointers: readonly string[],
  body: (lanes: Lanes) => string,
): string => `
  (local.set $bytes (i32.shl (local.get $channels) (i32.const 2)))
  (loop $${label}_rows
    ${forChannels(label, body)}
    ${pointers.map((name) => `(local.set ${name} (i32.add (local.get ${name}) (local.get $bytes)))`).join(' ')}
    (local.set $rows (i32.sub (local.get $rows) (i32.const 1)))
    (br_if $${label}_rows (local.get $rows)))`;

/** Channel `$c` of one of the lists that follow each other at an address, each `$bytes` long. */
export const inList = (base: string, list: number): string =>
  `(i32.add ${channel(base)} (i32.mul (local.get $bytes) (i32.const ${list})))`;

/** A loop over `$count` entries, `$entry` pointing at each in turn; the body runs at least once. */
export const forEntries = (
  label: string,
  entry: string,
  bytes: number,
  count: string,
  body: string,
): string => `
  (local.set $${label}_left (local.get ${count}))
  (loop $${label}
    ${body}
    (local.set ${entry} (i32.add (local.get ${entry}) (i32.const ${bytes})))
    (local.set $${label}_left (i32.sub (local.get $${label}_left) (i32.const 1)))
    (br_if $${label} (local.get $${label}_left)))`;
