import type { BinaryCell } from '../netlist/types.js';
import type { Algebra } from './algebra.js';
import { type Atom, C0, C1, type Code, CX, type FormTerm, isInput } from './forms.js';
import { Rebuilder } from './rebuild.js';
import { evaluateCell } from './symbolic-cells.js';

const MOST_WORDS = 1_024;

/** Words that are chosen among others, and those others. */
export class WordChoices {
  private readonly words = new Map<string, readonly (readonly Code[])[] | undefined>();
  private readonly bits = new Map<string, Code>();

  constructor(private readonly algebra: Algebra) {}

  /**
   * Words that hang on input symbols alone, one of which the word is for whatever comes in: each choice is made both ways,
   * whether or not both can be. Undefined where something else than a choice is in it, or there are too many.
   */
  of(word: readonly Code[]): readonly (readonly Code[])[] | undefined {
    const key = word.join();
    if (!this.words.has(key)) this.words.set(key, this.find(word));
    return this.words.get(key);
  }

  /** The bit that a comparison of two words gives. */
  compared(cell: BinaryCell, inputs: readonly Code[]): Code {
    const key = `${cell.operator} ${cell.a.signed} ${cell.b.signed} ${cell.a.bits.length}:${inputs.join()}`;
    let bit = this.bits.get(key);
    if (bit === undefined) {
      [bit] = evaluateCell(cell, inputs, this.algebra);
      this.bits.set(key, bit);
    }
    return bit;
  }

  private find(word: readonly Code[]): readonly (readonly Code[])[] | undefined {
    if (word.includes(CX)) return undefined;
    if (word.every((code) => this.isOfInputs(code))) return [word];
    const choice = this.choiceIn(word);
    if (choice === undefined) return undefined;
    const found = new Map<string, readonly Code[]>();
    for (const value of [C0, C1]) {
      const chosen = this.of(this.decided(word, choice, value));
      if (chosen === undefined) return undefined;
      for (const one of chosen) found.set(one.join(), one);
    }
    return found.size > MOST_WORDS ? undefined : [...found.values()];
  }

  private isOfInputs(code: Code): boolean {
    return code <= C1 || this.algebra.formOf(code).terms.every(isInput);
  }

  private decided(word: readonly Code[], choice: Code, value: Code): Code[] {
    const decided = new Map([
      [choice, value],
      [this.algebra.not(choice), this.algebra.not(value)],
    ]);
    const rebuilder = new Rebuilder(this.algebra, (terms) => this.algebra.ofTerms(terms), decided);
    return word.map((code) => rebuilder.code(code));
  }

  /** What chooses among the words that one of the bits is of. */
  private choiceIn(word: readonly Code[]): Code | undefined {
    const open = word.find((code) => !this.isOfInputs(code));
    return open === undefined ? undefined : choiceOf(this.algebra.formOf(open).terms);
  }
}

function choiceOf(terms: readonly FormTerm[]): Code | undefined {
  for (const { atom } of terms) {
    const choice = atom.kind === 'half' ? choiceOf(atom.form.terms) : chooser(atom);
    if (choice !== undefined) return choice;
  }
  return undefined;
}

function chooser(atom: Atom): Code | undefined {
  if (atom.kind !== 'cell' || atom.cell.kind !== 'mux') return undefined;
  const select = atom.inputs[atom.inputs.length - 1];
  return select > CX ? select : undefined;
}
