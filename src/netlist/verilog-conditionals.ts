import { primitiveText } from '../emit/primitives.js';
import { problems } from './problems.js';
import { type SourceText, type Token, tokenize } from './verilog-tokens.js';

/** A text between `ifdef` and `endif`. */
interface Conditional {
  readonly tokens: readonly Token[];
  /** What of it Yosys reads. */
  readonly taken: readonly Token[];
  /** The other words, which only other tools read. */
  readonly hidden: ReadonlySet<string>;
}

/** Conditional texts of these: a ROM's check, where its file is looked for, and what kind of memory a tool takes. */
const PRIMITIVES = ['espalier_rom', 'espalier_operands'];
/** That of this one is another way to the same product: the text round it must be as it is shipped, too. */
const WHOLE = 'espalier_product';
/** Yosys defines it; no other macro is. */
const DEFINED = 'SYNTHESIS';

interface Shipped {
  readonly conditionals: readonly Conditional[];
  readonly whole: { readonly tokens: readonly Token[]; readonly conditionals: readonly Conditional[] };
}

let shipped: Shipped | undefined;

/**
 * The tokens of a source as Yosys reads them. A conditional text must be one of those that are shipped, word by word:
 * of any other, tools might read different branches.
 *
 * @throws netlist/verilog
 */
export function readTokens(source: SourceText): Token[] {
  const tokens = withoutNetType(tokenize(source));
  if (!tokens.some(({ kind }) => kind === 'directive')) return tokens;
  shipped ??= readShipped();
  const { whole } = shipped;
  const isWhole = tokens.length === whole.tokens.length && standsAt(whole, tokens, 0);
  const conditionals = isWhole ? whole.conditionals : shipped.conditionals;
  const kept: Token[] = [];
  const hidden = new Set<string>();
  for (let at = 0; at < tokens.length; ) {
    const found =
      tokens[at].kind === 'directive' ? conditionals.find((it) => standsAt(it, tokens, at)) : undefined;
    if (found === undefined) kept.push(tokens[at]);
    else for (const word of found.hidden) hidden.add(word);
    if (found !== undefined) kept.push(...found.taken.map((token) => ({ ...token, line: tokens[at].line })));
    at += found?.tokens.length ?? 1;
  }
  checkDirectives(source.file, kept, hidden);
  return kept;
}

function readShipped(): Shipped {
  const tokensOf = (primitive: string) =>
    withoutNetType(tokenize({ file: `${primitive}.v`, text: primitiveText(primitive) }));
  const tokens = tokensOf(WHOLE);
  return {
    conditionals: PRIMITIVES.flatMap((primitive) => conditionalsOf(tokensOf(primitive))),
    whole: { tokens, conditionals: conditionalsOf(tokens) },
  };
}

const NET_TYPE = '`default_nettype';

/**
 * Without the directives that every file of ours begins and ends with, after which no net is declared by being used: the
 * grammar takes no such net anyway.
 */
function withoutNetType(tokens: Token[]): Token[] {
  const stands = (at: number, type: string) => tokens[at]?.text === NET_TYPE && tokens[at + 1]?.text === type;
  const end = tokens.length - 1;
  if (!stands(0, 'none') || !stands(end - 2, 'wire')) return tokens;
  return [...tokens.slice(2, end - 2), tokens[end]];
}

function checkDirectives(file: string, kept: readonly Token[], hidden: ReadonlySet<string>): void {
  for (const { kind, text, line } of kept) {
    if (kind === 'directive') {
      const wanted = 'no directives but those of modules that are shipped, as they are';
      throw problems.verilog(`${file}:${line}`, text, wanted);
    }
    // Other tools might take it for what the conditional text declares.
    if (kind === 'word' && hidden.has(text)) {
      throw problems.verilog(`${file}:${line}`, text, 'a name that the check of the contents does not have');
    }
  }
}

const standsAt = (
  text: { readonly tokens: readonly Token[] },
  tokens: readonly Token[],
  at: number,
): boolean =>
  text.tokens.every(
    ({ kind, text }, index) => tokens[at + index]?.kind === kind && tokens[at + index].text === text,
  );

function conditionalsOf(tokens: readonly Token[]): Conditional[] {
  const found: Conditional[] = [];
  let depth = 0;
  let start = 0;
  let middle = 0;
  tokens.forEach(({ text }, at) => {
    if (text === '`ifdef' || text === '`ifndef') {
      if (depth === 0) [start, middle] = [at, 0];
      depth += 1;
    } else if (text === '`else' && depth === 1) middle = at;
    else if (text === '`endif') {
      depth -= 1;
      if (depth === 0) found.push(conditionalOf(tokens.slice(start, at + 1), middle - start));
    }
  });
  return found;
}

/** @param middle where `else` stands, negative without one */
function conditionalOf(tokens: readonly Token[], middle: number): Conditional {
  const [directive, name] = tokens;
  const first = tokens.slice(2, middle < 0 ? -1 : middle);
  const second = middle < 0 ? [] : tokens.slice(middle + 1, -1);
  const takesFirst = (directive.text === '`ifdef') === (name.text === DEFINED);
  const [taken, other] = takesFirst ? [first, second] : [second, first];
  const read = new Set(taken.map(({ text }) => text));
  const words = other.filter(
    ({ kind, text }, at) => kind === 'word' && !read.has(text) && isDeclared(other, at),
  );
  return { tokens, taken, hidden: new Set(words.map(({ text }) => text)) };
}

/** Whether the word stands behind what declares it, such as `reg [31:0]`. */
function isDeclared(tokens: readonly Token[], at: number): boolean {
  let before = at - 1;
  if (tokens[before]?.text === ']') while (before >= 0 && tokens[before].text !== '[') before -= 1;
  if (tokens[before]?.text === '[') before -= 1;
  return ['localparam', 'integer', 'reg', 'task'].includes(tokens[before]?.text);
}
