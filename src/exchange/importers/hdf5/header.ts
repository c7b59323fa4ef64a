import type { FileBytes } from './bytes.js';

/** A message of an object's header: where its data lie. */
export interface Message {
  readonly type: number;
  readonly at: number;
  readonly size: number;
}

/** Types of messages that are read. */
export const MESSAGE = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  link: 0x06,
  layout: 0x08,
  filters: 0x0b,
  attribute: 0x0c,
  continuation: 0x10,
  symbolTable: 0x11,
  attributeInfo: 0x15,
} as const;

/** Messages that lie in another object. */
const SHARED = 2;
/** More has no object of a model. */
const MOST_MESSAGES = 100_000;

interface Block {
  readonly begin: number;
  readonly end: number;
}

/** All messages of the object at an address. @throws exchange/import-file */
export function readHeader(file: FileBytes, address: number): Message[] {
  const isSecond = file.u8(address) === 0x4f;
  if (isSecond) file.expect(address, 'OHDR');
  const { block, form } = isSecond ? secondVersion(file, address) : firstVersion(file, address);
  const messages: Message[] = [];
  const blocks = [block];
  const seen = new Set<number>();
  for (let next = blocks.shift(); next !== undefined; next = blocks.shift()) {
    if (seen.has(next.begin)) file.refuse('a header that goes on in itself', 'an HDF5 file that is whole');
    seen.add(next.begin);
    for (const message of messagesIn(file, next, form)) {
      if (message.type === MESSAGE.continuation) blocks.push(continued(file, message, form));
      else messages.push(message);
    }
    if (messages.length > MOST_MESSAGES) file.refuse('an object of countless messages', 'a smaller one');
  }
  return messages;
}

/** How messages begin. */
interface MessageForm {
  readonly version: 1 | 2;
  /** Bytes before a message's data. */
  readonly head: number;
}

function firstVersion(file: FileBytes, address: number): { block: Block; form: MessageForm } {
  if (file.u8(address) !== 1) {
    file.refuse(`an object header of version ${file.u8(address)}`, 'version 1 or 2');
  }
  const begin = address + 16;
  return { block: { begin, end: begin + file.u32(address + 8) }, form: { version: 1, head: 8 } };
}

function secondVersion(file: FileBytes, address: number): { block: Block; form: MessageForm } {
  const flags = file.u8(address + 5);
  let at = address + 6;
  if (flags & 0x20) at += 16;
  if (flags & 0x10) at += 4;
  const width = 2 ** (flags & 3);
  const size = file.unsigned(at, width);
  const begin = at + width;
  return { block: { begin, end: begin + size }, form: { version: 2, head: flags & 4 ? 6 : 4 } };
}

/** What follows elsewhere; the second version puts a signature before it and a checksum behind. */
function continued(file: FileBytes, { at }: Message, { version }: MessageForm): Block {
  const begin = file.u64(at);
  const end = begin + file.u64(at + 8);
  if (version === 1) return { begin, end };
  file.expect(begin, 'OCHK');
  return { begin: begin + 4, end: end - 4 };
}

function messagesIn(file: FileBytes, { begin, end }: Block, { version, head }: MessageForm): Message[] {
  const messages: Message[] = [];
  file.slice(begin, Math.max(end - begin, 0));
  for (let at = begin; at + head <= end; ) {
    const type = version === 1 ? file.u16(at) : file.u8(at);
    const size = file.u16(at + (version === 1 ? 2 : 1));
    const flags = file.u8(at + (version === 1 ? 4 : 3));
    if (flags & SHARED) file.refuse('a message that lies in another object', 'a model as h5py writes it');
    file.slice(at + head, size);
    messages.push({ type, at: at + head, size });
    at += head + size;
  }
  return messages;
}
