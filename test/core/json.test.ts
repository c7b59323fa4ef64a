import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from '../../src/core/json.js';

describe('JSON from outside', () => {
  it('is what JSON.parse says, a byte order mark or not', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        fc.pre(!text.includes('__proto__'));
        expect(parseJson(text)).toEqual(JSON.parse(text));
        expect(parseJson(`\uFEFF${text}`)).toEqual(JSON.parse(text));
      }),
    );
    const text = '{ "a" : [ "{", "\\"}", { "a": 1, "b:" : "a" } ], "\\\\" : ":" }';
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });

  it.each([
    ['{"a":1,"b":{"a":2},"a":3}', 'the member "a" twice'],
    // One name in two spellings.
    ['{"a":1,"\\u0061":3}', 'the member "\\u0061" twice'],
    ['[{"__proto__":{"x":1}}]', 'a member "__proto__"'],
    ['{"\\u005f_proto__":1}', 'a member "__proto__"'],
    [`${'['.repeat(65)}${']'.repeat(65)}`, 'nesting deeper than 64 levels'],
    [`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, 'nesting deeper than 64 levels'],
  ])('is refused: %.40s', (text, message) => {
    expect(() => parseJson(text)).toThrow(new SyntaxError(message));
  });

  it('may be nested as deep as ours is, and more', () => {
    const text = `${'['.repeat(64)}${']'.repeat(64)}`;
    expect(JSON.stringify(parseJson(text))).toBe(text);
  });
});
