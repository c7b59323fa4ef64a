import { raise } from './errors.js';

const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EISDIR: 'a folder',
  ENOTDIR: 'a path through something that is no folder',
  EEXIST: 'a file where a folder should be',
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'a file system that is read-only',
  ENOSPC: 'a full disk',
};

/** The constructors of this room's errors and warnings: `throw problems.…(…)`. */
export const problems = {
  /** @param reason the system's code, such as ENOENT */
  fileUnreadable: (file: string, reason: string) =>
    raise({
      code: 'file/unreadable',
      where: file,
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
  /** @param reason the system's code, such as EACCES */
  fileUnwritable: (file: string, reason: string) =>
    raise({
      code: 'file/unwritable',
      where: file,
      got: SYSTEM_ERRORS[reason] ?? reason,
      wanted: 'a place that files can be written to',
    }),
};
