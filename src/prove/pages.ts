import type { Cone } from './cone.js';
import { C0, C1, type Code, CX } from './forms.js';
import type { PageCut, Place } from './protocol.js';
import type { State } from './states.js';

/** The pages that hold the samples in flight: sample `first` is the oldest one that is there. */
interface Held {
  readonly first: number;
  readonly count: number;
  /** Where the oldest one is. */
  readonly page: number;
}

const pageOf = ({ page }: Pick<Held, 'page'>, at: number, { pages }: PageCut): number => (page + at) % pages;

/** Which pages are told to be full: as many as there are samples, one after the other. */
export const fullPages = (cut: PageCut, held: Pick<Held, 'count' | 'page'>): Code[] => {
  const codes = cut.full.map((): Code => C0);
  for (let at = 0; at < held.count; at++) codes[pageOf(held, at, cut)] = C1;
  return codes;
};

/** The memories that a segment reads its samples from: whole samples are in them, and nothing is known of what else is. */
export class PageSource {
  private readonly made = new Map<string, Map<string, ReturnType<Cone['contentsOf']>>>();

  constructor(
    private readonly cut: PageCut,
    private readonly cone: Cone,
    /** The codes of sample number `sample`, bit by bit. */
    private readonly sampleOf: (sample: number) => readonly Code[],
  ) {}

  /** Nothing is known of any page, nor whether it is full. */
  giveNothing(): void {
    const { cut, cone } = this;
    cone.give(
      cut.full,
      cut.full.map(() => CX),
    );
    this.giveContents({ first: 0, count: 0, page: 0 });
  }

  /** @param count samples in flight; the last `held` of them are in pages. @param more told to come in this cycle */
  give({ held, page }: Place, count: number, more: number): void {
    const { cut, cone } = this;
    cone.give(cut.full, fullPages(cut, { count: held + more, page }));
    this.giveContents({ first: count - held, count: held, page });
  }

  private giveContents(held: Held): void {
    const { cut, cone } = this;
    const key = Object.values(held).join();
    for (const name of cut.memories) {
      const known = this.made.get(name) ?? new Map<string, ReturnType<Cone['contentsOf']>>();
      this.made.set(name, known);
      const contents = known.get(key) ?? cone.contentsOf(name, this.wordsOf(held));
      known.set(key, contents);
      cone.giveContents(name, contents);
    }
  }

  private wordsOf(held: Held): Map<number, readonly Code[]> {
    const { width, words, stride } = this.cut;
    const all = new Map<number, readonly Code[]>();
    for (let at = 0; at < held.count; at++) {
      // All outputs of a sample have come out, and it is still read.
      if (held.first + at < 0) continue;
      const codes = this.sampleOf(held.first + at);
      for (let word = 0; word < words; word++) {
        const address = pageOf(held, at, this.cut) * stride + word;
        all.set(address, codes.slice(word * width, (word + 1) * width));
      }
    }
    return all;
  }
}

/** The memories that a segment fills: what every whole sample in them is. */
export class PageSink {
  /** By the sample's number: pages that were looked at. */
  private readonly seen: Set<unknown>[] = [];

  constructor(
    private readonly cut: PageCut,
    private readonly cone: Cone,
  ) {}

  /** Whether exactly those pages are told to be full that have whole samples. */
  isTold(held: Pick<Held, 'count' | 'page'>): boolean {
    const wanted = fullPages(this.cut, held);
    return this.cut.full.every((bit, page) => this.cone.value(bit) === wanted[page]);
  }

  /**
   * Pages that were not seen before.
   *
   * @param note of a sample's number its page, bit by bit
   */
  look(
    state: State,
    held: Pick<Held, 'count' | 'page'>,
    note: (sample: number, codes: readonly Code[]) => void,
  ) {
    const { cut, cone } = this;
    for (let sample = 0; sample < Math.min(held.count, cut.pages); sample++) {
      this.seen[sample] ??= new Set();
      for (const name of cut.memories) {
        const part = cone.pageOf(state, name, cut.pages, pageOf(held, sample, cut));
        if (this.seen[sample].has(part)) continue;
        this.seen[sample].add(part);
        note(sample, cone.codesIn(name, part).slice(0, cut.width * cut.words));
      }
    }
  }
}
