import { afterEach, describe, expect, it, vi } from 'vitest';
import { turns } from '../../src/core/turns.js';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('turns', () => {
  it('go by without a wait until a tenth of a second has passed, and then let others in', async () => {
    const clock = vi.spyOn(performance, 'now').mockReturnValue(0);
    const turn = turns();
    const order: string[] = [];
    setImmediate(() => order.push('another'));
    clock.mockReturnValue(99);
    await turn();
    order.push('soon');
    clock.mockReturnValue(100);
    await turn();
    order.push('later');
    expect(order).toEqual(['soon', 'another', 'later']);
    expect(turn()).toBeUndefined();
  });
});
