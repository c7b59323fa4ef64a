import { VERILOG_WORDS } from '../emit/names.js';
import { problems } from './problems.js';
import { ExpressionGrammar } from './verilog-expressions.js';
import { type Meaning, Scopes } from './verilog-scope.js';
import type { Token } from './verilog-tokens.js';

/** What a module uses of the rest of the design. */
export interface ModuleText {
  readonly name: Token;
  readonly instances: readonly InstanceText[];
  /** Names of ROM images. */
  readonly files: readonly Token[];
  /** Parameters that name a file. */
  readonly textParameters: ReadonlySet<string>;
}

export interface InstanceText {
  readonly module: Token;
  readonly parameters: readonly ParameterText[];
}

export interface ParameterText {
  readonly name: Token;
  /** Whether its value is a text, or a parameter that is one. */
  readonly isText: boolean;
  /** Its value, or how that begins. */
  readonly value: Token;
}

const CLOCK = 'aclk';

/**
 * Reads the Verilog that Espalier writes, and nothing else: synchronous modules without first values, delays,
 * attributes, macros, tasks, names of other modules' insides, or anything else that a tool can take to mean another
 * thing. The text is only gone through; what it means is Yosys's to say.
 */
export class Grammar extends ExpressionGrammar {
  private instances: InstanceText[] = [];
  private files: Token[] = [];
  private textParameters = new Set<string>();
  /** Memories whose contents an image is, and those that are written. */
  private loaded = new Set<string>();
  private written = new Set<string>();

  /** @throws netlist/verilog */
  modules(): ModuleText[] {
    const modules: ModuleText[] = [];
    while (this.next.kind !== 'end') modules.push(this.module());
    return modules;
  }

  private module(): ModuleText {
    this.scopes = new Scopes(this.file);
    this.instances = [];
    this.files = [];
    this.textParameters = new Set();
    this.loaded = new Set();
    this.written = new Set();
    this.take('module');
    const name = this.name('the name of a module');
    if (this.skip('#')) this.list(() => this.parameter());
    this.list(() => this.port());
    this.take(';');
    while (!this.skip('endmodule')) this.item();
    const { instances, files, textParameters } = this;
    return { name, instances, files, textParameters };
  }

  private parameter(): void {
    this.take('parameter');
    this.type();
    const name = this.name('the name of a parameter');
    this.take('=');
    const isText = this.value();
    if (isText) this.textParameters.add(name.text);
    this.scopes.declare(name, isText ? 'text parameter' : 'parameter');
  }

  private port(): void {
    if (!this.skip('input')) this.take('output');
    this.skip('wire');
    this.type();
    this.scopes.declare(this.name('the name of a port'), 'net');
  }

  /** `signed` and a range, where they stand. */
  private type(): void {
    this.skip('signed');
    if (this.is('[')) this.range();
  }

  private range(): void {
    this.take('[');
    this.expression();
    this.take(':');
    this.expression();
    this.take(']');
  }

  /** Of an array: from 0 up, as standards differ on where a file's first word goes in other ones. */
  private depth(): void {
    for (const text of ['[', '0', ':']) this.take(text);
    this.expression();
    this.take(']');
  }

  private item(): void {
    const { text, kind } = this.next;
    if (kind === 'word' && !VERILOG_WORDS.has(text)) this.instance();
    else if (text === 'wire' || text === 'reg') this.signals(text);
    else if (text === 'localparam') this.constants();
    else if (text === 'genvar') this.variables('genvar', 'loop variable');
    else if (text === 'integer') this.variables('integer', 'counter');
    else if (text === 'assign') this.assignment();
    else if (text === 'always') this.always();
    else if (text === 'initial') this.initial();
    else if (text === 'generate') this.generate();
    else if (text === 'for') this.loop();
    else if (text === 'if') this.choice();
    else throw this.refused('an item of a module');
  }

  private signals(kind: 'wire' | 'reg'): void {
    this.take(kind);
    this.type();
    do {
      const name = this.name('the name of a signal');
      const isMemory = kind === 'reg' && this.is('[');
      if (isMemory) this.depth();
      if (kind === 'wire' && this.skip('=')) this.expression();
      this.scopes.declare(name, isMemory ? 'memory' : kind === 'reg' ? 'register' : 'net');
    } while (this.skip(','));
    this.take(';');
  }

  private constants(): void {
    this.take('localparam');
    this.type();
    do {
      const name = this.name('the name of a constant');
      this.take('=');
      this.scopes.declare(name, this.value() ? 'text parameter' : 'parameter');
    } while (this.skip(','));
    this.take(';');
  }

  private variables(kind: 'genvar' | 'integer', meaning: Meaning): void {
    this.take(kind);
    do this.scopes.declare(this.name('the name of a variable'), meaning);
    while (this.skip(','));
    this.take(';');
  }

  private assignment(): void {
    this.take('assign');
    this.target('net');
    this.take('=');
    this.expression();
    this.take(';');
  }

  private always(): void {
    for (const text of ['always', '@']) this.take(text);
    if (this.skip('*')) {
      this.mayReadMemories = false;
      this.combinational();
      this.mayReadMemories = true;
      return;
    }
    for (const text of ['(', 'posedge', CLOCK, ')']) this.take(text);
    this.statement();
  }

  /**
   * Begins with values for all that it sets, so that nothing of it remembers. What reads no signal is never computed by
   * simulators: they wait for a change of one.
   */
  private combinational(): void {
    const set = new Set<string>();
    const start = this.place;
    this.take('begin');
    while (this.next.kind === 'word' && !VERILOG_WORDS.has(this.next.text)) {
      set.add(this.next.text);
      this.meaning('register');
      this.update();
    }
    while (!this.is('end')) this.step(set);
    if (!this.since(start).some((token) => this.isSignal(token) && !set.has(token.text))) {
      throw this.refused('a block that reads a signal');
    }
    this.take('end');
  }

  private isSignal({ kind, text }: Token): boolean {
    return kind === 'word' && ['net', 'register'].includes(this.scopes.find(text) ?? '');
  }

  private step(set: ReadonlySet<string>): void {
    if (this.skip('begin')) {
      while (!this.skip('end')) this.step(set);
    } else if (this.skip('if')) {
      this.condition();
      this.step(set);
      if (this.skip('else')) this.step(set);
    } else if (this.is('for')) {
      this.counting('counter');
      this.step(set);
    } else {
      if (!set.has(this.next.text)) throw this.refused('what the block has set before');
      this.meaning('register');
      this.update();
    }
  }

  private update(): void {
    this.take('=');
    this.expression();
    this.take(';');
  }

  private statement(): void {
    if (this.skip('begin')) {
      while (!this.skip('end')) this.statement();
    } else if (this.skip('if')) {
      this.condition();
      this.statement();
      if (this.skip('else')) this.statement();
    } else {
      if (this.scopes.find(this.next.text) === 'memory') this.writtenWord();
      else this.target('register');
      this.take('<=');
      this.expression();
      this.take(';');
    }
  }

  /** A word of a memory, whole. */
  private writtenWord(): void {
    const name = this.meaning('memory');
    this.noteMemory(name, this.written, this.loaded);
    this.word();
  }

  /** A memory has its contents from an image or from what is written: tools differ on which of both comes first. */
  private noteMemory(name: Token, own: Set<string>, other: ReadonlySet<string>): void {
    own.add(name.text);
    if (!other.has(name.text)) return;
    const got = `${name.text}, which is loaded and written`;
    throw problems.verilog(`${this.file}:${name.line}`, got, 'a memory that is loaded or written');
  }

  /** The contents of a ROM. */
  private initial(): void {
    this.take('initial');
    const isBlock = this.skip('begin');
    for (const text of ['$readmemh', '(']) this.take(text);
    if (this.next.kind === 'string') this.files.push(this.advance());
    else this.meaning('text parameter');
    this.take(',');
    this.noteMemory(this.meaning('memory'), this.loaded, this.written);
    for (const text of [')', ';']) this.take(text);
    if (isBlock) this.take('end');
  }

  private generate(): void {
    this.take('generate');
    while (!this.skip('endgenerate')) this.item();
  }

  private loop(): void {
    this.counting('loop variable');
    this.block();
  }

  /** The head of a loop. */
  private counting(meaning: 'loop variable' | 'counter'): void {
    const count = () => {
      this.meaning(meaning);
      this.take('=');
      this.expression();
    };
    for (const text of ['for', '(']) this.take(text);
    count();
    this.take(';');
    this.expression();
    this.take(';');
    count();
    this.take(')');
  }

  private choice(): void {
    this.take('if');
    this.condition();
    this.block();
    if (!this.skip('else')) return;
    if (this.is('if')) this.choice();
    else this.block();
  }

  private block(): void {
    for (const text of ['begin', ':']) this.take(text);
    this.scopes.declare(this.name('the name of a block'), 'block');
    this.scopes.enter();
    while (!this.skip('end')) this.item();
    this.scopes.leave();
  }

  private instance(): void {
    const module = this.advance();
    const parameters: ParameterText[] = [];
    if (this.skip('#')) this.list(() => parameters.push(this.override()));
    this.scopes.declare(this.name('the name of an instance'), 'block');
    const ports = new Set<string>();
    this.list(() => this.connection(ports));
    this.take(';');
    this.instances.push({ module, parameters });
  }

  private override(): ParameterText {
    this.take('.');
    const name = this.name('the name of a parameter');
    this.take('(');
    const value = this.next;
    const isText = this.value();
    this.take(')');
    return { name, isText, value };
  }

  private connection(ports: Set<string>): void {
    this.take('.');
    const { text } = this.name('the name of a port');
    if (ports.has(text)) throw this.refused(`one connection of ${text}`);
    ports.add(text);
    this.take('(');
    this.expression();
    this.take(')');
  }

  /** A parameter's value: a text, or a parameter that is one (then true), or an expression. */
  private value(): boolean {
    if (this.next.kind === 'string') {
      const text = this.advance();
      if (text.text !== '""') this.files.push(text);
      return true;
    }
    const start = this.next;
    const after = this.after;
    this.expression();
    const alone = start.kind === 'word' && [',', ')', ';'].includes(after.text);
    return alone && this.scopes.use(start) === 'text parameter';
  }

  private target(meaning: Meaning): void {
    this.meaning(meaning);
    while (this.is('[')) this.selection();
  }

  /** `( a , b )`, at least one. */
  private list(element: () => void): void {
    this.take('(');
    do element();
    while (this.skip(','));
    this.take(')');
  }
}
