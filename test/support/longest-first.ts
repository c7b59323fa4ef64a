import { existsSync } from 'node:fs';
import path from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files of a minute and more, the longest first. A fresh clone knows no durations: one that begins late would end alone. */
const LONGEST = [
  'test/rtl/properties.test.ts',
  'test/emit/branches.test.ts',
  'test/conformance/graphs.test.ts',
  'test/emit/groups.test.ts',
  'test/synth/synthesize.test.ts',
  'test/emit/ports.test.ts',
  'test/synth/equivalence.test.ts',
  'test/conformance/maps.test.ts',
  'test/prove/prove.test.ts',
  'test/cosim/map-mutations.test.ts',
].map((file) => path.join(import.meta.dirname, '..', '..', file));

const gone = LONGEST.find((file) => !existsSync(file));
if (gone !== undefined) throw new Error(`test/support/longest-first.ts names ${gone}, which is no file`);

/** Vitest's own order behind these. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification) => {
      const place = LONGEST.indexOf(moduleId);
      return place < 0 ? LONGEST.length : place;
    };
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}
