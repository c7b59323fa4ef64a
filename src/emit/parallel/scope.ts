import { type BitSlice, type Circuit, isSigned, widthOf } from '../../hardware/parallel/circuit.js';
import type { NameSpace } from '../names.js';
import { twosComplement } from '../rom.js';
import { constant, extend, slice } from '../verilog.js';

/** Bits of a value's word, both ends included. */
export interface BitRange {
  readonly low: number;
  readonly high: number;
}

interface Signal {
  readonly name: string;
  readonly read: boolean[];
}

/**
 * The signals of one layer's module: names of values, and which of their bits somebody reads. A signal has the bits
 * from the lowest to the highest that are read. So the readers of a value must have been printed before its own text
 * is right: a module is printed once backwards, for the sake of the marks, and once forwards.
 */
export class Scope {
  private readonly signals = new Map<number, Signal>();

  constructor(
    private readonly circuit: Circuit,
    private readonly names: NameSpace,
  ) {}

  /** Names the signal of a value of `width` bits: at least what the value needs. */
  claim(value: number, wanted: string, width = widthOf(this.circuit.values[value].range)): void {
    this.signals.set(value, { name: this.names.claim(wanted), read: Array(width).fill(false) });
  }

  nameOf(value: number): string {
    return this.signal(value).name;
  }

  /** The bits that a value's signal has; none where nobody reads one. */
  bitsOf(value: number): BitRange | undefined {
    const { read } = this.signal(value);
    const low = read.indexOf(true);
    if (low < 0) return undefined;
    const { kind } = this.circuit.values[value].operation;
    // An expression of sums gives all low bits.
    return { low: kind === 'sum' || kind === 'product' ? 0 : low, high: read.lastIndexOf(true) };
  }

  /** Bits [from + count − 1 : from] of a value. */
  bits(value: number, from: number, count: number): string {
    const { operation, range } = this.circuit.values[value];
    if (operation.kind === 'constant') {
      const word = BigInt.asUintN(
        from + count,
        twosComplement(operation.code, widthOf(range) + from + count),
      );
      return constant(word >> BigInt(from), count);
    }
    this.signal(value).read.fill(true, from, from + count);
    return this.target(value, from, count);
  }

  /** The same bits where they are made, which is no reading. */
  target(value: number, from: number, count: number): string {
    const { low, high } = this.bitsOf(value) ?? { low: from, high: from + count - 1 };
    const { name } = this.signal(value);
    const isWhole = from === low && from + count === high + 1;
    return isWhole ? name : slice(name, from, count, Number.POSITIVE_INFINITY);
  }

  /** The value from bit `from` on, `width` bits wide: sign or zeros above what it has. */
  word(value: number, from: number, width: number): string {
    const { operation, range } = this.circuit.values[value];
    const own = widthOf(range);
    if (operation.kind === 'constant') return this.bits(value, from, width);
    const sign = () => (isSigned(range) ? this.bits(value, own - 1, 1) : undefined);
    if (from >= own) {
      const bit = sign();
      return bit === undefined ? `${width}'d0` : `{${width}{${bit}}}`;
    }
    const count = Math.min(width, own - from);
    return extend(this.bits(value, from, count), count < width ? sign() : undefined, count, width);
  }

  /** Pieces as one word, from column `from` on; zeros where there are none. */
  concatenation(pieces: readonly BitSlice[], from: number, width: number, invert: boolean): string {
    const word = new Concatenation();
    let at = from;
    for (const piece of [...pieces].sort((a, b) => a.at - b.at)) {
      const start = Math.max(piece.at, from);
      const end = Math.min(piece.at + piece.count, from + width);
      if (start >= end) continue;
      word.constant(0n, start - at);
      at = end;
      const [first, count] = [piece.from + start - piece.at, end - start];
      const { operation, range } = this.circuit.values[piece.value];
      const isInverted = invert && piece.inverted;
      if (operation.kind === 'constant') {
        const bits = twosComplement(operation.code, widthOf(range) + first + count) >> BigInt(first);
        word.constant(BigInt.asUintN(count, isInverted ? ~bits : bits), count);
      } else word.text(`${isInverted ? '~' : ''}${this.bits(piece.value, first, count)}`);
    }
    word.constant(0n, from + width - at);
    return word.print();
  }

  /** Bits that signals have and nobody reads: those between others that are read. */
  unread(): string[] {
    const texts: string[] = [];
    for (const [value, { read }] of this.signals) {
      const { low, high } = this.bitsOf(value) ?? { low: 0, high: -1 };
      for (let from = low; from <= high; from++) {
        if (read[from]) continue;
        let count = 1;
        while (!read[from + count]) count += 1;
        texts.push(this.target(value, from, count));
        from += count;
      }
    }
    return texts;
  }

  private signal(value: number): Signal {
    return this.signals.get(value) as Signal;
  }
}

/** A word from its lowest bits up; constants side by side are one. */
class Concatenation {
  private readonly parts: string[] = [];
  private bits = 0n;
  private width = 0;

  constant(bits: bigint, width: number): void {
    this.bits |= bits << BigInt(this.width);
    this.width += width;
  }

  text(part: string): void {
    this.endConstant();
    this.parts.push(part);
  }

  print(): string {
    this.endConstant();
    return this.parts.length === 1 ? this.parts[0] : `{${this.parts.toReversed().join(', ')}}`;
  }

  private endConstant(): void {
    if (this.width > 0) this.parts.push(constant(this.bits, this.width));
    this.bits = 0n;
    this.width = 0;
  }
}
