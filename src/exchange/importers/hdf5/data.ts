import { unzlibSync } from 'fflate';
import type { FileBytes } from './bytes.js';
import { walkTree } from './groups.js';
import { MESSAGE, type Message } from './header.js';
import type { ElementType } from './types.js';

/** The bytes of an array, as its layout says. */

const FILTER = { deflate: 1, shuffle: 2, checksum: 3 } as const;
const LAYOUT = { compact: 0, contiguous: 1, chunked: 2 } as const;

/**
 * @param size bytes that the array has; no more than the file's, or what deflate can make of these
 * @throws exchange/import-file
 */
export function readData(
  file: FileBytes,
  messages: readonly Message[],
  shape: readonly number[],
  type: ElementType,
): Uint8Array {
  const layout = messages.find((one) => one.type === MESSAGE.layout);
  if (layout === undefined) return file.refuse('an array without a layout', 'an HDF5 file that is whole');
  const size = shape.reduce((product, length) => product * length, type.size);
  const version = file.u8(layout.at);
  const kind = file.u8(layout.at + 1);
  if (version !== 3 && version !== 4) file.refuse(`a layout of version ${version}`, 'version 3 or 4');
  if (kind === LAYOUT.compact) return whole(file, layout.at + 4, file.u16(layout.at + 2), size);
  if (kind === LAYOUT.contiguous) {
    const address = file.address(layout.at + 2);
    if (address === undefined) return file.refuse('an array that was never written', 'numbers');
    return whole(file, address, file.u64(layout.at + 10), size);
  }
  if (kind !== LAYOUT.chunked || version !== 3) {
    return file.refuse(`a layout of HDF5's newest form`, 'the form that Keras writes');
  }
  return readChunks(file, layout.at, filtersOf(file, messages), shape, type.size);
}

function whole(file: FileBytes, at: number, stored: number, size: number): Uint8Array {
  if (stored !== size) file.refuse(`${stored} bytes`, `${size} bytes, as the shape says`);
  return file.slice(at, size);
}

/** In the order in which they were applied. */
function filtersOf(file: FileBytes, messages: readonly Message[]): number[] {
  const message = messages.find((one) => one.type === MESSAGE.filters);
  if (message === undefined) return [];
  const version = file.u8(message.at);
  const count = file.u8(message.at + 1);
  const filters: number[] = [];
  let at = message.at + (version === 1 ? 8 : 2);
  for (let number = 0; number < count; number++) {
    const id = file.u16(at);
    const isNamed = version === 1 || id >= 256;
    const name = isNamed ? file.u16(at + 2) : 0;
    const values = file.u16(at + (isNamed ? 6 : 4));
    at += (isNamed ? 8 : 6) + (version === 1 ? Math.ceil(name / 8) * 8 : name) + 4 * values;
    if (version === 1 && values % 2 === 1) at += 4;
    filters.push(id);
  }
  const odd = filters.find((id) => !(Object.values(FILTER) as number[]).includes(id));
  if (odd !== undefined) {
    file.refuse(
      `a filter of number ${odd}`,
      'gzip, shuffle or fletcher32',
      'h5repack writes it without filters',
    );
  }
  return filters;
}

/** Elements of all chunks, each put at its place. */
function readChunks(
  file: FileBytes,
  layout: number,
  filters: readonly number[],
  shape: readonly number[],
  elementSize: number,
): Uint8Array {
  const rank = file.u8(layout + 2) - 1;
  const root = file.address(layout + 3);
  if (rank !== shape.length) file.refuse(`chunks of ${rank} axes`, `${shape.length}, as the array has`);
  const chunk = Array.from({ length: rank }, (_, axis) => file.u32(layout + 11 + 4 * axis));
  const chunkSize = chunk.reduce((product, length) => product * length, elementSize);
  const size = shape.reduce((product, length) => product * length, elementSize);
  const most = MOST_OF_ONE * file.bytes.length;
  if (chunkSize > most || size > most || chunkSize < 1) {
    file.refuse(`chunks of ${chunkSize} bytes of ${size}`, `at most ${most}, which such a file can hold`);
  }
  const bytes = new Uint8Array(size);
  const keySize = 8 + 8 * (rank + 1);
  let unpacked = 0;
  if (root === undefined) return bytes;
  walkTree(
    file,
    root,
    1,
    ({ child, key, level }) => {
      if (level > 0) return true;
      unpacked += chunkSize;
      // Chunks at the border reach past it, so that all of them are larger than the array, but never much.
      if (unpacked > MOST_SPARE * Math.max(size, chunkSize))
        file.refuse('more chunks than it has room for', 'an HDF5 file that is whole');
      const begin = chunk.map((_, axis) => file.length(key + 8 + 8 * axis));
      const content = unfiltered(file, file.slice(child, file.u32(key)), filters, chunkSize, elementSize);
      place(bytes, shape, content, chunk, begin, elementSize);
      return false;
    },
    keySize,
  );
  return bytes;
}

/** Bytes that deflate makes of one at the most. */
const MOST_OF_ONE = 1032;
const MOST_SPARE = 256;

function unfiltered(
  file: FileBytes,
  stored: Uint8Array,
  filters: readonly number[],
  size: number,
  elementSize: number,
): Uint8Array {
  let bytes = stored;
  for (const filter of filters.toReversed()) {
    if (filter === FILTER.checksum) bytes = bytes.subarray(0, Math.max(bytes.length - 4, 0));
    else if (filter === FILTER.deflate) bytes = inflated(file, bytes, size);
    else bytes = unshuffled(bytes, elementSize);
  }
  if (bytes.length !== size) file.refuse(`a chunk of ${bytes.length} bytes`, `${size}`);
  return bytes;
}

/** The room is given beforehand: what unpacks to more is not taken in. */
function inflated(file: FileBytes, bytes: Uint8Array, size: number): Uint8Array {
  try {
    return unzlibSync(bytes, { out: new Uint8Array(size) });
  } catch {
    return file.refuseCut('a chunk that does not unpack', 'an HDF5 file that is whole');
  }
}

/** First bytes of all elements, then second ones, and so on: put together again. */
function unshuffled(bytes: Uint8Array, elementSize: number): Uint8Array {
  const count = Math.floor(bytes.length / elementSize);
  const result = bytes.slice();
  for (let part = 0; part < elementSize; part++) {
    for (let at = 0; at < count; at++) result[at * elementSize + part] = bytes[part * count + at];
  }
  return result;
}

/** A chunk's rows along the last axis into the array; what lies past the array's border is left out. */
function place(
  bytes: Uint8Array,
  shape: readonly number[],
  content: Uint8Array,
  chunk: readonly number[],
  begin: readonly number[],
  elementSize: number,
): void {
  const last = shape.length - 1;
  const rowLength = chunk[last] * elementSize;
  const kept = Math.min(chunk[last], shape[last] - begin[last]) * elementSize;
  if (!(kept > 0)) return;
  for (let row = 0; row * rowLength < content.length; row++) {
    let [rest, offset, stride, isInside] = [row, begin[last], shape[last], true];
    for (let axis = last - 1; axis >= 0; axis--) {
      const at = begin[axis] + (rest % chunk[axis]);
      rest = Math.floor(rest / chunk[axis]);
      isInside &&= at < shape[axis];
      offset += at * stride;
      stride *= shape[axis];
    }
    if (isInside) bytes.set(content.subarray(row * rowLength, row * rowLength + kept), offset * elementSize);
  }
}
