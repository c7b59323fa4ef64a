import { problems } from '../../problems.js';
import type { ImportSource } from '../importer.js';
import { torchHost } from './host.js';
import { readPickle } from './pickle.js';
import { wordOf } from './pickle-machine.js';
import { bytesOfNumber, type Storage } from './tensors.js';
import type { TorchFile } from './torch-file.js';

const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;

/** Whether bytes begin as a pickle of protocol 2 or later. */
export const isPickle = (bytes: Uint8Array): boolean =>
  bytes.length > 2 && bytes[0] === 0x80 && bytes[1] >= 2 && bytes[1] <= 5;

/**
 * The form before PyTorch 1.6: pickles of a magic number, a protocol, facts of the machine, the object, and the keys of
 * its storages; then each storage, its length before it. All of it is little-endian, whatever the machine was.
 */
export function readLegacy({ file, bytes }: ImportSource): TorchFile {
  const met = new Map<string, Storage>();
  const host = torchHost((storage) => met.set(storage.key, storage), file);
  let at = 0;
  const next = (): unknown => {
    const { value, end } = readPickle(bytes, at, host, file);
    at = end;
    return value;
  };
  if (next() !== MAGIC) {
    throw problems.importPickle(file, "a pickle without PyTorch's mark", PICKLED_BY_OTHERS);
  }
  const protocol = next();
  if (protocol !== PROTOCOL) {
    throw problems.importFile(file, `protocol ${wordOf(protocol)} of torch.save`, String(PROTOCOL));
  }
  next();
  const object = next();
  const keys = next();
  const storages = new Map<string, Uint8Array>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const key of Array.isArray(keys) ? keys.map(wordOf) : []) {
    const storage = met.get(key);
    const left = bytes.length - at - 8;
    const count = left < 0 ? 0 : Number(view.getBigUint64(at, true));
    const length = count * bytesOfNumber(storage?.dtype);
    if (!(length <= left)) {
      const wanted = left < 0 ? `the numbers of storage ${key}` : `${length} bytes, which storage ${key} has`;
      throw problems.importTruncated(file, `${Math.max(left, 0)} bytes left`, wanted);
    }
    storages.set(key, bytes.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return { object, storages: () => ({ get: (key) => storages.get(key), isLittle: true }) };
}

const PICKLED_BY_OTHERS =
  'objects of Python are not read: in PyTorch torch.save(model.state_dict(), FILE); of others numpy.savez writes the arrays';
