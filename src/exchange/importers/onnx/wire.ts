import protobuf from 'protobufjs/minimal.js';

/** How a field lies in a protobuf message: a scalar, or another message. */
type Kind = 'int' | 'float' | 'double' | 'text' | 'bytes' | Schema;

interface Field {
  readonly name: string;
  readonly kind: Kind;
  readonly isList: boolean;
}

/** The fields of a message that are read, by their numbers; all others are skipped. */
export type Schema = ReadonlyMap<number, Field>;

type Fields = Readonly<Record<number, readonly [name: string, kind: Kind, list?: 'list']>>;

export const schemaOf = (fields: Fields): Schema =>
  new Map(
    Object.entries(fields).map(([number, [name, kind, list]]) => [
      Number(number),
      { name, kind, isList: list === 'list' },
    ]),
  );

export type Message = Record<string, unknown>;

const LENGTH_DELIMITED = 2;
const DECODERS: Readonly<Record<Exclude<Kind, Schema>, (reader: protobuf.Reader) => unknown>> = {
  int: (reader) => Number(reader.int64().toString()),
  float: (reader) => reader.float(),
  double: (reader) => reader.double(),
  text: (reader) => reader.string(),
  bytes: (reader) => reader.bytes(),
};

/**
 * A message as plain data; a field that is not there is absent, a list empty.
 *
 * @throws RangeError or Error where the bytes are no such message
 */
export function decodeMessage(schema: Schema, bytes: Uint8Array): Message {
  return decode(schema, protobuf.Reader.create(bytes), bytes.length);
}

function decode(schema: Schema, reader: protobuf.Reader, end: number): Message {
  const message: Message = {};
  for (const { name, isList } of schema.values()) if (isList) message[name] = [];
  while (reader.pos < end) {
    const tag = reader.uint32();
    const field = schema.get(tag >>> 3);
    const wire = tag & 7;
    if (field === undefined) {
      reader.skipType(wire);
      continue;
    }
    const values = valuesOf(field, reader, wire);
    if (field.isList) for (const value of values) (message[field.name] as unknown[]).push(value);
    else message[field.name] = values.at(-1);
  }
  if (reader.pos !== end) throw new RangeError('a message that ends inside another');
  return message;
}

/** One value, or all of a packed list. */
function valuesOf({ kind }: Field, reader: protobuf.Reader, wire: number): unknown[] {
  if (typeof kind === 'object') {
    if (wire !== LENGTH_DELIMITED) throw new RangeError(`wire type ${wire} of a message`);
    const length = reader.uint32();
    return [decode(kind, reader, endOf(reader, length))];
  }
  const isPacked = wire === LENGTH_DELIMITED && kind !== 'text' && kind !== 'bytes';
  if (!isPacked) return [DECODERS[kind](reader)];
  const end = endOf(reader, reader.uint32());
  const values: unknown[] = [];
  while (reader.pos < end) values.push(DECODERS[kind](reader));
  return values;
}

function endOf(reader: protobuf.Reader, length: number): number {
  const end = reader.pos + length;
  if (end > reader.len) throw new RangeError('a length past the end of the file');
  return end;
}
