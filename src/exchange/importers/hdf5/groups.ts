import type { FileBytes } from './bytes.js';
import { MESSAGE, type Message } from './header.js';
import { heapObjects } from './heap.js';

/** Objects that a group names: name → address of the object's header. */
export type Links = ReadonlyMap<string, number>;

/** @throws exchange/import-file */
export function readLinks(file: FileBytes, messages: readonly Message[]): Links {
  const links = new Map<string, number>();
  for (const { type, at } of messages) {
    if (type === MESSAGE.symbolTable) readTree(file, file.u64(at), file.u64(at + 8), links);
    if (type === MESSAGE.link) addLink(file, at, links);
    if (type === MESSAGE.linkInfo) addHeapLinks(file, at, links);
  }
  return links;
}

/** Links of a group that has too many for its header. */
function addHeapLinks(file: FileBytes, at: number, links: Map<string, number>): void {
  const addresses = at + 2 + (file.u8(at + 1) & 1 ? 8 : 0);
  const heap = file.address(addresses);
  const tree = file.address(addresses + 8);
  if (heap === undefined || tree === undefined) return;
  for (const place of heapObjects(file, heap, tree)) addLink(file, place, links);
}

/** A link of the newer form: hard ones alone; soft and external ones lead elsewhere and are not followed. */
function addLink(file: FileBytes, at: number, links: Map<string, number>): void {
  const flags = file.u8(at + 1);
  let next = at + 2;
  const kind = flags & 8 ? file.u8(next++) : 0;
  if (flags & 4) next += 8;
  if (flags & 16) next += 1;
  const width = 2 ** (flags & 3);
  const length = file.unsigned(next, width);
  const name = file.text(next + width, length);
  if (kind === 0) links.set(name, file.u64(next + width + length));
}

/** The links of a tree's leaves, their names in a heap beside it. */
function readTree(file: FileBytes, root: number, heap: number, links: Map<string, number>): void {
  file.expect(heap, 'HEAP');
  const names = file.u64(heap + 24);
  walkTree(file, root, 0, ({ child, level }) => {
    if (level > 0) return true;
    file.expect(child, 'SNOD');
    const count = file.u16(child + 6);
    for (let at = child + 8; at < child + 8 + 40 * count; at += 40) {
      // A soft link has no object of its own.
      if (file.u32(at + 16) === 2) continue;
      links.set(file.textUpToZero(names + file.u64(at)), file.u64(at + 8));
    }
    return false;
  });
}

/** An entry of a tree's node. */
export interface TreeEntry {
  readonly child: number;
  /** Where the key before the child lies. */
  readonly key: number;
  /** 0 in a leaf. */
  readonly level: number;
}

/**
 * Visits the entries of a B-tree of the first version, of every node once.
 *
 * @param kind 0: of a group, 1: of chunks
 * @param visit says whether the child is a node to go into
 * @param keySize bytes of a key
 */
export function walkTree(
  file: FileBytes,
  root: number,
  kind: 0 | 1,
  visit: (entry: TreeEntry) => boolean,
  keySize = 8,
): void {
  const seen = new Set<number>();
  const open = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (seen.has(node)) file.refuse('a tree that grows into itself', 'an HDF5 file that is whole');
    seen.add(node);
    file.expect(node, 'TREE');
    if (file.u8(node + 4) !== kind) file.refuse('a tree of another kind', 'an HDF5 file that is whole');
    const level = file.u8(node + 5);
    const count = file.u16(node + 6);
    const inner: number[] = [];
    for (let entry = 0; entry < count; entry++) {
      const key = node + 24 + entry * (keySize + 8);
      const child = file.u64(key + keySize);
      if (visit({ child, key, level })) inner.push(child);
    }
    open.push(...inner.toReversed());
  }
}
