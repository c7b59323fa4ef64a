import { beforeAll, describe, expect, it } from 'vitest';
import { EspalierError } from '../../../src/core/errors.js';
import type { DesignFolder } from '../../../src/emit/read-design.js';
import { readDesign } from '../../../src/emit/read-design.js';
import { findYosys } from '../../../src/netlist/yosys.js';
import { proveLayers } from '../../../src/prove/prove.js';
import { emitTo, segmentComplaints, smallNetwork } from '../designs.js';
import { heldDesign } from '../memory-design.js';
import type { Design, Edit } from './edit.js';
import { LOGIC_EDITS, RESET_EDITS } from './logic-edits.js';
import { MEMORY_EDITS } from './memory-edits.js';
import { OPERAND_EDITS } from './operand-edits.js';
import { READING_EDITS } from './reading-edits.js';
import { TEXT_EDITS } from './text-edits.js';

const EDITS: readonly Edit[] = [
  ...TEXT_EDITS,
  ...READING_EDITS,
  ...LOGIC_EDITS,
  ...RESET_EDITS,
  ...MEMORY_EDITS,
  ...OPERAND_EDITS,
];

const emitted = {} as Record<Design, DesignFolder>;
beforeAll(() => {
  const parallel = smallNetwork('argmax', { inputs: 4, hidden: 3, weightBits: 4 });
  const serial = smallNetwork('binary', { inputs: 3, hidden: 2 });
  emitted.parallel = readDesign(emitTo(parallel, { architecture: 'parallel', adderLevelsPerStage: 1 }));
  emitted.serial = readDesign(emitTo(serial, { architecture: 'serial', operands: 'registers' }));
  emitted.memory = heldDesign();
  const operands = smallNetwork('argmax', { inputs: 4, hidden: 2 });
  const stream = { width: 8 } as const;
  emitted.operands = readDesign(emitTo(operands, { architecture: 'serial', operands: 'memory', stream }));
});

/** The code of what refuses a design, or what the prover complains of, line by line. */
async function judge(design: DesignFolder): Promise<string> {
  const options = { timeoutSeconds: 60, cacheFolder: '', threads: 0 };
  try {
    const { timed } = await proveLayers(design, await findYosys('native'), options);
    return segmentComplaints(timed.map(({ segment }) => segment)).join('\n');
  } catch (error) {
    if (error instanceof EspalierError) return error.code;
    throw error;
  }
}

describe('an edited design is never called proved', () => {
  it.each(['parallel', 'serial', 'memory', 'operands'] as const)(
    'while it is as emitted: %s',
    async (design) => {
      expect(await judge(emitted[design])).toBe('');
    },
  );

  it('is tried with many edits, each of another kind', () => {
    expect(new Set(EDITS.map(({ design, what }) => `${design} ${what}`)).size).toBe(EDITS.length);
    expect(EDITS.length).toBeGreaterThanOrEqual(150);
  });

  it.each(EDITS)('$design: $what', async ({ design, file, change, outcome }) => {
    const { files, ...rest } = emitted[design];
    const before = files.get(file) as string;
    const after = change(before);
    expect(after).not.toBe(before);
    const judgement = await judge({ ...rest, files: new Map(files).set(file, after) });
    if (typeof outcome === 'string') expect(judgement).toBe(outcome);
    else expect(judgement).toMatch(outcome);
    // A pattern is for complaints.
    if (typeof outcome !== 'string') expect(judgement).not.toMatch(/^[a-z]+\/[a-z-]+$/);
  });
});
