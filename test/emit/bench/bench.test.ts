import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { denseNetwork } from '../../../bench/support/networks.js';
import { Random } from '../../../src/core/random.js';
import { mutateRom, mutateVerilog } from '../../../src/cosim/mutations.js';
import { emitDesign } from '../../../src/emit/design.js';
import { rangeOf } from '../../../src/fixed/format.js';
import { runExample, SIMULATORS } from '../../support/bench.js';
import { manifestOf, withDesign } from '../../support/icarus.js';
import { messageOf } from '../../support/messages.js';
import { randomNetwork } from '../../support/networks.js';
import { RANDOM_ARCHITECTURES, randomDesign } from '../../support/random-designs.js';

const GENERATOR = { version: '0', command: 'test' };
const emitted = (architecture: string, seed: number) => {
  const { network, hardware } = randomDesign(new Random(seed, 'bench'), architecture);
  return emitDesign(network, hardware, GENERATOR);
};
const vectorsOf = (files: ReadonlyMap<string, string>): string =>
  /VECTORS += (\d+);/.exec(
    [...files].find(([file]) => /^sim\/tb_.*\.v$/.test(file))?.[1] ?? '',
  )?.[1] as string;

describe.each(RANDOM_ARCHITECTURES)('the test bench of a design, %s', (architecture) => {
  it.each([1, 2, 3, 4])('passes in Icarus, latency and interval too: design %d', (seed) => {
    const files = emitted(architecture, seed);
    const said = `PASS ${vectorsOf(files)} vectors`;
    expect(SIMULATORS.icarus(files)).toEqual({ said, status: 0 });
  });

  it('passes in Verilator, as does the example in SystemVerilog', () => {
    const files = emitted(architecture, 9);
    expect(SIMULATORS.verilator(files)).toEqual({ said: `PASS ${vectorsOf(files)} vectors`, status: 0 });
    const { said, status } = runExample(files);
    expect(said).toMatch(/^(sample \d: beat 0 of its result is [0-9a-f]+\n){8}PASS 8 samples$/);
    expect(status).toBe(0);
  });
});

describe('a design that was changed', () => {
  const network = denseNetwork([6, 5, 3], 2);
  const files = emitDesign(network, { architecture: 'serial', stream: { width: 8 } }, GENERATOR);
  const { top, roms, sources } = manifestOf(files);
  const own = sources.map(({ file }) => file).filter((file) => file.startsWith(`rtl/${top}`));
  /** The ROM's own check is left out, so that the bench has to see it. */
  const rom = 'rtl/espalier_rom.v';
  const unchecked = new Map([
    ...files,
    [rom, (files.get(rom) as string).replace('        check_contents;\n', '')],
  ]);

  it.each(['icarus', 'verilator'])('passes as it is without the check of its ROMs, in %s', (simulator) => {
    const { said, status } = SIMULATORS[simulator](unchecked);
    expect({ said, status }).toEqual({ said: `PASS ${vectorsOf(files)} vectors`, status: 0 });
  });

  it.each([0, 1, 2, 3])('is told by a ROM bit, fault %d', (seed) => {
    const random = new Random(seed, 'bench ROM');
    const { file, width } = random.pick(roms.filter(({ purpose }) => purpose.includes('weight')));
    const mutant = mutateRom(file, files.get(file) as string, width - 1, random);
    const { said, status } = SIMULATORS.icarus(new Map([...unchecked, [file, mutant?.text as string]]));
    expect(said).toMatch(/^FAIL: /);
    expect(status).toBe(1);
  });

  it('is told by most faults in its own Verilog; the others make the same circuit, or no circuit', () => {
    const told = Array.from({ length: 16 }, (_, seed) => {
      const random = new Random(seed, 'bench RTL');
      const file = random.pick(own);
      const { text = '' } = mutateVerilog(file, files.get(file) as string, random) ?? {};
      try {
        return SIMULATORS.icarus(new Map([...unchecked, [file, text]]));
      } catch {
        return undefined;
      }
    }).filter((run) => run !== undefined);
    const failed = told.filter(({ said }) => said.startsWith('FAIL: '));
    expect(failed.length).toBeGreaterThan(told.length / 2);
    expect(failed.map(({ status }) => status)).toEqual(failed.map(() => 1));
  });

  const results = `sim/${top}_results.mem`;
  const changed = (text: string) => new Map([...files, [results, text]]);
  const text = files.get(results) as string;

  it.each(['icarus', 'verilator'])(
    'or its vectors ends without a good status in %s, with the first difference',
    (simulator) => {
      const first = text.slice(0, 2);
      const other = first === '00' ? '01' : '00';
      const { said, status } = SIMULATORS[simulator](changed(`${other}${text.slice(2)}`));
      expect(said).toBe(`FAIL: vector 0, beat 0: got ${first}, wanted ${other}`);
      expect(status).not.toBe(0);
      expect(runExample(changed(`${other}${text.slice(2)}`)).status).not.toBe(0);
    },
  );

  it.each(['icarus', 'verilator'])('is not passed without vectors, in %s', (simulator) => {
    const { said, status } = SIMULATORS[simulator](changed(''));
    expect(said).toBe(
      `FAIL: ${top}_samples.mem or ${top}_results.mem is not in this folder, or is another design's`,
    );
    expect(status).not.toBe(0);
  });
});

describe('the vectors', () => {
  const network = randomNetwork(new Random(4, 'bench rows'), { maxLayers: 1 });
  const emit = (rows: readonly (readonly number[])[]) =>
    emitDesign(network, { architecture: 'serial' }, GENERATOR, { rows });
  const low = network.input.formats.map((format) => rangeOf(format).low);

  it('begin with rows of the data, 64 at most', () => {
    const files = emit(Array.from({ length: 100 }, () => low));
    expect(files.get(`sim/tb_${network.name}.v`)).toContain('//   0 to 63: rows of the data\n//   64 to ');
    const lines = (files.get(`sim/${network.name}_samples.mem`) as string).split('\n');
    expect(new Set(lines.slice(0, 65)).size).toBe(1);
  });

  it('of a wrong length are refused', () => {
    expect(messageOf(() => emit([[...low, 0]]))).toBe(
      `data row 0: got ${low.length + 1} codes, wanted ${low.length} codes (one per input) [network/row-width]`,
    );
  });
});

describe('the test for cocotb', () => {
  it('is Python', () => {
    const files = emitted('serial', 1);
    const { top } = manifestOf(files);
    withDesign(files, (folder) => {
      const file = path.join(folder, 'sim', `test_${top}.py`);
      execFileSync('python3', ['-m', 'py_compile', file], { stdio: 'pipe' });
    });
  });
});
