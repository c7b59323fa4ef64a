import { describe, expect, it } from 'vitest';
import {
  activateFloat,
  type Curve,
  curveSlope,
  parseChainActivation,
  printFloatActivation,
  steepestOf,
} from '../../src/float/activation.js';
import { CURVES } from '../../src/float/curves.js';

const curves = [...Object.keys(CURVES), 'elu:0.5', 'hard_sigmoid:0.2:0.5'];
const sums = Array.from({ length: 401 }, (_, at) => (at - 200) / 25 + 0.003);

describe.each(curves)('the curve %s', (text) => {
  const curve = parseChainActivation(text) as Curve;

  it('is read as it is printed', () => {
    expect(printFloatActivation(curve)).toBe(text);
  });

  it('has the slope that its values have, and none is steeper than it says', () => {
    const step = 1e-5;
    for (const sum of sums) {
      const rise = activateFloat(curve, sum + step, 0) - activateFloat(curve, sum - step, 0);
      expect(curveSlope(curve, sum)).toBeCloseTo(rise / (2 * step), 4);
      expect(Math.abs(curveSlope(curve, sum))).toBeLessThanOrEqual(steepestOf(curve));
    }
  });
});

describe('an activation of a chain', () => {
  it('may be exact or a curve', () => {
    expect(parseChainActivation('relu6')).toEqual({ kind: 'clip', bound: 6 });
    expect(parseChainActivation('tanh')).toEqual({ kind: 'curve', curve: 'tanh', parameters: [] });
    expect(parseChainActivation('elu:2')).toEqual({ kind: 'curve', curve: 'elu', parameters: [2] });
  });

  it.each(['tanh:1', 'elu:', 'elu:x', 'hard_sigmoid:1', 'gauss', 'constructor', ''])('is not %j', (text) => {
    expect(parseChainActivation(text)).toBeUndefined();
  });
});
