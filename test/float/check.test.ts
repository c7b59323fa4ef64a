import { describe, expect, it } from 'vitest';
import { denseChain } from '../../src/float/chain.js';
import { checkFloatNetwork } from '../../src/float/check.js';
import { floatFromJson, floatToJson } from '../../src/float/json.js';
import type { FloatNetwork } from '../../src/float/types.js';
import { chainOf } from '../support/chains.js';
import { messageOf } from '../support/messages.js';

const small = chainOf({
  name: 'net',
  inputs: 2,
  head: 'binary',
  layers: [
    {
      name: 'hidden',
      kernel: [
        [1, 2],
        [3, 4],
      ],
      bias: [5, 6],
      activation: 'relu',
    },
    { name: 'output', kernel: [[7], [8]], bias: [9], activation: 'linear' },
  ],
});

/** A network that a test takes apart. */
// biome-ignore lint/suspicious/noExplicitAny: it is broken on purpose.
type Loose = Record<string, any>;

const changed = (change: (network: Loose) => void): FloatNetwork => {
  const copy = structuredClone(small) as unknown as Loose;
  change(copy);
  return copy as unknown as FloatNetwork;
};

describe('a float network', () => {
  it.each<[string, (network: Loose) => void, string]>([
    [
      'layers that do not chain',
      ({ layers }) => {
        layers[1].kernel.shape = [1, 2];
      },
      'net.layers[1] (output).kernel: got 2 numbers as 1x2, wanted 2x1, inputs x units [float/shape]',
    ],
    [
      'a name that nobody has',
      ({ layers }) => {
        layers[1].from = ['hiden'];
      },
      'net.layers[1] (output).from[0]: got "hiden", wanted one of input, hidden [float/name]',
    ],
    [
      'a cycle',
      ({ layers }) => {
        layers[0].from = ['output'];
      },
      'net.layers[0] (hidden).from[0]: got "output", wanted one of input [float/name]',
    ],
    [
      'a name twice',
      ({ layers }) => {
        layers[1].name = 'hidden';
      },
      'net.layers[1].name: got "hidden", wanted a name that no other layer has [network/name]',
    ],
    [
      'a weight that is no number',
      ({ layers }) => {
        layers[0].kernel.values[1] = Number.NaN;
      },
      'net.layers[0] (hidden).kernel: got NaN, wanted finite numbers [float/not-finite]',
    ],
    [
      'a layer that nobody reads',
      ({ layers }) => {
        layers[1].from = ['input'];
      },
      'net.layers (hidden): got a layer that no other reads, wanted one that a later layer reads, or the last one [float/shape]',
    ],
    [
      'two units for the head binary',
      (network) => {
        network.layers.pop();
      },
      'net.head: got the head binary on 2 units, wanted one unit [float/shape]',
    ],
  ])('with %s is refused', (_, change, wanted) => {
    expect(messageOf(() => checkFloatNetwork(changed(change), 'net'))).toBe(wanted);
  });

  it('is no chain where a layer reads another than the one before', () => {
    const odd = changed(({ layers }) => {
      layers[1].from = ['input'];
    });
    expect(messageOf(() => denseChain(odd, 'weight CSVs take'))).toBe(
      'net, layer output: got a layer of kind dense, wanted weight CSVs take: a chain of dense layers [float/chain]',
    );
    expect(denseChain(small, 'weight CSVs take')).toBe(small);
  });
});

describe('its JSON', () => {
  const text = floatToJson(small);

  it('is read as it was written, also that of the first version', () => {
    expect(floatFromJson(text, 'float.json')).toEqual(small);
    const [hidden, output] = [
      [
        [1, 2],
        [3, 4],
      ],
      [[7], [8]],
    ];
    const first = {
      schema: 'espalier/float-network',
      version: 1,
      name: 'net',
      inputs: 2,
      head: 'binary',
      layers: [
        { kind: 'dense', name: 'hidden', kernel: hidden, bias: [5, 6], activation: 'relu' },
        { kind: 'dense', name: 'output', kernel: output, bias: [9], activation: 'linear' },
      ],
    };
    expect(floatFromJson(JSON.stringify(first), 'float.json')).toEqual(small);
  });

  it.each([
    [
      text.replace('"dense"', '"densest"'),
      /^float.json.layers\[0\].kind: got "densest", wanted one of dense, conv2d, /,
    ],
    [
      text.replace('[1,2,3,4]', '[1,2,3]'),
      'float.json.layers[0].kernel: got {"shape":[2,2],"values":[1,2,3]}, wanted as many values as the shape says [float/schema]',
    ],
    [text.slice(1), /^float.json: got .* wanted a float network in JSON \[float\/schema\]$/],
    ['null', /^float.json: got null, wanted an object \[float\/schema\]$/],
  ])('is refused where it is broken: %#', (broken, wanted) => {
    const message = messageOf(() => floatFromJson(broken, 'float.json'));
    if (typeof wanted === 'string') expect(message).toBe(wanted);
    else expect(message).toMatch(wanted);
  });
});
