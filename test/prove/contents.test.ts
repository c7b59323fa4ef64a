import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { type Contents, ContentsTable } from '../../src/prove/contents.js';
import { type Code, CX } from '../../src/prove/forms.js';

const WIDTH = 3;

describe('the contents of a memory', () => {
  it.each([1, 2, 5, 8, 13])('of %i words are what was written, and earlier ones stay', (depth) => {
    const random = new Random(depth, 'contents');
    const table = new ContentsTable(WIDTH, depth);
    const word = () => Array.from({ length: WIDTH }, (): Code => random.integer(0, 9));
    const unknown = Array<Code>(WIDTH).fill(CX);
    const seen: { contents: Contents; words: (readonly Code[])[] }[] = [
      { contents: table.unknown, words: Array(depth).fill(unknown) },
    ];
    for (let step = 0; step < 200; step++) {
      const { contents, words } = random.pick(seen);
      const [at, codes] = [random.integer(0, depth - 1), word()];
      seen.push({ contents: table.write(contents, at, codes), words: words.with(at, codes) });
    }
    for (const { contents, words } of seen) {
      expect(words.map((_, at) => table.read(contents, at).codes)).toEqual(words);
    }
    const byText = new Map(seen.map(({ contents, words }) => [words.join(';'), contents]));
    // Equal words are one object, and other words another.
    for (const { contents, words } of seen) expect(byText.get(words.join(';'))).toBe(contents);
    expect(new Set(byText.values()).size).toBe(byText.size);
  });

  it('have the same control where 0 and 1 stand at the same places', () => {
    const table = new ContentsTable(WIDTH, 4);
    const write = (...words: Code[][]) =>
      words.reduce((contents, codes, at) => table.write(contents, at, codes), table.unknown).control;
    expect(write([0, 1, 7], [5, 6, 7])).toBe(write([0, 1, CX], [8, 8, 8]));
    expect(write([0, 1, 7])).not.toBe(write([1, 0, 7]));
    expect(write([0, 1, 7], [0, 0, 0])).not.toBe(write([0, 0, 0], [0, 1, 7]));
  });

  it('are changed and joined word by word', () => {
    const table = new ContentsTable(WIDTH, 3);
    const a = table.write(table.write(table.unknown, 0, [5, 5, 5]), 2, [7, 0, 1]);
    const b = table.write(a, 2, [7, 1, 1]);
    const join = table.joined(a, b, (one, other) =>
      one.codes.map((code, k) => (code === other.codes[k] ? code : CX)),
    );
    expect(join).toBe(table.write(a, 2, [7, CX, 1]));
    const changed = table.changed(a, ({ codes }) => codes.map((code) => (code === 5 ? 6 : code)), new Map());
    expect(changed).toBe(table.write(a, 0, [6, 6, 6]));
  });
});
