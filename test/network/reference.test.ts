import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { networkFromJson, networkToJson } from '../../src/network/json.js';
import { referenceModel } from '../../src/network/reference.js';
import { chainOf, chainRanges } from '../../src/network/stages.js';
import { randomInput, randomNetwork } from '../support/networks.js';

/** Two inputs, two hidden units, one logit; small enough to run by hand. */
const TINY = {
  schema: 'espalier/network',
  version: 1,
  name: 'tiny',
  input: { size: 2, format: 'ufixed<4,0>' },
  layers: [
    {
      kind: 'dense',
      name: 'hidden',
      kernel: {
        format: 'fixed<4,2>',
        codes: [
          [3, -2],
          [0, 5],
        ],
      },
      bias: { format: 'fixed<6,2>', codes: [4, -8] },
      activation: 'relu',
      output: { format: 'ufixed<4,1>', rounding: 'RND', overflow: 'SAT' },
    },
    {
      kind: 'dense',
      name: 'logit',
      kernel: { format: 'fixed<4,2>', codes: [[-7], [6]] },
      bias: { format: 'fixed<8,4>', codes: [1] },
      activation: 'linear',
      output: 'exact',
    },
  ],
  head: { kind: 'binary' },
};

const tiny = () => structuredClone(TINY);

describe('the reference model', () => {
  const run = referenceModel(networkFromJson(JSON.stringify(tiny())));

  it('gives what a pencil gives', () => {
    // Sums at fraction 6: unit 0 = 16 + 3·8 = 40, unit 1 = −32 − 2·8 + 5·12 = 12; to fraction 3, half up: 5 and 2.
    // The logit at fraction 5: 1·2 − 7·5 + 6·2 = −21.
    expect(run([8, 12])).toEqual({ layers: [[5, 2], [-21]], outputs: [-21], class: 0 });
    // 16 and −32 + 75 = 43: 2 and 5; 2 − 14 + 30 = 18.
    expect(run([0, 15])).toEqual({ layers: [[2, 5], [18]], outputs: [18], class: 1 });
  });

  it('refuses inputs that are no codes of the input format', () => {
    expect(() => run([1])).toThrow('tiny: input: got 1 codes, wanted 2 codes [network/input-size]');
    expect(() => run([1, 16])).toThrow(
      'tiny: input 1: got 16, wanted a whole number from 0 to 15 (ufixed<4,0>) [network/code-out-of-range]',
    );
  });

  it('decides among equals for the first', () => {
    const network = tiny();
    network.layers = [{ ...network.layers[0], output: 'exact' } as never];
    network.head = { kind: 'argmax' };
    const argmax = referenceModel(networkFromJson(JSON.stringify(network)));
    expect(argmax([0, 0])).toEqual({ layers: [[16, 0]], outputs: [16, 0], class: 0 });
    expect(argmax([0, 15])).toEqual({ layers: [[16, 43]], outputs: [16, 43], class: 1 });
  });

  it('looks the probability up', () => {
    const network = tiny();
    const index = { format: 'fixed<2,1>', rounding: 'TRN', overflow: 'SAT' };
    network.head = {
      kind: 'binary',
      probability: { index, format: 'ufixed<4,0>', codes: [1, 5, 8, 14] },
    } as never;
    const model = referenceModel(networkFromJson(JSON.stringify(network)));
    // −21/32 → floor(−1.31) = −2, the first entry; 18/32 → 1, the last.
    expect(model([8, 12]).probability).toBe(1);
    expect(model([0, 15]).probability).toBe(14);
  });
});

describe('network.json', () => {
  it('prints and reads back the same network, the same bytes', () => {
    const random = new Random(1, 'json');
    for (let round = 0; round < 100; round++) {
      const network = randomNetwork(random, { anyFinishes: round % 2 === 0 });
      const text = networkToJson(network);
      expect(networkFromJson(text)).toEqual(network);
      expect(networkToJson(networkFromJson(text))).toBe(text);
    }
  });

  it('is written in version 1 where that can say it, else in version 2, where a layer has a finish', () => {
    const [plain, leaky] = [tiny(), tiny()];
    const { activation: _, output, ...rest } = leaky.layers[0];
    leaky.layers[0] = { ...rest, finish: { activation: 'leaky_relu:1/4', output } } as never;
    const last = leaky.layers[1];
    leaky.layers[1] = { ...last, finish: { activation: 'linear', output: 'exact' } } as never;
    for (const member of ['activation', 'output'])
      delete (leaky.layers[1] as Record<string, unknown>)[member];
    leaky.version = 2;
    const networks = [plain, leaky].map((network) => networkFromJson(JSON.stringify(network)));
    expect(networks.map((network) => JSON.parse(networkToJson(network)))).toMatchObject([plain, leaky]);
    // The second hidden sum is -32 - 2 · 8 = -48 sixty-fourths: a quarter of it is -12, which is beyond ufixed<4,1>.
    expect(referenceModel(networks[1])([8, 0]).layers[0]).toEqual([5, 0]);
  });

  it('has limits of codes where a format has more', () => {
    const network = tiny();
    const layers = network.layers.map(({ activation, output, ...rest }, index) => {
      const limits = { ...(output as object), limits: [1, 4] };
      return { ...rest, finish: { activation, output: index === 0 ? limits : output } };
    });
    const text = JSON.stringify({ ...network, version: 2, layers });
    const limited = networkFromJson(text);
    expect(JSON.parse(networkToJson(limited))).toMatchObject({ version: 2, layers });
    expect(referenceModel(limited)([8, 12]).layers[0]).toEqual([4, 2]);
    expect(referenceModel(limited)([8, 0]).layers[0]).toEqual([4, 1]);
    expect(() => networkFromJson(text.replace('[1,4]', '[4,1]'), 'n.json')).toThrow(
      'n.json.layers[0] (hidden), unit 0.limits: got 4 to 1, SAT, wanted whole numbers from 0 to 15 (ufixed<4,1>), ' +
        'the lower one first, and SAT [network/limits]',
    );
  });

  it('has tables behind the codes', () => {
    const network = tiny();
    const table = {
      format: 'fixed<5,2>',
      codes: Array.from({ length: 16 }, (_, code) => (code < 3 ? -5 : code)),
    };
    const layers = network.layers.map(({ activation, output, ...rest }, index) => {
      const looked = { ...(output as object), table };
      return { ...rest, finish: { activation, output: index === 0 ? looked : output } };
    });
    const text = JSON.stringify({ ...network, version: 2, layers });
    const looked = networkFromJson(text);
    expect(JSON.parse(networkToJson(looked))).toMatchObject({ version: 2, layers });
    // The codes 5 and 2 of the plain network.
    expect(referenceModel(looked)([8, 12]).layers[0]).toEqual([5, -5]);
    const wrong = (change: object) => {
      const [first, last] = layers;
      const { output } = first.finish as { output: object };
      const changed = {
        ...first,
        finish: { ...first.finish, output: { ...output, table: { ...table, ...change } } },
      };
      return () => networkFromJson(JSON.stringify({ ...network, version: 2, layers: [changed, last] }), 'n');
    };
    const where = 'n.layers[0] (hidden), unit 0.table';
    expect(wrong({ codes: [1, 2] })).toThrow(
      `${where}.codes: got 2 codes, wanted 16 codes (one for each from 0 to 15) [network/shape]`,
    );
    expect(wrong({ format: 'fixed<4,2>' })).toThrow(
      `${where}.codes[8]: got 8, wanted a whole number from -8 to 7 (fixed<4,2>) [network/code-out-of-range]`,
    );
    expect(wrong({ format: 'fixed<17,2>' })).toThrow(
      `${where}: got an index of 4 bits, codes of 17 bits, wanted an index of at most 8 bits, codes of at most 16 bits ` +
        '(a narrower output format, or limits, make the index narrower) [network/table]',
    );
  });

  it('refuses bounds that codes cannot hold', () => {
    const withBound = (output: unknown) => {
      const network = tiny();
      const { activation: _, output: __, ...rest } = network.layers[0];
      const layers = [{ ...rest, finish: { activation: 'clip:3.3', output } }];
      return () =>
        networkFromJson(JSON.stringify({ ...network, version: 2, layers, head: { kind: 'values' } }), 'n');
    };
    expect(withBound('exact')).toThrow(
      'n.layers[0] (hidden): got the bound 3.3 of exact sums with 6 fraction bits, wanted a bound that is a multiple ' +
        'of the least bit, or an output that is rounded [network/exact-bound]',
    );
    expect(withBound({ format: 'ufixed<4,1>', rounding: 'RND', overflow: 'WRAP' })).toThrow(
      'n.layers[0] (hidden), unit 0: got the bound 3.3, and WRAP in ufixed<4,1>, which ends before it, wanted the ' +
        'overflow SAT, or a format that holds the bound [network/bound]',
    );
  });

  it('refuses an activation that it does not know', () => {
    const network = tiny();
    const { activation: _, output, ...rest } = network.layers[0];
    const layer = { ...rest, finish: { activation: 'leaky_relu:0.1', output } };
    expect(() =>
      networkFromJson(JSON.stringify({ ...network, version: 2, layers: [layer] }), 'n.json'),
    ).toThrow(
      'n.json.layers[0].finish.activation: got "leaky_relu:0.1", wanted linear, relu, relu6, ' +
        'clip:BOUND, or leaky_relu:SLOPE with a slope of m/2^s, such as 1/8 [network/schema]',
    );
  });

  const refused = (change: (network: ReturnType<typeof tiny>) => void): (() => void) => {
    const network = tiny();
    change(network);
    return () => networkFromJson(JSON.stringify(network), 'n.json');
  };

  it.each([
    [
      'a row too few',
      (n: ReturnType<typeof tiny>) => n.layers[0].kernel.codes.pop(),
      'n.json.layers[0].kernel.codes: got 1 rows (one per input), wanted 2 rows (one per input) [network/shape]',
    ],
    [
      'a ragged row',
      (n: ReturnType<typeof tiny>) => n.layers[0].kernel.codes[1].pop(),
      'n.json.layers[0].kernel.codes[1]: got 1 codes (one per unit), wanted 2 codes (one per unit) [network/shape]',
    ],
    [
      'a code outside its format',
      (n: ReturnType<typeof tiny>) => n.layers[0].kernel.codes[1].fill(8),
      'n.json.layers[0].kernel.codes[1][0]: got 8, wanted a whole number from -8 to 7 (fixed<4,2>) ' +
        '[network/code-out-of-range]',
    ],
    [
      'half a code',
      (n: ReturnType<typeof tiny>) => n.layers[1].bias.codes.fill(0.5),
      'n.json.layers[1].bias.codes[0]: got 0.5, wanted a whole number from -128 to 127 (fixed<8,4>) ' +
        '[network/code-out-of-range]',
    ],
    [
      'an unknown kind',
      (n: ReturnType<typeof tiny>) => Object.assign(n.layers[0], { kind: 'lstm' }),
      'n.json.layers[0].kind: got "lstm", wanted one of "dense", "conv2d", "max_pool", "average_pool", "add", "concat", "move", "upsample" [network/schema]',
    ],
    [
      'two layers of one name',
      (n: ReturnType<typeof tiny>) => Object.assign(n.layers[1], { name: 'hidden' }),
      'n.json.layers[1].name: got "hidden", wanted a name that no other layer has [network/name]',
    ],
    [
      'a binary head on two units',
      (n: ReturnType<typeof tiny>) => n.layers.pop(),
      'n.json.head: got a binary head on 2 units, wanted one unit, or another head [network/shape]',
    ],
    [
      'sums past 2^53',
      (n: ReturnType<typeof tiny>) => Object.assign(n.layers[1].bias, { format: 'fixed<8,-50>' }),
      'n.json.layers[1] (logit), unit 0: got an accumulator of 62 bits, wanted at most 54 bits, sign included (codes ' +
        'and sums stay within ±2^53) (use narrower weight, bias or input formats in this layer, or formats with ' +
        'closer fractions) [network/accumulator-too-wide]',
    ],
  ])('refuses %s', (_, change, message) => {
    expect(refused(change)).toThrow(expect.objectContaining({ message }));
  });
});

describe('ranges', () => {
  it('hold every code of every unit', () => {
    const random = new Random(2, 'ranges');
    for (let round = 0; round < 100; round++) {
      const network = randomNetwork(random, { anyFinishes: round % 2 === 0 });
      const ranges = chainRanges(network, chainOf(network));
      const run = referenceModel(network);
      for (let sample = 0; sample < 20; sample++) {
        run(randomInput(random, network)).layers.forEach((codes, layer) => {
          codes.forEach((code, unit) => {
            const { low, high } = ranges[layer][unit];
            expect(code, `layer ${layer} unit ${unit}`).toBeGreaterThanOrEqual(low);
            expect(code, `layer ${layer} unit ${unit}`).toBeLessThanOrEqual(high);
          });
        });
      }
    }
  });
});
