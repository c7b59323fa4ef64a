import { channel, forRows, inList, type Lanes, lanesLocals } from './text.js';

/** Rows of channels; lists have a number for each channel, and follow each other at `$lists`. */
const ROWS = '(param $at i32) (param $rows i32) (param $channels i32) (param $lists i32)';

const listed = ({ load }: Lanes, list: number): string => `(${load} ${inList('$lists', list)})`;

/** Adds to the channels of list 0, which are the sums. */
const addTo = (lanes: Lanes, what: string): string =>
  `(${lanes.store} ${channel('$lists')} ${lanes.op('add', listed(lanes, 0), what)})`;

const numberAt = ({ load }: Lanes, pointer: string): string => `(${load} ${channel(pointer)})`;

/** Lists: sums. */
const SUMS = `
(func (export "channel_sums") ${ROWS}
  (local $c i32) (local $bytes i32)
  ${forRows('sums', ['$at'], (lanes) => addTo(lanes, numberAt(lanes, '$at')))})`;

/** Lists: sums of squared distances; centers. */
const SQUARES = `
(func (export "channel_squares") ${ROWS}
  (local $c i32) (local $bytes i32) ${lanesLocals('far')}
  ${forRows('squares', ['$at'], (lanes) => {
    const far = `(local.get ${lanes.local('far')})`;
    return `(local.set ${lanes.local('far')} ${lanes.op('sub', numberAt(lanes, '$at'), listed(lanes, 1))})
    ${addTo(lanes, lanes.op('mul', far, far))}`;
  })})`;

/** Lists: sums of the distances times the numbers at `$by`; centers. */
const PRODUCTS = `
(func (export "channel_products") ${ROWS} (param $by i32)
  (local $c i32) (local $bytes i32)
  ${forRows('products', ['$at', '$by'], (lanes) => {
    const far = lanes.op('sub', numberAt(lanes, '$at'), listed(lanes, 1));
    return addTo(lanes, lanes.op('mul', far, numberAt(lanes, '$by')));
  })})`;

/** Numbers in place become (number - center) factor + offset. Lists: centers, factors, offsets. */
const NORMALIZE = `
(func (export "normalize") ${ROWS}
  (local $c i32) (local $bytes i32)
  ${forRows('normalize', ['$at'], (lanes) => {
    const far = lanes.op('sub', numberAt(lanes, '$at'), listed(lanes, 0));
    const normal = lanes.op('add', lanes.op('mul', far, listed(lanes, 1)), listed(lanes, 2));
    return `(${lanes.store} ${channel('$at')} ${normal})`;
  })})`;

/**
 * Gradients at `$by` in place, by what was normalized at `$at`: (gradient - mean gradient - (number - center) slope)
 * factor. Lists: centers, mean gradients, slopes, factors.
 */
const NORMALIZE_GRADIENT = `
(func (export "normalize_gradient") ${ROWS} (param $by i32)
  (local $c i32) (local $bytes i32)
  ${forRows('gradient', ['$at', '$by'], (lanes) => {
    const { op, store } = lanes;
    const along = op('mul', op('sub', numberAt(lanes, '$at'), listed(lanes, 0)), listed(lanes, 2));
    const left = op('sub', op('sub', numberAt(lanes, '$by'), listed(lanes, 1)), along);
    return `(${store} ${channel('$by')} ${op('mul', left, listed(lanes, 3))})`;
  })})`;

export const NORMALIZE_FUNCTIONS = [SUMS, SQUARES, PRODUCTS, NORMALIZE, NORMALIZE_GRADIENT];
