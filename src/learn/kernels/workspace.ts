import { type Address, instantiate, MOST_PAGES, type WasmKernels } from './machine.js';

const PAGE_BYTES = 65536;

/** The memory that the module works in, seen from one thread; all threads see the same. */
export class Workspace {
  readonly machine: WasmKernels;
  private seenFloats: Float32Array;
  private seenWords: Int32Array;

  constructor(
    module: WebAssembly.Module,
    readonly memory: WebAssembly.Memory,
  ) {
    this.machine = instantiate(module, memory);
    this.seenFloats = new Float32Array(memory.buffer);
    this.seenWords = new Int32Array(memory.buffer);
  }

  get floats(): Float32Array {
    if (this.seenFloats.buffer !== this.memory.buffer) this.seenFloats = new Float32Array(this.memory.buffer);
    return this.seenFloats;
  }

  get words(): Int32Array {
    if (this.seenWords.buffer !== this.memory.buffer) this.seenWords = new Int32Array(this.memory.buffer);
    return this.seenWords;
  }

  /** Numbers at an address. */
  slice(from: Address, count: number): Float32Array {
    return this.floats.subarray(from / 4, from / 4 + count);
  }
}

export const newMemory = (): WebAssembly.Memory =>
  new WebAssembly.Memory({ initial: 1, maximum: MOST_PAGES, shared: true });

/** Lays out what one call needs, one thing after the other; the next call begins anew. */
export class WorkspaceLayout {
  private end: Address;

  constructor(
    private readonly memory: WebAssembly.Memory,
    begin: Address,
  ) {
    this.end = begin;
  }

  /** Room for some numbers; begins where a cache line does. */
  reserve(numbers: number): Address {
    const begin = this.end;
    this.end = begin + Math.ceil(numbers / 16) * 64;
    const missing = this.end - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE_BYTES));
    return begin;
  }

  /** What is reserved for the work and in it is free again after it. */
  during(work: () => void): void {
    const { end } = this;
    work();
    this.end = end;
  }
}
