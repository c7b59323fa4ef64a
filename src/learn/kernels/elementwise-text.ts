import { channel, forChannels } from './text.js';

/** Numbers in place: below 0 times alpha. */
const LEAKY_RELU = `
(func (export "leaky_relu") (param $at i32) (param $channels i32) (param $alpha f32)
  (local $c i32)
  ${forChannels('numbers', ({ load, store, op, constant, splat }) => {
    const value = `(${load} ${channel('$at')})`;
    const scaled = op('mul', splat('(local.get $alpha)'), op('min', value, constant('0')));
    return `(${store} ${channel('$at')} ${op('add', op('max', value, constant('0')), scaled)})`;
  })})`;

/** Numbers in place: 1 above 0, otherwise alpha. */
const STEP = `
(func (export "step") (param $at i32) (param $channels i32) (param $alpha f32)
  (local $c i32)
  ${forChannels('numbers', ({ load, store, op, constant, splat, pick }) => {
    const isAbove = op('gt', `(${load} ${channel('$at')})`, constant('0'));
    return `(${store} ${channel('$at')} ${pick(constant('1'), splat('(local.get $alpha)'), isAbove)})`;
  })})`;

export const ELEMENTWISE_FUNCTIONS = [LEAKY_RELU, STEP];
