import { tellingNames } from '../../../core/zip.js';
import { problems } from '../../problems.js';
import { unpacked } from '../archive.js';
import type { ImportSource } from '../importer.js';
import { torchHost } from './host.js';
import { readPickle } from './pickle.js';
import type { StorageBytes } from './tensors.js';
import type { TorchFile } from './torch-file.js';

const PICKLE = /^([^/]*\/)?data\.pkl$/;
/** Bytes that a pickle, or all storages of a network, may have. */
const MOST_BYTES = 2 ** 27;

/** Whether a zip file holds what `torch.save` writes. */
export const isArchive = (bytes: Uint8Array): boolean =>
  tellingNames(bytes).some((name) => PICKLE.test(name));

/** The zip form: a pickle, and a member for each storage. */
export function readArchive(source: ImportSource): TorchFile {
  const { file } = source;
  let root = '';
  const isHead = (name: string) => {
    root = PICKLE.exec(name)?.[1] ?? root;
    return PICKLE.test(name) || /^([^/]*\/)?byteorder$/.test(name);
  };
  const head = unpacked(source, isHead, MOST_BYTES);
  const pickle = head.get(`${root}data.pkl`);
  if (pickle === undefined) throw problems.importFile(file, 'no data.pkl', 'what torch.save writes');
  const where = `${file}, ${root}data.pkl`;
  const { value } = readPickle(
    pickle,
    0,
    torchHost(() => undefined, where),
    where,
  );
  const isLittle = isLittleEndian(head.get(`${root}byteorder`), file);
  return {
    object: value,
    storages: (keys): StorageBytes => {
      const members = new Set([...keys].map((key) => `${root}data/${key}`));
      const found = unpacked(source, (name) => members.has(name), MOST_BYTES);
      return { get: (key) => found.get(`${root}data/${key}`), isLittle };
    },
  };
}

/** Files without the mark are little-endian. */
function isLittleEndian(mark: Uint8Array | undefined, file: string): boolean {
  const order = mark === undefined ? 'little' : Buffer.from(mark).toString('latin1').trim();
  if (order === 'little' || order === 'big') return order === 'little';
  throw problems.importFile(`${file}, byteorder`, JSON.stringify(order.slice(0, 40)), 'little or big');
}
