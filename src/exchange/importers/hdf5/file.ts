import type { FloatTensor } from '../../../float/tensor.js';
import { FileBytes } from './bytes.js';
import { readData } from './data.js';
import { type Links, readLinks } from './groups.js';
import { MESSAGE, type Message, readHeader } from './header.js';
import { type ElementType, readElementType, readShape } from './types.js';

const SIGNATURE = Uint8Array.from([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Numbers that all arrays of a file may have: what a small network has, many times over. */
const MOST_VALUES = 2 ** 24;

export const isHdf5 = (bytes: Uint8Array): boolean => SIGNATURE.every((byte, at) => bytes[at] === byte);

/**
 * HDF5 as Keras and h5py write it: groups as trees or in headers, arrays in one piece or in chunks of gzip. Nothing is
 * read that does not lie in the file, nothing is made room for that the file could not fill, and no link out of it is
 * followed.
 *
 * @param name for errors
 * @throws exchange/import-file
 */
export function openHdf5(bytes: Uint8Array, name: string): Hdf5Object {
  const file = new FileBytes(bytes, name);
  const budget = { values: MOST_VALUES };
  const version = file.u8(8);
  const isFirst = version < 2;
  if (version > 3) file.refuse(`HDF5 of version ${version}`, 'version 0 to 3');
  const [offsets, lengths] = isFirst ? [file.u8(13), file.u8(14)] : [file.u8(9), file.u8(10)];
  if (offsets !== 8 || lengths !== 8) {
    file.refuse(`addresses of ${offsets} and lengths of ${lengths} bytes`, '8 bytes each');
  }
  const base = isFirst ? (version === 0 ? 24 : 28) : 12;
  if (file.u64(base) !== 0) file.refuse('a block of its user before it', 'a file that begins with HDF5');
  // Behind the base come the free space or the extension, the end, and what leads to the root.
  const end = file.length(base + 16);
  if (end > bytes.length) {
    file.refuseCut(`${bytes.length} bytes`, `${end} bytes, as it says itself`);
  }
  return new Hdf5Object(file, file.u64(isFirst ? base + 40 : base + 24), budget);
}

/** A group or an array. */
export class Hdf5Object {
  private readonly messages: readonly Message[];
  private known: Links | undefined;

  constructor(
    private readonly file: FileBytes,
    address: number,
    private readonly budget: { values: number },
  ) {
    this.messages = readHeader(file, address);
  }

  get isArray(): boolean {
    return this.messages.some(({ type }) => type === MESSAGE.layout);
  }

  /** Names of what a group holds. */
  get names(): readonly string[] {
    return [...this.links.keys()];
  }

  /** What lies at a path, `a/b/c`; undefined where nothing does. */
  at(path: string): Hdf5Object | undefined {
    let object: Hdf5Object = this;
    for (const name of path.split('/').filter((part) => part !== '')) {
      const address = object.links.get(name);
      if (address === undefined) return undefined;
      object = new Hdf5Object(this.file, address, this.budget);
    }
    return object;
  }

  /** The texts of an attribute; undefined where there is none, or one of numbers. */
  texts(name: string): readonly string[] | undefined {
    const attribute = this.attribute(name);
    if (attribute === undefined || attribute.type.kind === 'number') return undefined;
    return this.textsOf(attribute.bytes, attribute.type);
  }

  /** The one text of an attribute. */
  text(name: string): string | undefined {
    return this.texts(name)?.[0];
  }

  /** The numbers of an array. @throws exchange/import-file */
  numbers(): FloatTensor {
    const { shape, type } = this.form();
    if (type.kind !== 'number') return this.file.refuse('texts', 'numbers');
    const size = this.counted(shape);
    const bytes = readData(this.file, this.messages, shape, type);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    return { shape, values: Float64Array.from({ length: size }, (_, at) => type.read(view, at * type.size)) };
  }

  private get links(): Links {
    this.known ??= readLinks(this.file, this.messages);
    return this.known;
  }

  private form(): { shape: number[]; type: ElementType } {
    const at = (type: number) =>
      this.messages.find((one) => one.type === type)?.at ??
      this.file.refuse('an array without shape or type', 'an HDF5 file that is whole');
    return {
      shape: readShape(this.file, at(MESSAGE.dataspace)),
      type: readElementType(this.file, at(MESSAGE.datatype)),
    };
  }

  /** Elements of an array; all arrays that are read share what there is room for. */
  private counted(shape: readonly number[]): number {
    const size = shape.reduce((product, length) => product * length, 1);
    this.budget.values -= size;
    if (this.budget.values >= 0) return size;
    return this.file.refuse(`an array of ${shape.join('x')}`, `at most ${MOST_VALUES} numbers in all`);
  }

  private attribute(wanted: string): { bytes: Uint8Array; type: ElementType } | undefined {
    for (const { type, at } of this.messages) {
      if (type === MESSAGE.attributeInfo) this.checkCompact(at);
      if (type !== MESSAGE.attribute) continue;
      const { name, content } = this.attributeAt(at);
      if (name === wanted) return content();
    }
    return undefined;
  }

  /** Attributes that are too many or too long for a header lie in a heap, in files of the newer form. */
  private checkCompact(at: number): void {
    const heap = this.file.address(at + 2 + (this.file.u8(at + 1) & 1 ? 2 : 0));
    if (heap === undefined) return;
    const hint = "h5py.File(name, 'w', libver='earliest') writes it";
    this.file.refuse('attributes in a heap', 'attributes in the header', hint);
  }

  private attributeAt(at: number) {
    const { file } = this;
    const version = file.u8(at);
    const sizes = [2, 4, 6].map((offset) => file.u16(at + offset));
    const padded = (size: number) => (version === 1 ? Math.ceil(size / 8) * 8 : size);
    const name = at + (version === 3 ? 9 : 8);
    const datatype = name + padded(sizes[0]);
    const dataspace = datatype + padded(sizes[1]);
    return {
      name: file.text(name, Math.max(sizes[0] - 1, 0)),
      content: () => {
        const type = readElementType(file, datatype);
        const size = this.counted(readShape(file, dataspace)) * type.size;
        return { type, bytes: file.slice(dataspace + padded(sizes[2]), size) };
      },
    };
  }

  private textsOf(bytes: Uint8Array, type: ElementType): string[] {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    return Array.from({ length: bytes.length / type.size }, (_, index) => {
      const at = index * type.size;
      if (type.kind === 'heap text') return this.heapText(view, at);
      const text = Buffer.from(bytes.subarray(at, at + type.size)).toString('utf8');
      return text.replace(/[\0 ]+$/, '');
    });
  }

  /** A text in a heap that objects share: its length, the heap, its number there. */
  private heapText(view: DataView, at: number): string {
    const { file } = this;
    const length = view.getUint32(at, true);
    const heap = Number(view.getBigUint64(at + 4, true));
    const wanted = view.getUint32(at + 12, true);
    if (length === 0) return '';
    file.expect(heap, 'GCOL');
    const end = heap + file.u64(heap + 8);
    for (let object = heap + 16; object + 16 <= end; ) {
      const size = file.u64(object + 8);
      if (file.u16(object) === wanted) return file.text(object + 16, Math.min(length, size));
      object += 16 + Math.ceil(size / 8) * 8;
    }
    return file.refuse(`no text number ${wanted} in its heap`, 'an HDF5 file that is whole');
  }
}
