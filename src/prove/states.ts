import type { MemoryCell, RegisterCell } from '../netlist/types.js';
import type { Algebra } from './algebra.js';
import { type Contents, ContentsTable, type StoredWord, StoredWords } from './contents.js';
import { type Code, CX } from './forms.js';

/** What a cone's registers and memories hold. */
export interface State {
  readonly words: readonly StoredWord[];
  readonly contents: readonly Contents[];
}

/** Equal for states with the same control, which have 0, 1 and other values in the same places. */
export const controlKey = ({ words, contents }: State): string =>
  [...words, ...contents].map(({ control }) => control).join(',');

/** What became of words and of memories' contents. */
export interface Changed {
  readonly words: Map<StoredWord, StoredWord>;
  readonly contents: Map<Contents, Contents>;
}

/** The states that a cone can be in: equal words and contents are one object each. */
export class States {
  /** Per register. */
  readonly words: readonly StoredWords[];
  /** Per memory. */
  readonly contents: readonly ContentsTable[];

  constructor(
    private readonly registers: readonly RegisterCell[],
    memories: readonly MemoryCell[],
    private readonly algebra: Algebra,
  ) {
    this.words = registers.map(() => new StoredWords());
    this.contents = memories.map(({ width, depth }) => new ContentsTable(width, depth));
  }

  /** Of which nothing is known. */
  unknown(): State {
    const { registers, words, contents } = this;
    return {
      words: registers.map(({ q }, at) => words[at].word(Array<Code>(q.length).fill(CX))),
      contents: contents.map(({ unknown }) => unknown),
    };
  }

  /** Every code of a state changed. @param known what became of words and contents before */
  changed({ words, contents }: State, change: (code: Code) => Code, known: Changed): State {
    return {
      words: words.map((word, at) => {
        const made = known.words.get(word) ?? this.words[at].word(word.codes.map(change));
        known.words.set(word, made);
        return made;
      }),
      contents: contents.map((held, at) =>
        this.contents[at].changed(held, ({ codes }) => codes.map(change), known.contents),
      ),
    };
  }

  /** Joins two states of the same control: where they differ, nothing is known. Gives the first one if nothing differs. */
  joined(state: State, other: State): State {
    const isKnown = (code: Code, second: Code) =>
      code === CX || code === second || this.algebra.same(code, second);
    const join = ({ codes }: StoredWord, second: StoredWord): readonly Code[] =>
      codes.every((code, k) => isKnown(code, second.codes[k]))
        ? codes
        : codes.map((code, k) => (isKnown(code, second.codes[k]) ? code : CX));
    const words = state.words.map((word, at) =>
      word === other.words[at] ? word : this.words[at].word(join(word, other.words[at])),
    );
    const contents = state.contents.map((held, at) =>
      this.contents[at].joined(held, other.contents[at], join),
    );
    const isSame =
      words.every((word, at) => word === state.words[at]) &&
      contents.every((held, at) => held === state.contents[at]);
    return isSame ? state : { words, contents };
  }
}
