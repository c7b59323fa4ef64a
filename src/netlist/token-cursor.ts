import { VERILOG_WORDS } from '../emit/names.js';
import { problems } from './problems.js';
import type { Token } from './verilog-tokens.js';

/** A place among the tokens of a file, and what a grammar does there: look, go on, or refuse what it sees. */
export class TokenCursor {
  private at = 0;

  constructor(
    protected readonly file: string,
    private readonly tokens: readonly Token[],
  ) {}

  /** How far the cursor has come, for {@link since}. */
  protected get place(): number {
    return this.at;
  }

  protected get before(): Token {
    return this.tokens[this.at - 1];
  }

  protected get after(): Token {
    return this.tokens[this.at + 1];
  }

  /** What the cursor went over from a place on. */
  protected since(place: number): readonly Token[] {
    return this.tokens.slice(place, this.at);
  }

  protected get next(): Token {
    return this.tokens[this.at];
  }

  protected is(text: string): boolean {
    const { next } = this;
    return next.text === text && next.kind !== 'string';
  }

  protected advance(): Token {
    const token = this.next;
    this.at += 1;
    return token;
  }

  protected skip(text: string): boolean {
    if (!this.is(text)) return false;
    this.at += 1;
    return true;
  }

  protected take(text: string): void {
    if (!this.skip(text)) throw this.refused(text);
  }

  protected name(wanted: string): Token {
    const { kind, text } = this.next;
    if (kind !== 'word' || VERILOG_WORDS.has(text)) throw this.refused(wanted);
    return this.advance();
  }

  protected refused(wanted: string) {
    const { kind, text, line } = this.next;
    const got = kind === 'pragma' ? `the instruction "${text}" in a comment` : text;
    return problems.verilog(`${this.file}:${line}`, got, wanted);
  }
}
