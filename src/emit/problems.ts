import { didYouMean, raise } from '../core/errors.js';

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
    raise({
      code: 'emit/manifest',
      where: file,
      got,
      wanted: 'a manifest of this version of Espalier (espalier/manifest, version 1)',
      hint: 'emit the design again',
    }),
};
