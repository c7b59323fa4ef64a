import { type Circuit, isSigned, type Piece, widthOf } from '../../hardware/parallel/circuit.js';
import type { NameSpace } from '../names.js';
import { twosComplement } from '../rom.js';
import { constant, extend, slice } from '../verilog.js';

/** The signals of one layer's module: names of values, and which of their bits somebody reads. */
export class Scope {
  private readonly signals = new Map<number, { name: string; width: number; read: boolean[] }>();

  constructor(
    private readonly circuit: Circuit,
    private readonly names: NameSpace,
  ) {}

  /** Names the signal of a value, `width` bits wide: at least what the value needs. */
  declare(value: number, wanted: string, width = widthOf(this.circuit.values[value].range)): string {
    const name = this.names.claim(wanted);
    this.signals.set(value, { name, width, read: Array(width).fill(false) });
    return name;
  }

  nameOf(value: number): string {
    return (this.signals.get(value) as { name: string }).name;
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
    const signal = this.signals.get(value) as { name: string; width: number; read: boolean[] };
    signal.read.fill(true, from, from + count);
    return slice(signal.name, from, count, signal.width);
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

  /** Pieces as one word; zeros where there are none. */
  concatenation(pieces: readonly Piece[], width: number, invert: boolean): string {
    const parts: string[] = [];
    let at = 0;
    const fill = (to: number) => {
      if (to > at) parts.push(`${to - at}'d0`);
    };
    for (const piece of [...pieces].sort((a, b) => a.at - b.at)) {
      fill(piece.at);
      const bits = this.bits(piece.value, piece.from, piece.count);
      parts.push(invert && piece.inverted ? `~${bits}` : bits);
      at = piece.at + piece.count;
    }
    fill(width);
    return parts.length === 1 ? parts[0] : `{${parts.reverse().join(', ')}}`;
  }

  /** Bits of signals that nobody read. */
  unread(): string[] {
    const texts: string[] = [];
    for (const { name, width, read } of this.signals.values()) {
      for (let from = 0; from < width; from++) {
        if (read[from]) continue;
        let count = 1;
        while (from + count < width && !read[from + count]) count += 1;
        texts.push(slice(name, from, count, width));
        from += count;
      }
    }
    return texts;
  }
}
