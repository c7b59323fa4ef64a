import { problems } from './problems.js';
import { TokenCursor } from './token-cursor.js';
import { type Meaning, Scopes } from './verilog-scope.js';
import type { Token } from './verilog-tokens.js';

const BINARY = new Set('+ - * / % ** == != < <= > >= & | ^ ~^ ^~ && || << >> >>> <<<'.split(' '));
const PREFIX = new Set('~ ! - + & | ^ ~& ~| ~^'.split(' '));
const FUNCTIONS = new Set(['$signed', '$unsigned']);

/** Names and the expressions that are made of them. */
export class ExpressionGrammar extends TokenCursor {
  protected scopes: Scopes;
  /** Tools differ on whether a combinational block sees a word of a memory change. */
  protected mayReadMemories = true;

  /** @param tokens without conditional texts */
  constructor(file: string, tokens: readonly Token[]) {
    super(file, tokens);
    this.scopes = new Scopes(file);
  }

  protected selection(): void {
    this.take('[');
    this.expression();
    if (this.skip(':') || this.skip('+:')) this.expression();
    this.take(']');
  }

  protected expression(): void {
    this.operand();
    while (this.next.kind === 'symbol' && BINARY.has(this.next.text)) {
      this.advance();
      this.operand();
    }
    if (!this.skip('?')) return;
    this.expression();
    this.take(':');
    this.expression();
  }

  private operand(): void {
    while (this.next.kind === 'symbol' && PREFIX.has(this.next.text)) this.advance();
    const { kind, text } = this.next;
    const isCompared = ['==', '!='].includes(this.before.text);
    if (kind === 'number' || (text === '""' && isCompared)) this.advance();
    else if (kind === 'system' && FUNCTIONS.has(text)) {
      this.advance();
      this.condition();
    } else if (text === '(') this.condition();
    else if (text === '{') this.concatenation();
    else {
      const name = this.name('an expression');
      if (this.scopes.use(name) === 'memory') this.readWord(name);
      else while (this.is('[')) this.selection();
    }
  }

  private readWord(name: Token): void {
    if (!this.mayReadMemories) {
      const got = `the memory ${name.text} in a combinational block`;
      throw problems.verilog(
        `${this.file}:${name.line}`,
        got,
        'an assignment or a clocked block that reads it',
      );
    }
    this.word();
  }

  private concatenation(): void {
    this.take('{');
    this.expression();
    if (this.is('{')) this.concatenation();
    else while (this.skip(',')) this.expression();
    this.take('}');
  }

  protected condition(): void {
    this.take('(');
    this.expression();
    this.take(')');
  }

  /** The index of a memory; nothing selects bits of a word. */
  protected word(): void {
    this.take('[');
    this.expression();
    this.take(']');
    if (this.is('[')) throw this.refused('a whole word of a memory');
  }

  /** A declared name of one meaning. */
  protected meaning(wanted: Meaning): Token {
    const name = this.name(`a ${wanted}`);
    const meaning = this.scopes.use(name);
    if (meaning === wanted) return name;
    throw problems.verilog(`${this.file}:${name.line}`, `${name.text}, a ${meaning}`, `a ${wanted}`);
  }
}
