import { problems } from './problems.js';
import type { Token } from './verilog-tokens.js';

/** What a name stands for. */
export type Meaning =
  | 'net'
  | 'register'
  | 'memory'
  | 'parameter'
  | 'text parameter'
  | 'loop variable'
  | 'counter'
  | 'block';

/** The names of one module, in the scopes of its generate blocks: each declared once, before it is used, and not hidden. */
export class Scopes {
  private readonly scopes: Map<string, Meaning>[] = [new Map()];

  constructor(private readonly file: string) {}

  enter(): void {
    this.scopes.push(new Map());
  }

  leave(): void {
    this.scopes.pop();
  }

  /** @throws netlist/verilog */
  declare({ text, line }: Token, meaning: Meaning): void {
    if (this.find(text) !== undefined) {
      throw problems.verilog(`${this.file}:${line}`, `${text}, a second time`, 'one declaration of a name');
    }
    this.scopes[this.scopes.length - 1].set(text, meaning);
  }

  /** @throws netlist/verilog */
  use({ text, line }: Token): Meaning {
    const meaning = this.find(text);
    if (meaning === undefined || meaning === 'block') {
      throw problems.verilog(`${this.file}:${line}`, text, 'a name that is declared above');
    }
    return meaning;
  }

  find(name: string): Meaning | undefined {
    return this.scopes.map((scope) => scope.get(name)).find((meaning) => meaning !== undefined);
  }
}
