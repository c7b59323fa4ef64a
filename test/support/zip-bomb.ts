import { constants, deflateRawSync } from 'node:zlib';
import type { Random } from '../../src/core/random.js';

interface Packed {
  readonly name: string;
  readonly method: 'stored' | 'deflated';
  readonly bytes: Uint8Array;
  /** As the file says. */
  readonly size: number;
}

/** A gigabyte of zeros, packed: a piece that has no end, many times, and an end. */
const GIGABYTE = (() => {
  const piece = deflateRawSync(Buffer.alloc(2 ** 22), { finishFlush: constants.Z_SYNC_FLUSH });
  return Buffer.concat([...Array<Buffer>(256).fill(piece), Buffer.from([3, 0])]);
})();

/** A zip file one of whose members unpacks to a gigabyte, whatever it says. */
export function zipBomb(members: Readonly<Record<string, Uint8Array>>, name: string, random: Random): Buffer {
  const others = Object.entries(members).filter(([other]) => other !== name);
  const stored = others.map(
    ([other, bytes]): Packed => ({ name: other, method: 'stored', bytes, size: bytes.length }),
  );
  const size = random.pick([members[name].length, 2 ** 20, 2 ** 30, 2 ** 32 - 1]);
  return zipOf([...stored, { name, method: 'deflated', bytes: GIGABYTE, size }]);
}

/** Without checksums, which are looked at by nobody before all is unpacked. */
function zipOf(entries: readonly Packed[]): Buffer {
  const [local, central]: [Buffer[], Buffer[]] = [[], []];
  let offset = 0;
  for (const { name, method, bytes, size } of entries) {
    const label = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(method === 'stored' ? 0 : 8, 4);
    common.writeUInt32LE(bytes.length, 14);
    common.writeUInt32LE(size, 18);
    common.writeUInt16LE(label.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    local.push(Buffer.from('PK\x03\x04'), common, label, Buffer.from(bytes));
    central.push(Buffer.from('PK\x01\x02\x14\x00'), common, place, label);
    offset += 4 + common.length + label.length + bytes.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...local, directory, Buffer.from('PK\x05\x06'), end]);
}
