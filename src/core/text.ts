import { isUtf8 } from 'node:buffer';
import { problems } from './problems.js';

/**
 * The text of a file's bytes, without a byte order mark. A byte that is no UTF-8 is never guessed at: two names that
 * differ in one such byte would become one.
 *
 * @param file for errors
 * @throws file/encoding
 */
export function decodeText(bytes: Uint8Array, file: string): string {
  if (isUtf16(bytes)) throw problems.fileEncoding(file, 'text in UTF-16', 'UTF-16LE');
  if (!isUtf8(bytes)) {
    const { line, byte } = firstOdd(bytes);
    const hex = byte.toString(16).toUpperCase().padStart(2, '0');
    throw problems.fileEncoding(`${file}:${line}`, `the byte 0x${hex}, which is no UTF-8`, 'WINDOWS-1252');
  }
  return new TextDecoder().decode(bytes);
}

/** By its byte order mark, or by a zero beside the first letter. */
function isUtf16([first, second]: Uint8Array): boolean {
  const isMarked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  const isLetter = (byte: number | undefined) => byte !== undefined && byte >= 0x09 && byte < 0x7f;
  return isMarked || (first === 0 && isLetter(second)) || (second === 0 && isLetter(first));
}

/** No byte of a longer character is a line feed: lines can be looked at one by one. */
function firstOdd(bytes: Uint8Array): { readonly line: number; readonly byte: number } {
  let begin = 0;
  for (let line = 1; ; line++) {
    const feed = bytes.indexOf(0x0a, begin);
    const end = feed < 0 ? bytes.length : feed;
    const text = bytes.subarray(begin, end);
    if (!isUtf8(text)) return { line, byte: text.find((byte) => byte >= 0x80) ?? 0 };
    begin = end + 1;
  }
}
