import type { StorageBytes } from './tensors.js';

/** What a file of `torch.save` holds. */
export interface TorchFile {
  readonly object: unknown;
  /** The storages of these keys. */
  readonly storages: (keys: ReadonlySet<string>) => StorageBytes;
}
