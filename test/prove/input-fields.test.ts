import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import type { Field } from '../../src/emit/manifest-buses.js';
import { type Bit, isNet, ONE, ZERO } from '../../src/netlist/types.js';
import { inputFields } from '../../src/prove/input-fields.js';

const NETS = 6;

/** Fields over few nets, so that they share some, repeat others and have constant bits. */
function randomBus(random: Random): { data: Bit[]; fields: Field[] } {
  const data: Bit[] = [];
  const fields = Array.from({ length: random.integer(1, 4) }, (_, unit): Field => {
    const width = random.integer(1, 6);
    const lsb = data.length;
    const first = random.integer(0, NETS - 1);
    const inOrder = random.float() < 0.5;
    for (let k = 0; k < width; k++) {
      const net = inOrder ? (first + k) % NETS : random.integer(0, NETS - 1);
      data.push(random.float() < 0.2 ? random.pick([ZERO, ONE]) : net);
    }
    return { kind: 'value', unit, lsb, width, signed: random.float() < 0.5, format: '' };
  });
  return { data, fields };
}

function codeOf(data: readonly Bit[], { lsb, width, signed }: Field, nets: readonly number[]): number {
  const bits = data.slice(lsb, lsb + width).map((bit) => (isNet(bit) ? nets[bit] : bit === ONE ? 1 : 0));
  return bits.reduce((sum, bit, k) => sum + bit * (signed && k === width - 1 ? -(2 ** k) : 2 ** k), 0);
}

describe('the fields of a bus as symbols', () => {
  it('have the codes that their nets have, and one value per symbol', () => {
    const random = new Random(1, 'fields');
    for (let round = 0; round < 200; round++) {
      const { data, fields } = randomBus(random);
      const ranges = fields.map(({ width, signed }) => ({
        low: signed ? -(2 ** (width - 1)) : 0,
        high: 2 ** (signed ? width - 1 : width) - 1,
      }));
      const inputs = inputFields(data, fields, ranges);
      for (let point = 0; point < 6; point++) {
        const nets = Array.from({ length: NETS }, () => random.integer(0, 1));
        const values = new Map<number, number>();
        const note = (symbol: { number: number; low: number; high: number }, value: number) => {
          expect(values.get(symbol.number) ?? value).toBe(value);
          expect(value).toBeGreaterThanOrEqual(symbol.low);
          expect(value).toBeLessThanOrEqual(symbol.high);
          values.set(symbol.number, value);
        };
        inputs.forEach((input, unit) => {
          const code = codeOf(data, fields[unit], nets);
          input.bits?.forEach((bit, k) => {
            if (typeof bit !== 'number') note(bit, nets[data[input.lsb + k]]);
          });
          const [term] = input.terms;
          if (input.bits === undefined && term !== undefined) {
            note(term.symbol, (code - input.offset) / term.weight);
          }
          const sum = input.terms.reduce(
            (total, { symbol, weight }) => total + weight * (values.get(symbol.number) as number),
            input.offset,
          );
          expect(sum).toBe(code);
        });
      }
    }
  });

  it('that are never negative have no value but those when copies of the sign stand in them', () => {
    const field: Field = { kind: 'value', unit: 0, lsb: 0, width: 3, signed: true, format: '' };
    const [{ terms, offset, bits }] = inputFields([4, 4, 4], [field], [{ low: 0, high: 0 }]);
    expect({ terms, offset, bits }).toEqual({
      terms: [{ symbol: { number: 0, low: 0, high: 0 }, weight: 1 }],
      offset: 0,
      bits: undefined,
    });
  });
});
