import { type Bit, type Bits, isNet, type Netlist } from './types.js';

/** Where a word lies in the compiled netlist's memory: 32 bits a slot, lowest first, unused upper bits zero. */
export interface WordPlace {
  readonly slot: number;
  readonly width: number;
}

/** Where a net lies. `used` counts the bits of its slot that belong to the same word. */
export interface NetPlace {
  readonly slot: number;
  readonly bit: number;
  readonly used: number;
}

export const slotsFor = (width: number): number => Math.ceil(width / 32);

/**
 * The memory of a compiled netlist. Registers come first, then their next values in the same order, so that a clock
 * edge is one copy; then inputs, cells, watched buses and scratch.
 */
export class Layout {
  readonly registerSlots: number;
  readonly words = new Map<Bits, WordPlace>();
  private readonly places: (NetPlace | undefined)[];
  private next = 0;

  constructor(netlist: Netlist) {
    this.places = Array(netlist.netCount);
    for (const { q } of netlist.registers) this.place(q);
    this.registerSlots = this.next;
    this.next *= 2;
    for (const bits of netlist.inputs.values()) this.place(bits);
    for (const { y } of netlist.cells) this.place(y);
  }

  get size(): number {
    return this.next;
  }

  /** Room that belongs to no net. */
  reserve(width: number): WordPlace {
    const word = { slot: this.next, width };
    this.next += slotsFor(width);
    return word;
  }

  of(net: Bit): NetPlace {
    return this.places[net] as NetPlace;
  }

  /** The word that these bits are, when they are a whole one. */
  wordOf(bits: Bits): WordPlace | undefined {
    if (!isNet(bits[0])) return undefined;
    const { slot, bit } = this.of(bits[0]);
    const whole = bit === 0 && bits.every((net, index) => this.isAt(net, slot + (index >> 5), index & 31));
    const last = whole ? this.of(bits[bits.length - 1]) : undefined;
    return last !== undefined && last.bit + 1 === last.used ? { slot, width: bits.length } : undefined;
  }

  private isAt(net: Bit, slot: number, bit: number): boolean {
    if (!isNet(net)) return false;
    const place = this.of(net);
    return place.slot === slot && place.bit === bit;
  }

  private place(bits: Bits): void {
    const word = this.reserve(bits.length);
    this.words.set(bits, word);
    bits.forEach((net, index) => {
      const used = Math.min(32, bits.length - (index & ~31));
      if (isNet(net)) this.places[net] = { slot: word.slot + (index >> 5), bit: index & 31, used };
    });
  }
}
