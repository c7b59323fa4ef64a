import { size } from './call.js';
import type { PoolGradient } from './channelwise.js';
import { forwardWindows, poolGeometryOf } from './geometry.js';
import type { Kernel } from './kernel.js';

const gradientOf = (name: string, pool: PoolGradient['pool']): Kernel => ({
  name,
  compute(call, { dy, input }, attributes) {
    const windowsOf = poolGeometryOf(input, attributes);
    const length = size(input.shape);
    const source = call.input(input);
    const to = call.room(length);
    const windows = forwardWindows(call, windowsOf, source, call.input(dy));
    call.run({ kind: 'poolGradient', job: { windows, offset: to - source, pool } });
    return call.output(to, input.shape);
  },
});

/** The first of a window's largest numbers gets what the window got. */
export const maxPoolGrad = gradientOf('MaxPoolGrad', 'max_pool_gradient');

/** The numbers of a window share what it got; of a window at the border those within the image. */
export const avgPoolGrad = gradientOf('AvgPoolGrad', 'average_pool_gradient');
