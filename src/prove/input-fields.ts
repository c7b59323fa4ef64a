import type { Field } from '../emit/manifest-buses.js';
import type { Interval } from '../fixed/interval.js';
import { type Bit, type Bits, isNet, ONE } from '../netlist/types.js';
import type { InputField, InputSymbol } from './input-symbols.js';

/** What a field's nets are: constant bits, then nets of its own, then constant bits or copies of the sign. */
interface FieldNets {
  readonly field: Field;
  readonly range: Interval;
  /** Constant low bits. */
  readonly zeros: number;
  /** What all constant bits amount to. */
  readonly offset: number;
  readonly nets: Bits;
  readonly signed: boolean;
}

/**
 * The fields of a bus in symbols: one number per field, with the codes that the layer before can give (that it gives
 * no others is proved there). What Yosys found of the nets holds too: constant bits at the ends, and fields on the
 * very same nets, as those of a unit are that passes several times. Where fields share some of their nets, or a net stands in two places, the bits are the symbols.
 */
export function inputFields(bus: Bits, fields: readonly Field[], ranges: readonly Interval[]): InputField[] {
  const data = withSameNets(bus, fields);
  const all = fields.map((field) => netsOf(data, field, ranges[field.unit]));
  const owners = new Map<Bit, Set<string>>();
  // The same nets with and without a sign are two numbers.
  const keyOf = ({ nets, signed }: FieldNets) => `${signed} ${nets.join()}`;
  for (const item of all) {
    for (const net of item.nets) owners.set(net, (owners.get(net) ?? new Set()).add(keyOf(item)));
  }
  const symbols = new Map<string, InputSymbol>();
  const symbolOf = (key: string, { low, high }: Interval): InputSymbol => {
    const symbol = symbols.get(key) ?? { number: symbols.size, low, high };
    symbols.set(key, symbol);
    return symbol;
  };
  return all.map((item) => {
    const { field, nets, zeros, offset } = item;
    const common = { unit: field.unit, lsb: field.lsb, width: field.width, range: item.range };
    const own =
      nets.length > 0 &&
      new Set(nets).size === nets.length &&
      nets.every((net) => isNet(net) && owners.get(net)?.size === 1);
    if (own) {
      const symbol = symbolOf(keyOf(item), symbolRange(item));
      return { ...common, offset, terms: [{ symbol, weight: 2 ** zeros }] };
    }
    return { ...common, ...bitByBit(data, field, symbolOf) };
  });
}

/** A unit that passes again, in another cell, has the same code: the nets of its first field stand for all. */
function withSameNets(bus: Bits, fields: readonly Field[]): Bits {
  const firsts = new Map<number, Field>();
  const data = [...bus];
  for (const field of fields) {
    const { unit, lsb, width } = field;
    const first = firsts.get(unit);
    if (first === undefined) firsts.set(unit, field);
    else if (first.width === width)
      for (let bit = 0; bit < width; bit++) data[lsb + bit] = data[first.lsb + bit];
  }
  return data;
}

function netsOf(data: Bits, field: Field, range: Interval): FieldNets {
  const bits = data.slice(field.lsb, field.lsb + field.width);
  let zeros = 0;
  let offset = 0;
  while (zeros < bits.length && !isNet(bits[zeros])) {
    if (bits[zeros] === ONE) offset += 2 ** zeros;
    zeros += 1;
  }
  let top = bits.length;
  while (top > zeros && !isNet(bits[top - 1])) {
    top -= 1;
    if (bits[top] === ONE) offset += weightOf(field, top);
  }
  // Of a code that is never negative the copies of its sign, too, are one net.
  const isCopied = top > zeros + 1 && bits[top - 2] === bits[top - 1];
  const signed = top === bits.length && (range.low < 0 || (field.signed && isCopied));
  if (signed) while (top > zeros + 1 && bits[top - 2] === bits[top - 1]) top -= 1;
  return { field, range, zeros, offset, nets: bits.slice(zeros, top), signed };
}

/** Of a field that is offset + 2^zeros × symbol; the word itself bounds the symbol too. */
function symbolRange({ range, zeros, offset, nets, signed }: FieldNets): Interval {
  const unit = 2 ** zeros;
  const span = 2 ** (signed ? nets.length - 1 : nets.length);
  const low = Math.max(Math.ceil((range.low - offset) / unit), signed ? -span : 0);
  const high = Math.min(Math.floor((range.high - offset) / unit), span - 1);
  // A bus that contradicts the range is found out where its own layer is proved.
  return low <= high ? { low, high } : { low: signed ? -span : 0, high: span - 1 };
}

const weightOf = ({ width, signed }: Field, bit: number): number =>
  signed && bit === width - 1 ? -(2 ** bit) : 2 ** bit;

function bitByBit(
  data: Bits,
  field: Field,
  symbolOf: (key: string, range: Interval) => InputSymbol,
): Pick<InputField, 'offset' | 'terms' | 'bits'> {
  const bits = data.slice(field.lsb, field.lsb + field.width).map((net) => {
    if (isNet(net)) return symbolOf(`bit ${net}`, { low: 0, high: 1 });
    return net === ONE ? 1 : 0;
  });
  const weights = new Map<InputSymbol, number>();
  let offset = 0;
  bits.forEach((bit, k) => {
    const weight = weightOf(field, k);
    if (typeof bit === 'number') offset += bit * weight;
    else weights.set(bit, (weights.get(bit) ?? 0) + weight);
  });
  return { offset, terms: [...weights].map(([symbol, weight]) => ({ symbol, weight })), bits };
}
