import type { Random } from '../core/random.js';
import { MAP_OPERATORS } from './map-operators.js';
import { type Operator, parameter } from './operator.js';

/** A fault in one file of a design. */
export interface Mutation {
  /** Such as `ROM bit` or `+ becomes -`. */
  readonly kind: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly before: string;
  readonly after: string;
}

/** A mutation, and the whole file as it leaves it. */
export interface MutatedFile {
  readonly mutation: Mutation;
  readonly text: string;
}

/** One place of a Verilog file that an operator can change. */
interface Site {
  readonly kind: string;
  readonly start: number;
  readonly length: number;
  readonly replacement: string;
}

const swap = (kind: string, pattern: RegExp, from: string, to: string): Operator => ({
  kind,
  pattern,
  replace: ([text]) => text.replace(from, to),
});

// An operand ends in a name, a digit or a closing bracket; `<=` is left alone: it mostly assigns.
const OPERATORS: readonly Operator[] = [
  swap('+ becomes -', /[\w\])}] \+ /g, '+', '-'),
  swap('- becomes +', /[\w\])}] - /g, '-', '+'),
  swap('* becomes +', /[\w\])}] \* /g, '*', '+'),
  swap('== becomes !=', / == /g, '==', '!='),
  swap('!= becomes ==', / != /g, '!=', '=='),
  swap('< becomes <=', / < /g, '<', '<='),
  swap('> becomes >=', / > /g, '>', '>='),
  swap('>= becomes >', / >= /g, '>=', '>'),
  swap('& becomes |', / & /g, '&', '|'),
  swap('| becomes &', / \| /g, '|', '&'),
  swap('&& becomes ||', / && /g, '&&', '||'),
  swap('|| becomes &&', / \|\| /g, '||', '&&'),
  swap('>>> becomes >>', / >>> /g, '>>>', '>>'),
  swap('<< becomes >>', / << /g, '<<', '>>'),
  swap('~ is lost', /~(?=[\w(])/g, '~', ''),
  swap('! is lost', /!(?=[\w(])/g, '!', ''),
  swap('$signed becomes $unsigned', /\$signed(?=\()/g, '$signed', '$unsigned'),
  { kind: 'constant off by one', pattern: /\b(\d+)'(s?)d(\d+)\b/g, replace: constantOffByOne },
  parameter('parameter off by one', '[A-Z][A-Z_0-9]*'),
  {
    kind: 'bit inverted',
    pattern: /\b1'b([01])\b/g,
    replace: ([, bit]) => (bit === '0' ? "1'b1" : "1'b0"),
  },
  {
    kind: 'choice swapped',
    pattern: /\? ([\w[\]:']+) : ([\w[\]:']+)/g,
    replace: ([, first, second]) => `? ${second} : ${first}`,
  },
  // What beats are made of and counted with.
  {
    kind: 'parts swapped',
    pattern: /\{(\w+), (\w+)\}/g,
    replace: ([, upper, lower]) => `{${lower}, ${upper}}`,
  },
  {
    kind: 'counter steps by two',
    pattern: /\b(\w+) \+ 1'b1\b/g,
    replace: ([, counter]) => `${counter} + 2'd2`,
  },
  {
    kind: 'mark of the last one inverted',
    pattern: /\b(assign \w*last\w* *= )([^;\n]+)(?=;)/g,
    replace: ([, target, value]) => `${target}~(${value})`,
  },
  {
    kind: 'word dropped',
    pattern: /\bif \((s_valid_i & s_ready_o|give)\) (data_q)(?= <=)/g,
    replace: ([, when, word]) => `if (${when} & ~${word}[0]) ${word}`,
  },
  ...MAP_OPERATORS,
];

function constantOffByOne([, width, sign, digits]: RegExpMatchArray, random: Random): string {
  const modulus = 1n << BigInt(width);
  const step = random.pick([1n, modulus - 1n]);
  const changed = (BigInt(digits) + step) % modulus;
  return `${width}'${sign}d${changed}`;
}

/** Blanks what no simulation without self-checks sees, and declarations; every character keeps its place. */
function activeCode(text: string): string {
  const blank = (part: string) => part.replace(/[^\n]/g, ' ');
  return text
    .replace(/^`ifdef SYNTHESIS$([\s\S]*?)^`else$[\s\S]*?^`endif$/gm, (whole, kept: string) => {
      const head = '`ifdef SYNTHESIS'.length;
      return blank(whole.slice(0, head)) + kept + blank(whole.slice(head + kept.length));
    })
    .replace(/^`ifndef SYNTHESIS$[\s\S]*?^`endif$/gm, blank)
    .replace(/\/\/ synthesis translate_off[\s\S]*?\/\/ synthesis translate_on/g, blank)
    .replace(/\/\/.*|\/\*[\s\S]*?\*\/|"[^"\n]*"/g, blank)
    .replace(/^`.*$/gm, blank)
    .replace(/\bwire\s+unused\b[^;]*;/g, blank)
    .replace(/^\s*(?:parameter|input|output|module|\.CHECKSUM)\b.*$/gm, blank)
    .replace(/^\s*(?:wire|reg|integer)\b[^=;]*/gm, blank);
}

/** A seeded fault in Verilog text; undefined when there is no place for one. */
export function mutateVerilog(file: string, text: string, random: Random): MutatedFile | undefined {
  const code = activeCode(text);
  const byKind = OPERATORS.map(({ kind, pattern, replace }) =>
    [...code.matchAll(pattern)].map((match): Site => {
      const replacement = replace(match, random);
      return { kind, start: match.index, length: match[0].length, replacement };
    }),
  ).filter((sites) => sites.length > 0);
  if (byKind.length === 0) return undefined;
  // The kind first, so that a kind with few places has its turn.
  const site = random.pick(random.pick(byKind));
  const changed = text.slice(0, site.start) + site.replacement + text.slice(site.start + site.length);
  return { mutation: describe(site.kind, file, text, changed, site.start), text: changed };
}

function describe(kind: string, file: string, before: string, after: string, start: number): Mutation {
  const line = before.slice(0, start).split('\n').length;
  const lineOf = (text: string) => text.split('\n')[line - 1].trim();
  return { kind, file, line, before: lineOf(before), after: lineOf(after) };
}

/** A seeded fault in a ROM image (one hexadecimal word a line): a bit inverted, or two words exchanged. */
export function mutateRom(
  file: string,
  text: string,
  width: number,
  random: Random,
): MutatedFile | undefined {
  const words = text.trimEnd().split('\n');
  const at = random.integer(0, words.length - 1);
  const other = random.integer(0, words.length - 1);
  const swapped = random.integer(0, 3) === 0 && words[at] !== words[other];
  const bit = random.integer(0, width - 1);
  const flipped = (BigInt(`0x${words[at]}`) ^ (1n << BigInt(bit)))
    .toString(16)
    .padStart(words[at].length, '0');
  const changed = swapped ? words.with(at, words[other]).with(other, words[at]) : words.with(at, flipped);
  const kind = swapped ? `ROM words ${at} and ${other} exchanged` : `ROM bit ${bit} inverted`;
  return {
    mutation: { kind, file, line: at + 1, before: words[at], after: changed[at] },
    text: `${changed.join('\n')}\n`,
  };
}

/** The file there, but nothing in it. */
export function emptyRom(file: string, text: string): MutatedFile {
  return {
    mutation: { kind: 'ROM emptied', file, line: 1, before: text.split('\n')[0], after: '' },
    text: '',
  };
}
