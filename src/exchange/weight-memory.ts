import { readText } from '../core/files.js';
import { type Format, printFormat } from '../fixed/format.js';
import { problems } from './problems.js';

/**
 * Codes in a memory image, as the real numbers that they stand for: words of `$readmemb` or `$readmemh`, one a line or
 * several, or Intel's MIF. Which of the first two it is their digits say: as many as bits, or a quarter.
 *
 * @param format of the codes, in two's complement where it is signed
 * @returns the words in the order of their addresses
 * @throws file/*, exchange/memory-image
 */
export function readMemoryImage(file: string, format: Format): number[] {
  const text = readText(file);
  const words = /\bCONTENT\s+BEGIN\b/i.test(text)
    ? wordsOfMif(text, format, file)
    : wordsOfList(text, format, file);
  if (words.length === 0) throw problems.memoryImage(file, 'no words', 'at least one');
  const step = 2 ** (format.integer - format.width);
  return words.map((word) => signed(word, format) * step);
}

const signed = (word: number, { signed, width }: Format) =>
  signed && word >= 2 ** (width - 1) ? word - 2 ** width : word;

/** Words between white space; an address only where it says what is so already. */
function wordsOfList(text: string, format: Format, file: string): number[] {
  const plain = text.replace(/\/\/.*$/gm, '').replace(/\/\*[\s\S]*?\*\//g, ' ');
  const tokens = plain.split(/[\s,]+/).filter((token) => token !== '');
  const digits = tokens.filter((token) => !token.startsWith('@')).map((token) => token.replaceAll('_', ''));
  const isBinary = digits.every((token) => token.length === format.width && /^[01]+$/.test(token));
  const words: number[] = [];
  for (const token of tokens) {
    if (!token.startsWith('@')) {
      words.push(
        wordOf(token.replaceAll('_', ''), isBinary ? 2 : 16, format, `${file}, word ${words.length}`),
      );
    } else if (Number.parseInt(token.slice(1), 16) !== words.length) {
      throw problems.memoryImage(file, `the address ${token}`, `@${words.length.toString(16)}, the next one`);
    }
  }
  return words;
}

const RADIXES: Readonly<Record<string, number>> = { BIN: 2, OCT: 8, DEC: 10, UNS: 10, HEX: 16 };

/** Intel's form: a header, then `address : word;` or `[first..last] : word;`. */
function wordsOfMif(text: string, format: Format, file: string): number[] {
  const plain = text.replace(/--.*$/gm, '').replace(/%[\s\S]*?%/g, ' ');
  const [head, body = ''] = plain.split(/\bCONTENT\s+BEGIN\b/i);
  const setting = (name: string, usual: string) =>
    (new RegExp(`\\b${name}\\s*=\\s*(\\w+)`, 'i').exec(head)?.[1] ?? usual).toUpperCase();
  const width = Number(setting('WIDTH', String(format.width)));
  if (width !== format.width) {
    throw problems.memoryImage(
      file,
      `words of ${width} bits`,
      `${format.width}, as ${printFormat(format)} has`,
    );
  }
  const radix = (name: string): number => {
    const given = setting(name, 'HEX');
    if (Object.hasOwn(RADIXES, given)) return RADIXES[given];
    throw problems.memoryImage(`${file}, ${name}`, given, `one of ${Object.keys(RADIXES).join(', ')}`);
  };
  const [addresses, data] = [radix('ADDRESS_RADIX'), radix('DATA_RADIX')];
  const words: number[] = [];
  for (const line of body.split(/\bEND\b/i)[0].split(';')) {
    if (line.trim() === '') continue;
    const [, first, last, digits] =
      /^\s*\[?\s*(\w+)\s*(?:\.\.\s*(\w+)\s*\])?\s*:\s*([-\w]+)\s*$/.exec(line) ?? [];
    const [from, to] = [first, last ?? first].map((address = '') => Number.parseInt(address, addresses));
    if (digits === undefined || from !== words.length || !(to >= from)) {
      const wanted = `the word at ${words.length}, the next address`;
      throw problems.memoryImage(file, JSON.stringify(line.trim().slice(0, 40)), wanted);
    }
    // One short line can stand for any number of words.
    if (to >= MOST_WORDS) throw problems.memoryImage(file, `${to + 1} words`, `at most ${MOST_WORDS}`);
    const word = wordOf(digits, data, format, `${file}, word ${words.length}`);
    for (let address = from; address <= to; address++) words.push(word);
  }
  return words;
}

const MOST_WORDS = 2 ** 22;

/** @throws exchange/memory-image where the digits are none, or do not fit */
function wordOf(digits: string, radix: number, format: Format, where: string): number {
  const isNegative = radix === 10 && digits.startsWith('-');
  const plain = isNegative ? digits.slice(1) : digits;
  const value = [...plain.toLowerCase()].reduce((sum, digit) => {
    const one = Number.parseInt(digit, radix);
    return sum * radix + one;
  }, 0);
  const limit = 2 ** format.width;
  const word = isNegative ? limit - value : value;
  if (plain !== '' && word >= 0 && word < limit) return word;
  const base = { 2: 'binary', 8: 'octal', 10: 'decimal', 16: 'hexadecimal' }[radix];
  throw problems.memoryImage(
    where,
    JSON.stringify(digits.slice(0, 40)),
    `${base} digits of ${format.width} bits`,
  );
}
