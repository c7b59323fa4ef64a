import { list, raise } from './errors.js';

const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EISDIR: 'a folder',
  ENOTDIR: 'a path through something that is no folder',
  EEXIST: 'a file where a folder should be',
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'a file system that is read-only',
  ENOSPC: 'a full disk',
  ENXIO: 'a pipe or a device',
  ELOOP: 'links that lead in a circle',
  ENAMETOOLONG: 'a name that is too long',
  EMFILE: 'too many open files',
  ERR_INVALID_ARG_VALUE: 'a name with a NUL character',
};

const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(bytes < 2 ** 20 ? 3 : 0)} MiB`;

/** The constructors of this room's errors and warnings: `throw problems.…(…)`. */
export const problems = {
  /** @param reason the system's code, such as ENOENT */
  fileUnreadable: (file: string, reason: string) =>
    raise({
      code: 'file/unreadable',
      where: file.replaceAll('\0', '\\0'),
      got: SYSTEM_ERRORS[reason] ?? reason,
      wanted: 'a readable file',
    }),
  /** @param encoding what the text most likely is in, as `iconv` calls it */
  fileEncoding: (where: string, got: string, encoding: string) =>
    raise({
      code: 'file/encoding',
      where,
      got,
      wanted: 'text in UTF-8',
      hint: `save it as UTF-8 (in Excel “CSV UTF-8”), or: iconv -f ${encoding} -t UTF-8 OLD > NEW`,
    }),
  fileTooLarge: (file: string, size: number, limit: number) =>
    raise({
      code: 'file/too-large',
      where: file,
      got: megabytes(size),
      wanted: `at most ${megabytes(limit)} for a file of this kind`,
    }),
  /** @param reason the system's code, such as EACCES */
  fileUnwritable: (file: string, reason: string) =>
    raise({
      code: 'file/unwritable',
      where: file.replaceAll('\0', '\\0'),
      got: SYSTEM_ERRORS[reason] ?? reason,
      wanted: 'a place that files can be written to',
    }),
  fileForeign: (file: string) =>
    raise({
      code: 'file/foreign',
      where: file,
      got: 'something that Espalier did not write',
      wanted: 'a name that is free: what was not written by Espalier is never replaced',
      hint: 'move it away, or choose another place for the output',
    }),
  fileEdited: (files: readonly string[]) =>
    raise({
      code: 'file/edited',
      where: files[0],
      got:
        files.length === 1
          ? 'other bytes than Espalier wrote'
          : `other bytes than Espalier wrote, as in ${list(files.slice(1))}`,
      wanted: 'the file as it was written, or none: what was edited is never replaced or removed',
      hint: 'move it away or delete it, and it is written again',
    }),
  fileInputInOutput: (file: string, folder: string) =>
    raise({
      code: 'file/input-in-output',
      where: file,
      got: `an input that lies in ${folder}, where the output goes`,
      wanted: 'an output folder without inputs',
      hint: 'choose another place for the output',
    }),
  fileOutputInInput: (output: string, folder: string) =>
    raise({
      code: 'file/output-in-input',
      where: output,
      got: `a place inside ${folder}, all of which is an input`,
      wanted: 'a place outside of the inputs',
      hint: 'choose another place for the output',
    }),
  /** @param product such as `design` or `stage train` */
  fileOfProduct: (file: string, product: string) =>
    raise({
      code: 'file/of-product',
      where: file,
      got: `a file of a ${product}`,
      wanted: 'another name: such files are replaced together, by the command that wrote them',
      hint: 'choose another place for the output',
    }),
  folderBusy: (folder: string, process: number) =>
    raise({
      code: 'file/busy',
      where: folder,
      got: `process ${process}, which is writing there`,
      wanted: 'one writer at a time',
      hint: 'run the command again once it has ended',
    }),
  threadMemory: () =>
    raise({
      code: 'core/memory',
      where: 'a worker thread',
      got: 'more work than its memory holds',
      wanted: 'more memory',
      hint: 'NODE_OPTIONS=--max-old-space-size=8000 gives every thread up to 8,000 MB',
    }),
};
