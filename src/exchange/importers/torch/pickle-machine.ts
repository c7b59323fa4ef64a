import { problems } from '../../problems.js';

/** A function or a class of Python, by its full name; nothing here can call it. */
export class Named {
  constructor(readonly name: string) {}
}

/** An object that only Python could make: which class or function it would ask, and with what. */
export class Foreign {
  constructor(
    readonly name: string,
    readonly args: readonly unknown[],
  ) {}
}

/** What a pickle's names stand for. */
export interface PickleHost {
  /** The only functions and classes that are known, each as work of our own. */
  readonly known: ReadonlyMap<string, (args: readonly unknown[]) => unknown>;
  /** What the object is that the pickle has only a sign of. */
  persistent(id: unknown): unknown;
}

/** The stack machine that a pickle is a program of. */
export class PickleMachine {
  isDone = false;
  private stack: unknown[] = [];
  private readonly marks: unknown[][] = [];
  private readonly memo = new Map<number, unknown>();
  private readonly view: DataView;

  constructor(
    private readonly bytes: Uint8Array,
    public at: number,
    private readonly host: PickleHost,
    private readonly where: string,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  broken(got: string) {
    return problems.importPickle(this.where, got);
  }

  /** The next bytes, which are passed. */
  take(length: number): Uint8Array {
    const end = this.at + length;
    if (!(length >= 0 && end <= this.bytes.length)) {
      throw this.broken(`${this.bytes.length - this.at} bytes left, where ${length} are named`);
    }
    const taken = this.bytes.subarray(this.at, end);
    this.at = end;
    return taken;
  }

  byte(): number {
    return this.take(1)[0];
  }

  /** A number of 2, 4 or 8 bytes, the low one first. */
  unsigned(bytes: 2 | 4 | 8): number {
    const { byteOffset } = this.take(bytes);
    const at = byteOffset - this.bytes.byteOffset;
    if (bytes === 2) return this.view.getUint16(at, true);
    return bytes === 4 ? this.view.getUint32(at, true) : Number(this.view.getBigUint64(at, true));
  }

  signed32(): number {
    return this.unsigned(4) | 0;
  }

  double(): number {
    const { byteOffset } = this.take(8);
    return this.view.getFloat64(byteOffset - this.bytes.byteOffset);
  }

  /** Up to the end of the line. */
  line(): string {
    const end = this.bytes.indexOf(0x0a, this.at);
    if (end < 0) throw this.broken('a line without an end');
    const text = latin1(this.take(end - this.at));
    this.at += 1;
    return text;
  }

  push(value: unknown): void {
    this.stack.push(value);
  }

  pop(): unknown {
    if (this.stack.length === 0) throw this.broken(`an empty stack before byte ${this.at}`);
    return this.stack.pop();
  }

  /** What will be added to. */
  top(): unknown {
    if (this.stack.length === 0) throw this.broken(`an empty stack before byte ${this.at}`);
    return this.stack[this.stack.length - 1];
  }

  mark(): void {
    this.marks.push(this.stack);
    this.stack = [];
  }

  /** Everything since the mark, which is gone. */
  popMark(): unknown[] {
    const since = this.stack;
    const before = this.marks.pop();
    if (before === undefined) throw this.broken(`no mark before byte ${this.at}`);
    this.stack = before;
    return since;
  }

  remember(key: number): void {
    this.memo.set(key, this.top());
  }

  rememberNext(): void {
    this.remember(this.memo.size);
  }

  recall(key: number): void {
    if (!this.memo.has(key)) throw this.broken(`number ${key} of the memo, which nothing was kept under`);
    this.push(this.memo.get(key));
  }

  /** What a function or class makes of these: ours where it is known. */
  call(callable: unknown, args: unknown): void {
    const name = callable instanceof Named ? callable.name : 'a thing that is no function';
    const list = Array.isArray(args) ? args : [];
    const known = this.host.known.get(name);
    this.push(known === undefined ? new Foreign(name, list) : known(list));
  }

  persistent(id: unknown): void {
    this.push(this.host.persistent(id));
  }

  /** Pairs into what is on top; an object of Python's gets none. */
  addPairs(items: readonly unknown[]): void {
    if (items.length % 2 > 0) throw this.broken('a key without a value');
    const target = this.top();
    if (!(target instanceof Map)) return;
    for (let at = 0; at < items.length; at += 2) target.set(items[at], items[at + 1]);
  }

  addItems(items: readonly unknown[]): void {
    const target = this.top();
    if (!Array.isArray(target)) return;
    for (const item of items) target.push(item);
  }
}

export const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** A key as text; of what is none, which may be nested without end, no more than that. */
export const wordOf = (value: unknown): string =>
  typeof value === 'object' && value !== null ? 'an object of Python' : String(value);
