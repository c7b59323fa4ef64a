/** What this room uses of WebAssembly: the compiler's own types of it come only with a browser's. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
    /** Keeps a module from being taken for any other object. */
    private readonly compiled: never;
  }
  class Memory {
    constructor(limits: { initial: number; maximum: number; shared: true });
    readonly buffer: SharedArrayBuffer;
    /** @returns the pages that there were */
    grow(pages: number): number;
  }
  /** Thrown where a module does what it must not, such as writing past the end of its memory. */
  class RuntimeError extends Error {}
  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, unknown>>);
    readonly exports: unknown;
  }
}
