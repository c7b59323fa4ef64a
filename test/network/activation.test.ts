import { describe, expect, it } from 'vitest';
import {
  type Activation,
  activateReal,
  bendOf,
  bentSlope,
  isActivation,
  leakyRelu,
  parseActivation,
  printActivation,
} from '../../src/network/activation.js';

describe('activations', () => {
  it.each([
    ['linear', 'linear', -3],
    ['relu', 'relu', 0],
    ['leaky_relu:1/8', 'leaky_relu:1/8', -0.375],
    ['leaky_relu:0.375', 'leaky_relu:3/8', -1.125],
    ['leaky_relu:6/16', 'leaky_relu:3/8', -1.125],
    ['relu6', 'relu6', 0],
    ['clip:6', 'relu6', 0],
    ['clip:2.5', 'clip:2.5', 0],
  ])('%s is %s, and makes %d of -3', (text, printed, negative) => {
    const activation = parseActivation(text) as Activation;
    expect(printActivation(activation)).toBe(printed);
    expect(parseActivation(printed)).toEqual(activation);
    expect(activateReal(activation, -3)).toBe(negative);
    expect(activateReal(activation, 2)).toBe(2);
    const bend = bendOf(activation);
    expect(bentSlope(bend, -3)).toBe(negative / -3 + 0);
    expect(bentSlope(bend, 2)).toBe(1);
  });

  it.each([
    '',
    'Relu',
    'relu:1',
    'leaky_relu',
    'leaky_relu:',
    'leaky_relu:0',
    'leaky_relu:1',
    'leaky_relu:-1/8',
    'clip:0',
    'clip',
    'relu6:1',
    'toString:1',
  ])('"%s" is none', (text) => expect(parseActivation(text)).toBeUndefined());

  it('a clip ends at its bound', () => {
    const activation = parseActivation('relu6') as Activation;
    expect([5, 6, 7].map((value) => activateReal(activation, value))).toEqual([5, 6, 6]);
    expect([5, 6, 7].map((value) => bentSlope(bendOf(activation), value))).toEqual([1, 1, 0]);
  });

  it('are known as data', () => {
    for (const text of ['linear', 'relu', 'relu6', 'leaky_relu:3/8'])
      expect(isActivation(parseActivation(text))).toBe(true);
    const others = [
      'tanh',
      null,
      {},
      { kind: 'clip', bound: -1 },
      { kind: 'leaky_relu', multiplier: 2, shift: 2 },
    ];
    for (const other of others) expect(isActivation(other)).toBe(false);
  });

  it('slopes are m / 2^s, with 16 bits at most', () => {
    expect(leakyRelu(0.25)).toEqual({ kind: 'leaky_relu', multiplier: 1, shift: 2 });
    expect(leakyRelu(2 ** -16)).toEqual({ kind: 'leaky_relu', multiplier: 1, shift: 16 });
    expect(leakyRelu(2 ** -17)).toBeUndefined();
    expect(leakyRelu(0.1)).toBeUndefined();
    expect(leakyRelu(Number.NaN)).toBeUndefined();
  });
});
