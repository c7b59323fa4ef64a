import { existsSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Problem } from '../core/errors.js';
import { readBytes } from '../core/files.js';
import { sha256 } from '../core/hash.js';
import { parseJson } from '../core/json.js';
import { fitShape } from '../core/shape.js';
import { decodeText } from '../core/text.js';
import { networkFromJson } from '../network/json.js';
import type { QuantizedNetwork } from '../network/types.js';
import { checkFacts, checkFiles } from './check-manifest.js';
import { MANIFEST, type Manifest, romsOf } from './manifest.js';
import { countFields, MAX_FIELDS, spreadFields } from './manifest-text.js';
import { problems } from './problems.js';

export const MANIFEST_FILE = 'manifest.json';

/** What brings a file back whose line ends alone are others. */
export const LINE_ENDS_HINT =
  'only line ends changed, LF to CRLF, as git does with core.autocrlf: put `* -text` into .gitattributes and check out again';

/** Of manifest.json, and of all files of a design together: more than any that a tool here gets through. */
const MAX_MANIFEST_BYTES = 64 * 2 ** 20;
const MAX_DESIGN_BYTES = 256 * 2 ** 20;

/**
 * A folder of emitted files as it was read, once: its files are not looked at again, so that what is said of the design
 * is said of the very bytes that were hashed.
 */
export interface DesignFolder {
  /** Where it was read; for messages, and for what is written beside it. */
  readonly folder: string;
  readonly manifest: Manifest;
  readonly network: QuantizedNetwork;
  /** The Verilog and the ROM images, path inside the folder → text: all that a tool is given. */
  readonly files: ReadonlyMap<string, string>;
  /** Path → SHA-256 of everything that the design consists of: manifest.json, network.json and `files`, in this order. */
  readonly hashes: ReadonlyMap<string, string>;
  /** What is not as it was emitted, companions too, in the manifest's order. */
  readonly edited: readonly EditedFile[];
  /** What the Verilog is built as; absent: as emitted. */
  readonly body?: Body;
}

/** What a design's Verilog is built as. */
export interface Body {
  /** Such as `as emitted` or `XILINX=1`. */
  readonly name: string;
  /** Of the top module; those that are not named are as emitted. */
  readonly parameters: Readonly<Record<string, number>>;
}

/** What a file of a design is for. */
export type FileRole = 'network' | 'source' | 'rom' | 'companion';

export interface EditedFile {
  readonly file: string;
  readonly role: FileRole;
  /** `line ends`: nothing but LF became CRLF, as some checkouts do. A missing file is always a companion. */
  readonly change: 'contents' | 'line ends' | 'missing';
  /** What the manifest says. */
  readonly emitted: string;
}

/**
 * Reads a design, all of it. What was edited is listed, not refused.
 *
 * @param folder the folder that `espalier compile` wrote, with `manifest.json` in it
 * @throws emit/not-a-design, emit/manifest, emit/file-missing, emit/file-outside, file/*, network/*
 */
export function readDesign(folder: string): DesignFolder {
  const place = path.join(folder, MANIFEST_FILE);
  if (!existsSync(place)) throw problems.notADesign(folder, whatIsAt(folder), designNear(folder));
  const bytes = readBytes(place, MAX_MANIFEST_BYTES);
  const manifest = parseManifest(decodeText(bytes, place), place);
  const read = readFiles(folder, manifest);
  const networkText = (read.texts.get(manifest.network.file) as string) ?? '';
  const network = networkFromJson(networkText, path.join(folder, manifest.network.file));
  // A network that was edited is said to be, and the manifest speaks of another one.
  if (!read.edited.some(({ role }) => role === 'network')) checkFacts(manifest, network, place);
  const used = [...manifest.sources, ...romsOf(manifest)].map(({ file }) => file);
  return {
    folder,
    manifest,
    network,
    files: new Map(used.map((file) => [file, read.texts.get(file) as string])),
    hashes: new Map([[MANIFEST_FILE, sha256(bytes)], ...read.hashes]),
    edited: read.edited,
  };
}

/**
 * The manifest that a text is.
 *
 * @param place for errors: the file that the text came from
 * @throws emit/manifest with the member's path
 */
export function parseManifest(text: string, place = MANIFEST_FILE): Manifest {
  let json: unknown;
  try {
    json = parseJson(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw problems.manifestUnreadable(place, error.message);
  }
  const { schema, version } = (json ?? {}) as Partial<Manifest>;
  if (schema !== 'espalier/manifest' || version !== 2) {
    const got = [schema, version].map((member) => JSON.stringify(member) ?? 'none');
    throw problems.manifestUnreadable(place, `schema ${got[0]}, version ${got[1]}`);
  }
  const inRuns = fitShape(MANIFEST, json, place, problems.manifestMember);
  const fields = countFields(inRuns);
  if (fields > MAX_FIELDS) {
    throw problems.manifestMember(place, `${fields} fields of buses`, `at most ${MAX_FIELDS}`);
  }
  const manifest = spreadFields(inRuns);
  checkFiles(manifest, place);
  return manifest;
}

interface Listed {
  readonly file: string;
  readonly sha256: string;
  readonly role: FileRole;
  readonly what: string;
}

/** Every file that the manifest lists, in an order that does not change. */
function listedFiles(manifest: Manifest): Listed[] {
  const { network, sources, companions = [] } = manifest;
  return [
    { ...network, role: 'network', what: 'the network that the design was made from' },
    ...sources.map((source): Listed => ({ ...source, role: 'source', what: 'a Verilog file of the design' })),
    ...romsOf(manifest).map((rom): Listed => {
      return { ...rom, role: 'rom', what: `the ROM image with the ${rom.purpose} of layer ${rom.layer}` };
    }),
    ...companions.map((file): Listed => ({ ...file, role: 'companion', what: 'a file beside the design' })),
  ];
}

/** Reads each listed file once. Of companions, which nobody uses, only what became of them is kept. */
function readFiles(folder: string, manifest: Manifest) {
  const texts = new Map<string, string>();
  const hashes = new Map<string, string>();
  const edited: EditedFile[] = [];
  let left = MAX_DESIGN_BYTES;
  for (const { file, sha256: emitted, role, what } of listedFiles(manifest)) {
    const bytes = readInside(folder, file, left);
    if (bytes === undefined) {
      if (role !== 'companion') throw problems.fileMissing(path.join(folder, file), what);
      edited.push({ file, role, change: 'missing', emitted });
      continue;
    }
    left -= bytes.length;
    const got = sha256(bytes);
    if (role !== 'companion') {
      texts.set(file, decodeText(bytes, path.join(folder, file)));
      hashes.set(file, got);
    }
    if (got !== emitted) edited.push({ file, role, change: changeOf(bytes, emitted), emitted });
  }
  return { texts, hashes, edited };
}

function changeOf(bytes: Uint8Array, emitted: string): EditedFile['change'] {
  const unix = Buffer.from(bytes).toString('latin1').replaceAll('\r\n', '\n');
  return sha256(Buffer.from(unix, 'latin1')) === emitted ? 'line ends' : 'contents';
}

/** Undefined where there is no such file. A link may lead to another file of the folder, and nowhere else. */
function readInside(folder: string, file: string, limit: number): Uint8Array | undefined {
  const place = path.join(folder, file);
  if (!existsSync(place)) return undefined;
  const inside = path.relative(realpathSync(folder), realpathSync(place));
  if (inside.startsWith('..') || path.isAbsolute(inside)) throw problems.fileOutside(place);
  return readBytes(place, limit);
}

/** What is to be said of files that no tool here reads, and that others will. */
export function companionWarnings({ folder, edited }: DesignFolder): Problem[] {
  const companions = edited.filter(({ role }) => role === 'companion');
  // A read-me is for people, who write into it.
  const files = companions.map(({ file }) => file).filter((file) => path.extname(file) !== '.md');
  return files.length === 0 ? [] : [problems.companionsEdited(folder, files).toJSON()];
}

function whatIsAt(place: string): string {
  if (!existsSync(place)) return 'no such folder';
  return statSync(place).isDirectory() ? 'a folder without manifest.json' : 'a file';
}

/** The design that the place is a part of, or a run's folder has among its products. */
export function designNear(place: string): string | undefined {
  const folders = [path.join(place, 'design'), path.dirname(place)];
  return folders.find((folder) => existsSync(path.join(folder, MANIFEST_FILE)));
}
