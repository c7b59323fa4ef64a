import { problems } from './problems.js';

export type TokenKind = 'word' | 'number' | 'string' | 'system' | 'symbol' | 'directive' | 'pragma' | 'end';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

/** Verilog text, to be read from the start to the end. */
export interface SourceText {
  /** For messages. */
  readonly file: string;
  readonly text: string;
}

/** Tools that take comments which begin with these words, and go on, for instructions. */
const TOOLS =
  'altera|ambit|cadence|coverage|exemplar|lint|pragma|quartus|rtl_synthesis|spyglass|synopsys|synplify|synthesis|' +
  'translate_off|translate_on|verilator|verific|vcs|vivado|xilinx';
const PRAGMA = new RegExp(String.raw`^//[\s/@$]*((?:${TOOLS})[ \t]+\S.*|translate_o(?:ff|n)\b.*)$`);

const SYMBOLS =
  '<<< >>> === !== << >> <= >= == != && || ** +: -: ~& ~| ~^ ^~ ( ) [ ] { } ; : , . # @ ? = + - * / % < > & | ^ ~ !';

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

/** What a token can look like, in the order in which it is tried. */
const PATTERNS: readonly (readonly [TokenKind | 'nothing', RegExp])[] = [
  ['nothing', /(?:[ \t\n]|\r\n)+/y],
  ['nothing', /\/\/[^\r\n]*/y],
  ['directive', /`\w+/y],
  ['system', /\$[A-Za-z_]\w*/y],
  ['word', /[A-Za-z_]\w*/y],
  ['number', /\d+'s?[bdh][0-9a-fA-F]+(?!\w)|\d+(?!['\w])/y],
  ['string', /"[^"\\\r\n]*"/y],
  ['symbol', new RegExp(SYMBOLS.split(' ').map(escaped).join('|'), 'y')],
];

/**
 * The tokens of Verilog text, in that part of the language that tools do not read in two ways. Comments are left
 * out, unless they instruct a tool.
 *
 * @throws netlist/verilog
 */
export function tokenize({ file, text }: SourceText): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let at = 0;
  while (at < text.length) {
    // A comment that ends within a line may be an instruction to a tool.
    const [kind, found] = text.startsWith('/*', at) ? [] : (match(text, at) ?? []);
    if (kind === undefined || found === undefined) {
      throw problems.verilog(
        `${file}:${line}`,
        describe(text.slice(at)),
        'characters and tokens as Espalier writes them',
      );
    }
    const pragma = found.startsWith('//') ? PRAGMA.exec(found)?.[1] : undefined;
    if (pragma !== undefined) tokens.push({ kind: 'pragma', text: pragma.trim(), line });
    else if (kind !== 'nothing') tokens.push({ kind, text: found, line });
    if (kind === 'number') checkNumber(found, `${file}:${line}`);
    for (const character of found) if (character === '\n') line += 1;
    at += found.length;
  }
  tokens.push({ kind: 'end', text: 'the end of the file', line });
  return tokens;
}

function match(text: string, at: number): [TokenKind | 'nothing', string] | undefined {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined && (kind !== 'nothing' || !/[^ -~\s]/.test(found))) return [kind, found];
  }
  return undefined;
}

/** The first few characters, with those that no screen shows as numbers. */
function describe(rest: string): string {
  const piece = /^(?:\/\*|\d+'?\w{0,12}\??|\\\S{1,12}|"[^\n]{0,12}|\S)/.exec(rest)?.[0] ?? rest.slice(0, 1);
  return [...piece].map((c) => (/[ -~]/.test(c) ? c : `\\u{${c.codePointAt(0)?.toString(16)}}`)).join('');
}

/** Digits beyond a number's width are dropped by some tools, and whole numbers beyond 31 bits are read in two ways. */
function checkNumber(text: string, place: string): void {
  const [, width, base, digits] = /^(\d+)'s?([bdh])(\w+)$/.exec(text) ?? [];
  const prefix = { b: '0b', d: '', h: '0x' }[base] ?? '';
  const valid = { b: /^[01]+$/, d: /^\d+$/, h: /^[\da-f]+$/i }[base ?? 'd']?.test(digits ?? text);
  const limit = 1n << BigInt(base === undefined ? 31 : Math.min(Number(width), 2 ** 20));
  if (valid && BigInt(prefix + (digits ?? text)) < limit) return;
  throw problems.verilog(place, text, 'a number whose digits fit its width');
}
