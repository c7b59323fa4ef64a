import type { FileBytes } from './bytes.js';

/** What a group of many links keeps in HDF5's newer form: a heap of them, and a tree that counts their places in it. */

/** Names of links in a tree: 5; in the order in which they were made: 6. */
const LINK_NAMES = 5;
/** Bytes of a tree's node beside its records. */
const NODE_FRAME = 10;
/** Bytes of a record before the place in the heap. */
const HASH = 4;
const MOST_LINKS = 100_000;

/** Where the objects of a heap lie that a tree names. @throws exchange/import-file */
export function heapObjects(file: FileBytes, heapAddress: number, tree: number): number[] {
  const heap = heapAt(file, heapAddress);
  return recordsOf(file, tree).map((at) => placeIn(file, heap, at + HASH));
}

/** Records of all nodes; a tree of more than two levels has more links than any model. */
function recordsOf(file: FileBytes, tree: number): number[] {
  file.expect(tree, 'BTHD');
  if (file.u8(tree + 5) !== LINK_NAMES) file.refuse('a tree of another kind', 'an HDF5 file that is whole');
  const [nodeSize, size, depth] = [file.u32(tree + 6), file.u16(tree + 10), file.u16(tree + 12)];
  const root = file.address(tree + 16);
  const count = file.u16(tree + 24);
  if (root === undefined) return [];
  const run = (begin: number, records: number) =>
    Array.from({ length: records }, (_, at) => begin + at * size);
  if (depth === 0) {
    file.expect(root, 'BTLF');
    return run(root + 6, count);
  }
  if (depth > 1 || size < 1) file.refuse(`a group of more than ${MOST_LINKS} links`, 'a smaller one');
  file.expect(root, 'BTIN');
  const counted = Math.floor((nodeSize - NODE_FRAME) / size) < 256 ? 1 : 2;
  const records = run(root + 6, count);
  const children = root + 6 + count * size;
  for (let child = 0; child <= count; child++) {
    const at = children + child * (8 + counted);
    const leaf = file.u64(at);
    file.expect(leaf, 'BTLF');
    records.push(...run(leaf + 6, file.unsigned(at + 8, counted)));
    if (records.length > MOST_LINKS) file.refuse(`a group of more than ${MOST_LINKS} links`, 'a smaller one');
  }
  return records;
}

interface Heap {
  readonly root: number;
  /** Of the block that leads to blocks; 0 where the root has the objects itself. */
  readonly rows: number;
  readonly width: number;
  readonly firstSize: number;
  /** Rows of blocks that have objects. */
  readonly directRows: number;
  /** Bytes of an offset in the heap. */
  readonly offsetBytes: number;
}

function heapAt(file: FileBytes, at: number): Heap {
  file.expect(at, 'FRHP');
  if (file.u16(at + 7) !== 0) file.refuse('a heap that is packed', 'a model as h5py writes it');
  const [firstSize, largest] = [file.length(at + 112), file.length(at + 120)];
  return {
    root: file.u64(at + 132),
    rows: file.u16(at + 140),
    width: file.u16(at + 110),
    firstSize,
    directRows: Math.log2(largest) - Math.log2(firstSize) + 2,
    offsetBytes: Math.ceil(file.u16(at + 128) / 8),
  };
}

/** Where an object lies in the file, by its place in the heap. @param at of the place: a byte of its kind, then the offset */
function placeIn(file: FileBytes, heap: Heap, at: number): number {
  if (file.u8(at) !== 0) file.refuse('a link of another form', 'a model as h5py writes it');
  let offset = 0;
  for (let byte = heap.offsetBytes - 1; byte >= 0; byte--) offset = offset * 256 + file.u8(at + 1 + byte);
  if (heap.rows === 0) return heap.root + offset;
  file.expect(heap.root, 'FHIB');
  const entries = heap.root + 13 + heap.offsetBytes;
  let begin = 0;
  for (let row = 0; row < Math.min(heap.rows, heap.directRows); row++) {
    const size = heap.firstSize * 2 ** Math.max(row - 1, 0);
    const column = Math.floor((offset - begin) / size);
    if (column < heap.width)
      return file.u64(entries + 8 * (row * heap.width + column)) + offset - begin - column * size;
    begin += size * heap.width;
  }
  return file.refuse('a link past the blocks of its heap', 'an HDF5 file that is whole');
}
