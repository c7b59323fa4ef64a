/** HDF5 as every reader knows it: groups whose links stand in their headers, arrays in one piece, texts as attributes. */

export interface Hdf5Group {
  readonly kind: 'group';
  readonly attributes: Readonly<Record<string, string | readonly string[]>>;
  readonly members: Readonly<Record<string, Hdf5Node>>;
}

export interface Hdf5Array {
  readonly kind: 'array';
  readonly shape: readonly number[];
  /** Written in 32 bits. */
  readonly values: Float64Array;
}

export type Hdf5Node = Hdf5Group | Hdf5Array;

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
const NOWHERE = 0xffffffffffffffffn;
const SUPERBLOCK = 96;
const MESSAGE = {
  dataspace: 1,
  linkInfo: 2,
  datatype: 3,
  fill: 5,
  link: 6,
  layout: 8,
  groupInfo: 10,
  attribute: 12,
};
/** A 32-bit float of IEEE 754, little-endian. */
const FLOAT32 = [0x11, 0x20, 0x1f, 0, 4, 0, 0, 0, 0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0];
/** A text of any length in UTF-8, and what it is made of. */
const LONG_TEXT = [0x19, 1, 1, 0, 16, 0, 0, 0, 0x10, 0, 0, 0, 1, 0, 0, 0, 0, 0, 8, 0];

/** The bytes of a file. The same tree gives the same bytes: no time stands in them. */
export function writeHdf5(root: Hdf5Group): Uint8Array {
  const file = new Hdf5Writer();
  const address = file.node(root);
  return file.whole(address);
}

class Bytes {
  private readonly parts: number[] = [];

  get length(): number {
    return this.parts.length;
  }

  raw(...bytes: readonly number[]): this {
    this.parts.push(...bytes);
    return this;
  }

  /** @param size bytes */
  number(value: number | bigint, size: number): this {
    let rest = BigInt(value);
    for (let byte = 0; byte < size; byte++) {
      this.parts.push(Number(rest & 0xffn));
      rest >>= 8n;
    }
    return this;
  }

  text(text: string, size: number): this {
    const bytes = [...Buffer.from(text)];
    return this.raw(...bytes, ...Array<number>(size - bytes.length).fill(0));
  }

  padded(): this {
    while (this.parts.length % 8 !== 0) this.parts.push(0);
    return this;
  }

  get bytes(): readonly number[] {
    return this.parts;
  }
}

class Hdf5Writer {
  private readonly blocks: Uint8Array[] = [];
  private end = SUPERBLOCK;

  /** Writes what is below first, so that its address is known. */
  node(node: Hdf5Node): number {
    return node.kind === 'group' ? this.group(node) : this.array(node);
  }

  whole(root: number): Uint8Array {
    const head = new Bytes()
      .raw(...SIGNATURE, 0, 0, 0, 0, 0, 8, 8, 0)
      .number(4, 2)
      .number(16, 2)
      .number(0, 4);
    head.number(0, 8).number(NOWHERE, 8).number(this.end, 8).number(NOWHERE, 8);
    head.number(0, 8).number(root, 8).number(0, 24);
    return Buffer.concat([Uint8Array.from(head.bytes), ...this.blocks]);
  }

  private group({ attributes, members }: Hdf5Group): number {
    const links = Object.entries(members).map(([name, member]): Message => {
      const size = Buffer.byteLength(name);
      const link = new Bytes().raw(1, 1).number(size, 2).text(name, size).number(this.node(member), 8);
      return [MESSAGE.link, link];
    });
    const info = new Bytes().raw(0, 0).number(NOWHERE, 8).number(NOWHERE, 8);
    const texts = Object.entries(attributes).map(
      ([name, value]): Message => [MESSAGE.attribute, this.attribute(name, value)],
    );
    return this.header([
      [MESSAGE.linkInfo, info],
      [MESSAGE.groupInfo, new Bytes().raw(0, 0)],
      ...links,
      ...texts,
    ]);
  }

  private array({ shape, values }: Hdf5Array): number {
    const bytes = new Uint8Array(4 * values.length);
    const view = new DataView(bytes.buffer);
    values.forEach((value, at) => {
      view.setFloat32(4 * at, value, true);
    });
    const address = this.block(bytes);
    return this.header([
      [MESSAGE.dataspace, spaceOf(shape)],
      [MESSAGE.datatype, new Bytes().raw(...FLOAT32)],
      [MESSAGE.fill, new Bytes().raw(2, 2, 2, 0)],
      [MESSAGE.layout, new Bytes().raw(3, 1).number(address, 8).number(bytes.length, 8)],
    ]);
  }

  private attribute(name: string, value: string | readonly string[]): Bytes {
    const isLong = typeof value === 'string';
    const width = isLong ? 16 : Math.max(1, ...value.map((one) => Buffer.byteLength(one)));
    const type = isLong ? LONG_TEXT : new Bytes().raw(0x13, 1, 0, 0).number(width, 4).bytes;
    const space = spaceOf(isLong ? [] : [value.length]);
    const size = Buffer.byteLength(name) + 1;
    const message = new Bytes().raw(1, 0).number(size, 2).number(type.length, 2).number(space.length, 2);
    message
      .text(name, size)
      .padded()
      .raw(...type)
      .padded()
      .raw(...space.bytes)
      .padded();
    if (!isLong) for (const one of value) message.text(one, width);
    else message.number(Buffer.byteLength(value), 4).number(this.heap(value), 8).number(1, 4);
    return message;
  }

  /** A heap with one text. */
  private heap(text: string): number {
    const content = Buffer.from(text);
    const size = Math.max(4096, 32 + Math.ceil(content.length / 8) * 8);
    const bytes = Buffer.alloc(size);
    bytes.write('GCOL', 0, 'latin1');
    bytes.writeUInt8(1, 4);
    bytes.writeBigUInt64LE(BigInt(size), 8);
    bytes.writeUInt16LE(1, 16);
    bytes.writeUInt16LE(1, 18);
    bytes.writeBigUInt64LE(BigInt(content.length), 24);
    content.copy(bytes, 32);
    // What is left is one object too, of number 0.
    const rest = 32 + Math.ceil(content.length / 8) * 8;
    if (size - rest >= 16) bytes.writeBigUInt64LE(BigInt(size - rest), rest + 8);
    return this.block(bytes);
  }

  private header(messages: readonly Message[]): number {
    const body = new Bytes();
    for (const [type, data] of messages) {
      data.padded();
      body
        .number(type, 2)
        .number(data.length, 2)
        .number(0, 4)
        .raw(...data.bytes);
    }
    const head = new Bytes().raw(1, 0).number(messages.length, 2).number(1, 4).number(body.length, 8);
    return this.block(Uint8Array.from([...head.bytes, ...body.bytes]));
  }

  private block(bytes: Uint8Array): number {
    const address = this.end;
    const padded = new Uint8Array(Math.ceil(bytes.length / 8) * 8);
    padded.set(bytes);
    this.blocks.push(padded);
    this.end += padded.length;
    return address;
  }
}

type Message = readonly [type: number, data: Bytes];

function spaceOf(shape: readonly number[]): Bytes {
  const space = new Bytes().raw(1, shape.length, 0, 0, 0, 0, 0, 0);
  for (const length of shape) space.number(length, 8);
  return space;
}
