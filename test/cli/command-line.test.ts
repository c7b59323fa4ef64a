import { expect, it } from 'vitest';
import { commandLine } from '../../src/cli/command-line.js';

const KINDS = { silent: ['out', 'json'], paths: ['weights'] };

it('says every option that shapes the product, and no machine’s path', () => {
  const options = {
    weights: ['/home/me/w1.csv', 'my weights/b 1.csv'],
    bits: 6,
    input: 'fixed<8,1>',
    format: { 'hidden.weights': 'fixed<8,2>', 'hidden.output': 'exact' },
    probability: true,
    bias: false,
    maxLuts: 5,
    name: "it's",
    out: '/home/me/build',
    json: true,
  };
  expect(commandLine('espalier compile', options, KINDS)).toBe(
    "espalier compile --weights w1.csv 'b 1.csv' --bits 6 --input 'fixed<8,1>' " +
      "--format 'hidden.weights=fixed<8,2>' --format hidden.output=exact --probability --no-bias --max-luts 5 --name 'it'\\''s'",
  );
});
