import { didYouMean, raise } from '../core/errors.js';

const manifestProblem = (where: string, got: string, wanted: string) =>
  raise({ code: 'emit/manifest', where, got, wanted, hint: 'emit the design again' });

/** The constructors of this room's errors and warnings: `throw problems.…(…)`. */
export const problems = {
  notADesign: (place: string, got: string, likely?: string) =>
    raise({
      code: 'emit/not-a-design',
      where: place,
      got,
      wanted: 'the folder of an emitted design',
      ...didYouMean(likely),
    }),
  manifestUnreadable: (file: string, got: string) =>
    manifestProblem(file, got, 'a manifest of this version of Espalier (espalier/manifest, version 2)'),
  /** @param where the file and the path of the member */
  manifestMember: (where: string, got: string, wanted: string) => manifestProblem(where, got, wanted),
  manifestFact: (where: string, got: string, wanted: string) =>
    manifestProblem(where, got, `${wanted}, as follows from network.json`),
  fileMissing: (file: string, what: string) =>
    raise({
      code: 'emit/file-missing',
      where: file,
      got: 'no such file',
      wanted: what,
      hint: 'emit the design again',
    }),
  /** A warning: nothing here reads these files. */
  companionsEdited: (folder: string, files: readonly string[]) =>
    raise({
      code: 'emit/companions-edited',
      where: folder,
      got: `${files.join(', ')}: not as emitted`,
      wanted: 'the files for other tools as they belong to this design',
      hint: 'nothing here reads them; vendor tools do',
    }),
  fileOutside: (file: string) =>
    raise({
      code: 'emit/file-outside',
      where: file,
      got: 'a link that leads out of the folder',
      wanted: 'a file of the design',
    }),
};
