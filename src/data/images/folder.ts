import { type Dirent, readdirSync } from 'node:fs';
import path from 'node:path';
import { counted, list } from '../../core/errors.js';
import { problems } from '../problems.js';
import { isPictureName } from './decode.js';

/** Pictures by class, in the order of Keras: classes by name, then files by path. */
export interface PictureList {
  readonly classes: readonly string[];
  /** Paths from the folder, with `/`. */
  readonly files: readonly string[];
  /** Class number of each. */
  readonly labels: readonly number[];
  /** Where the folder itself has a part for training and one for tests: the numbers of their files. */
  readonly parts?: { readonly train: readonly number[]; readonly test: readonly number[] };
  /** Files that are no pictures by their names. */
  readonly otherFiles: readonly string[];
}

/**
 * The pictures of a folder with a folder for every class, or with `train/` and `test/` that have these.
 *
 * @throws data/image-folder, data/image-class
 */
export function listPictures(folder: string): PictureList {
  const names = subfolders(folder);
  const isSplit = names.includes('train') && names.includes('test');
  const extra = names.filter((name) => name !== 'train' && name !== 'test');
  if (!isSplit) return listPart(folder, '', names);
  if (extra.length > 0) {
    throw problems.imageFolder(
      folder,
      `folders train and test, and ${list(extra)}`,
      'train and test alone, or classes',
    );
  }
  const [train, test] = ['train', 'test'].map((part) => {
    const inside = path.join(folder, part);
    return listPart(inside, `${part}/`, subfolders(inside));
  });
  if (train.classes.join('\0') !== test.classes.join('\0')) {
    const wanted = `the classes of train: ${list(train.classes)}`;
    throw problems.imageClass(path.join(folder, 'test'), `the classes ${list(test.classes)}`, wanted);
  }
  const count = train.files.length;
  return {
    classes: train.classes,
    files: [...train.files, ...test.files],
    labels: [...train.labels, ...test.labels],
    parts: { train: [...train.files.keys()], test: [...test.files.keys()].map((number) => count + number) },
    otherFiles: [...train.otherFiles, ...test.otherFiles],
  };
}

function listPart(folder: string, prefix: string, classes: readonly string[]): PictureList {
  if (classes.length < 2) {
    const got = classes.length === 0 ? 'no folder in it' : `one folder, ${list(classes)}`;
    throw problems.imageFolder(folder, got, 'a folder of pictures for every class, two at least');
  }
  const folded = new Map<string, string>();
  for (const name of classes) {
    const key = name.toLowerCase();
    const other = folded.get(key);
    if (other !== undefined) {
      throw problems.imageClass(
        folder,
        `the classes ${list([other, name])}`,
        'names that differ in more than case',
      );
    }
    folded.set(key, name);
  }
  const files: string[] = [];
  const labels: number[] = [];
  const otherFiles: string[] = [];
  classes.forEach((name, label) => {
    const inside = filesBelow(path.join(folder, name), `${name}/`);
    const pictures = inside.filter(isPictureName);
    otherFiles.push(...inside.filter((file) => !isPictureName(file)).map((file) => prefix + file));
    if (pictures.length === 0) {
      const got =
        inside.length === 0 ? 'no files' : `${counted(inside.length, 'file')}, no picture among them`;
      throw problems.imageClass(path.join(folder, name), got, 'pictures: .jpg, .jpeg, .png, .webp or .bmp');
    }
    for (const file of pictures) {
      files.push(prefix + file);
      labels.push(label);
    }
  });
  return { classes, files, labels, otherFiles };
}

/** What lies there but hidden files, by name as Python sorts; symbolic links are refused: they lead anywhere. */
function entriesOf(folder: string): Dirent[] {
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    throw problems.imageFolder(
      folder,
      (error as NodeJS.ErrnoException).code ?? String(error),
      'a folder of pictures',
    );
  }
  const link = entries.find((entry) => entry.isSymbolicLink());
  if (link !== undefined) {
    throw problems.imageFolder(
      path.join(folder, link.name),
      'a symbolic link',
      'files and folders',
      'copy what it leads to',
    );
  }
  return entries
    .filter(({ name }) => !name.startsWith('.'))
    .sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
}

const subfolders = (folder: string): string[] =>
  entriesOf(folder)
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

/** Files of a folder, then those of the folders in it. */
function filesBelow(folder: string, prefix: string): string[] {
  const entries = entriesOf(folder);
  const own = entries.filter((entry) => entry.isFile()).map(({ name }) => prefix + name);
  const below = entries
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => filesBelow(path.join(folder, name), `${prefix}${name}/`));
  return [...own, ...below];
}
