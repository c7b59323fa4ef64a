import { z } from 'zod';
import { parseJson } from '../../core/json.js';
import { NUMBER_TYPES, type NumberType } from '../../core/number-types.js';
import { fitShape } from '../../core/shape.js';
import { sizeOf } from '../../network/tensor.js';
import { problems } from '../problems.js';
import type { Importer, ImportSource } from './importer.js';
import type { FileTensor } from './tensors/named-tensors.js';
import { networkOfTensors, TENSOR_OPTIONS } from './tensors/network.js';

/** Types of numbers by the format's names; bytes are little-endian always. */
const DTYPES: Readonly<Record<string, NumberType>> = {
  F64: NUMBER_TYPES.f8,
  F32: NUMBER_TYPES.f4,
  F16: NUMBER_TYPES.f2,
  BF16: NUMBER_TYPES.bf2,
  I64: NUMBER_TYPES.i8,
  I32: NUMBER_TYPES.i4,
  I16: NUMBER_TYPES.i2,
  I8: NUMBER_TYPES.i1,
  U64: NUMBER_TYPES.u8,
  U32: NUMBER_TYPES.u4,
  U16: NUMBER_TYPES.u2,
  U8: NUMBER_TYPES.u1,
  BOOL: NUMBER_TYPES.b1,
};

const length = z.int('a whole number').min(0, 'a whole number from 0 up');
const ENTRY = z.strictObject({
  dtype: z.string('the name of a type'),
  shape: z.array(length, 'a list of lengths'),
  data_offsets: z.tuple([length, length], 'where its bytes begin and end'),
});
type Entry = z.output<typeof ENTRY>;

/** The header's length, before it in 8 bytes. */
const BEFORE = 8;
const MOST_HEADER = 2 ** 24;

/** Named arrays, their places in a header of JSON: what the Hugging Face hub has beside or in place of `.pt` files. */
export const safetensors: Importer = {
  format: 'safetensors',
  title: 'safetensors of a PyTorch model',
  options: TENSOR_OPTIONS,
  recognises: ({ bytes }) =>
    bytes.length > BEFORE && bytes[BEFORE] === 0x7b && headerLength(bytes) < MOST_HEADER,
  read: (source, options) => {
    const tensors = tensorsOf(source);
    return networkOfTensors({ file: source.file, tensors, isInOrder: false, channels: 'first' }, options);
  },
};

const headerLength = ({ buffer, byteOffset }: Uint8Array) =>
  Number(new DataView(buffer, byteOffset).getBigUint64(0, true));

function tensorsOf({ file, bytes }: ImportSource): FileTensor[] {
  const start = BEFORE + headerLength(bytes);
  if (start > bytes.length) {
    throw problems.importTruncated(file, `${bytes.length} bytes`, `a header of ${start} bytes`);
  }
  const data = bytes.subarray(start);
  const entries = Object.entries(headerOf(bytes.subarray(BEFORE, start), file)).filter(
    ([name]) => name !== '__metadata__',
  );
  const placed = entries.map(([name, given]) => {
    const where = `${file}, ${name}`;
    const entry = fitShape(ENTRY, given, where, problems.importFile);
    checkEntry(entry, data.length, where);
    return { name, entry };
  });
  checkApart(placed, data.length, file);
  return placed.map(({ name, entry }) => tensorOf(name, entry, data));
}

function headerOf(bytes: Uint8Array, file: string): object {
  let header: unknown;
  try {
    header = parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    // A TypeError of the decoder, or a SyntaxError.
    const reason = error instanceof SyntaxError ? error.message : 'text that is no UTF-8';
    throw problems.importFile(`${file}, header`, reason, 'a header in JSON');
  }
  if (typeof header === 'object' && header !== null && !Array.isArray(header)) return header;
  throw problems.importFile(`${file}, header`, 'no object', 'an object with a member for each tensor');
}

function checkEntry({ dtype, shape, data_offsets: [begin, end] }: Entry, bytes: number, where: string): void {
  if (!Object.hasOwn(DTYPES, dtype)) {
    const wanted = `one of ${Object.keys(DTYPES).join(', ')}`;
    throw problems.importTensor(where, `numbers of the type ${dtype}`, wanted);
  }
  const size = sizeOf({ shape }) * DTYPES[dtype].bytes;
  if (end - begin !== size) {
    throw problems.importFile(where, `${end - begin} bytes`, `${size}, as its shape says`);
  }
  if (end > bytes) {
    const wanted = `at most ${bytes}`;
    throw problems.importTruncated(where, `bytes ${begin} to ${end} of the numbers`, wanted);
  }
}

/** Every byte belongs to one tensor, as the format demands: nothing else may be hidden there. */
function checkApart(
  placed: readonly { readonly name: string; readonly entry: Entry }[],
  bytes: number,
  file: string,
): void {
  let at = 0;
  const byPlace = [...placed].sort((a, b) => a.entry.data_offsets[0] - b.entry.data_offsets[0]);
  for (const { name, entry } of byPlace) {
    const [begin, end] = entry.data_offsets;
    if (begin !== at) {
      throw problems.importFile(
        `${file}, ${name}`,
        `numbers from byte ${begin}`,
        `from ${at}, behind the others'`,
      );
    }
    at = end;
  }
  if (at !== bytes) throw problems.importFile(file, `${bytes} bytes of numbers`, `${at}, as the header says`);
}

function tensorOf(
  name: string,
  { dtype, shape, data_offsets: [begin, end] }: Entry,
  data: Uint8Array,
): FileTensor {
  const type = DTYPES[dtype];
  const view = new DataView(data.buffer, data.byteOffset + begin, end - begin);
  const values = () =>
    Float64Array.from({ length: (end - begin) / type.bytes }, (_, at) =>
      type.read(view, at * type.bytes, true),
    );
  return { name, shape, values };
}
