import { C1, type Code, CX } from './forms.js';

/** What a register or a word of a memory holds, a code per bit. Equal words of one place are one object, which all states share. */
export interface StoredWord {
  readonly codes: readonly Code[];
  /** The same number for words of one place that have 0, 1 and something else at the same bits. */
  readonly control: number;
}

/** Half of a memory below an address, and half from it on. */
interface Fork {
  readonly low: Contents;
  readonly high: Contents;
  /** As a word's, for all words below. */
  readonly control: number;
}

/** What a memory, or an aligned part of it, holds. Equal contents are one object. */
export type Contents = StoredWord | Fork;

/** The words of one register or one memory, by a hash: the text of a long one would take more room than the word. */
export class StoredWords {
  private readonly buckets = new Map<number, StoredWord[]>();
  private readonly controls = new Map<string, number>();

  word(codes: readonly Code[]): StoredWord {
    const hash = codes.reduce((sum, code) => (Math.imul(sum, 31) + code) | 0, 0);
    const bucket = this.buckets.get(hash);
    const known = bucket?.find((word) => isEqual(word.codes, codes));
    if (known !== undefined) return known;
    const word = { codes, control: this.controlOf(codes) };
    if (bucket === undefined) this.buckets.set(hash, [word]);
    else bucket.push(word);
    return word;
  }

  private controlOf(codes: readonly Code[]): number {
    const key = codes.map((code) => (code <= C1 ? code : '-')).join('');
    const control = this.controls.get(key) ?? this.controls.size;
    this.controls.set(key, control);
    return control;
  }
}

/**
 * The contents of one memory as trees that never change: a write makes the forks on the way to one word anew, and shares
 * all others. Words and forks are interned, so that equal contents are found equal at once, however they came about.
 */
export class ContentsTable {
  /** Of which nothing is known. */
  readonly unknown: Contents;
  private readonly levels: number;
  private readonly words = new StoredWords();
  /** Per level, by the numbers of the halves. */
  private readonly forks: readonly Map<number, Fork>[];
  private readonly controls: readonly Map<number, number>[];
  private readonly numbers = new Map<Contents, number>();

  constructor(width: number, depth: number) {
    this.levels = Math.ceil(Math.log2(Math.max(1, depth)));
    const maps = <T>() => Array.from({ length: this.levels }, () => new Map<number, T>());
    this.forks = maps();
    this.controls = maps();
    let contents: Contents = this.words.word(Array<Code>(width).fill(CX));
    for (let level = 0; level < this.levels; level++) contents = this.fork(contents, contents, level);
    this.unknown = contents;
  }

  read(contents: Contents, address: number): StoredWord {
    let part = contents;
    for (let level = this.levels - 1; level >= 0; level--) {
      const { low, high } = part as Fork;
      part = isHigh(address, level) ? high : low;
    }
    return part as StoredWord;
  }

  write(contents: Contents, address: number, codes: readonly Code[], level = this.levels - 1): Contents {
    if (level < 0) return this.words.word(codes);
    const { low, high } = contents as Fork;
    return isHigh(address, level)
      ? this.fork(low, this.write(high, address, codes, level - 1), level)
      : this.fork(this.write(low, address, codes, level - 1), high, level);
  }

  /** One of `parts` equal parts, 1 or 2 of them. */
  part(contents: Contents, parts: number, part: number): Contents {
    if (parts === 1) return contents;
    const { low, high } = contents as Fork;
    return part === 0 ? low : high;
  }

  /** The words of contents, or of a part, one behind the other. */
  codesIn(part: Contents): Code[] {
    return 'low' in part ? [...this.codesIn(part.low), ...this.codesIn(part.high)] : [...part.codes];
  }

  /** Every word changed. @param known what contents became before, of this memory */
  changed(
    contents: Contents,
    change: (word: StoredWord) => readonly Code[],
    known: Map<Contents, Contents>,
    level = this.levels - 1,
  ): Contents {
    let made = known.get(contents);
    if (made === undefined) {
      if (level < 0) made = this.words.word(change(contents as StoredWord));
      else {
        const { low, high } = contents as Fork;
        const [a, b] = [low, high].map((half) => this.changed(half, change, known, level - 1));
        made = this.fork(a, b, level);
      }
      known.set(contents, made);
    }
    return made;
  }

  /** Two contents word by word, where they are not the same. */
  joined(
    a: Contents,
    b: Contents,
    join: (a: StoredWord, b: StoredWord) => readonly Code[],
    level = this.levels - 1,
  ): Contents {
    if (a === b) return a;
    if (level < 0) return this.words.word(join(a as StoredWord, b as StoredWord));
    const [one, other] = [a as Fork, b as Fork];
    return this.fork(
      this.joined(one.low, other.low, join, level - 1),
      this.joined(one.high, other.high, join, level - 1),
      level,
    );
  }

  private number(contents: Contents): number {
    const number = this.numbers.get(contents) ?? this.numbers.size;
    this.numbers.set(contents, number);
    return number;
  }

  private fork(low: Contents, high: Contents, level: number): Contents {
    const key = pairOf(this.number(low), this.number(high));
    const known = this.forks[level].get(key);
    if (known !== undefined) return known;
    const controls = this.controls[level];
    const pair = pairOf(low.control, high.control);
    const control = controls.get(pair) ?? controls.size;
    controls.set(pair, control);
    const fork: Fork = { low, high, control };
    this.forks[level].set(key, fork);
    return fork;
  }
}

const isHigh = (address: number, level: number): boolean => Math.floor(address / 2 ** level) % 2 === 1;

/** Two numbers below 2^26 as one. */
const pairOf = (a: number, b: number): number => a * 2 ** 26 + b;

const isEqual = (a: readonly Code[], b: readonly Code[]): boolean => {
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
};
