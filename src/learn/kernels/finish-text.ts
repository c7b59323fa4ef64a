import { channel, forRows, inList, type Lanes, lanesLocals } from './text.js';

/**
 * Rows of sums become codes' values, or gradients by these gradients by the sums. A row's numbers have each a place in
 * four lists that follow each other at `$table`: what a sum is multiplied by to become a code, the least code, the
 * largest, and the value of code 1.
 */
const PARAMETERS = `
  (param $rows i32) (param $channels i32) (param $table i32)
  (param $negative f32) (param $bound f32) (param $least f32)`;

/** The number of this lane in one of the lists. */
const listed = ({ load }: Lanes, list: number): string => `(${load} ${inList('$table', list)})`;

/** Activates `$x` and scales it, into the local `scaled`. */
const setScaled = (lanes: Lanes): string => {
  const { op, constant, splat, local, load } = lanes;
  const x = `(local.get ${local('x')})`;
  const positive = op('min', op('max', x, constant('0')), splat('(local.get $bound)'));
  const negative = op('mul', splat('(local.get $negative)'), op('min', x, constant('0')));
  return `
  (local.set ${local('x')} (${load} ${channel('$at')}))
  (local.set ${local('scaled')} ${op('mul', op('add', positive, negative), listed(lanes, 0))})`;
};

/** Sums in place; a code is rounded up where what is left of it is `$least` or more. */
const FINISH = `
(func (export "finish") (param $at i32) ${PARAMETERS}
  (local $c i32) (local $bytes i32) ${lanesLocals('x', 'scaled', 'floor')}
  ${forRows('finish', ['$at'], (lanes) => {
    const { op, floor, constant, splat, pick, local, store } = lanes;
    const [scaled, down] = ['scaled', 'floor'].map((name) => `(local.get ${local(name)})`);
    const isUp = op('ge', op('sub', scaled, down), splat('(local.get $least)'));
    const code = op('add', down, pick(constant('1'), constant('0'), isUp));
    const kept = op('min', op('max', code, listed(lanes, 1)), listed(lanes, 2));
    return `${setScaled(lanes)}
    (local.set ${local('floor')} ${floor(scaled)})
    (${store} ${channel('$at')} ${op('mul', kept, listed(lanes, 3))})`;
  })})`;

/** Gradients at `$to` in place: nothing goes back of what saturates. */
const FINISH_GRADIENT = `
(func (export "finish_gradient") (param $at i32) (param $to i32) ${PARAMETERS}
  (local $c i32) (local $bytes i32) ${lanesLocals('x', 'scaled')}
  ${forRows('back', ['$at', '$to'], (lanes) => {
    const { op, constant, splat, pick, local, load, store } = lanes;
    const [x, scaled] = ['x', 'scaled'].map((name) => `(local.get ${local(name)})`);
    const zero = constant('0');
    const positive = pick(constant('1'), zero, op('le', x, splat('(local.get $bound)')));
    const slope = pick(positive, splat('(local.get $negative)'), op('gt', x, zero));
    const belowTop = pick(slope, zero, op('le', scaled, listed(lanes, 2)));
    const inside = pick(belowTop, zero, op('ge', scaled, listed(lanes, 1)));
    return `${setScaled(lanes)}
    (${store} ${channel('$to')} ${op('mul', `(${load} ${channel('$to')})`, inside)})`;
  })})`;

export const FINISH_FUNCTIONS = [FINISH, FINISH_GRADIENT];
