import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { denseNetwork, fewBitNetwork } from '../../bench/support/networks.js';
import { emitDesign } from '../../src/emit/design.js';
import type { ResourceEstimate } from '../../src/emit/manifest.js';
import { type DesignFolder, readDesign } from '../../src/emit/read-design.js';
import { findYosys } from '../../src/netlist/yosys.js';
import type { QuantizedNetwork } from '../../src/network/types.js';
import { longestPath } from '../../src/synth/longest-path.js';
import { type MappedDesign, type MappedModule, moduleName } from '../../src/synth/mapped.js';
import { familyOf, type SynthReport, synthesize } from '../../src/synth/synthesize.js';
import { conv, mapNetwork, POOL, SECOND } from '../emit/map-networks.js';
import { writeHandDesign } from '../support/hand-designs.js';
import { writeFolder } from '../support/write-folder.js';

const folder = mkdtempSync(path.join(tmpdir(), 'espalier-synth-'));
afterAll(() => rmSync(folder, { recursive: true }));

const SUM = `module sum #(parameter W = 8) (input aclk, input [W-1:0] a, input [W-1:0] b, output reg [W:0] y);
  always @(posedge aclk) y <= a + b;
endmodule
`;
const SUMS = `module sums (input aclk, input [7:0] a, input [7:0] b, output [9:0] y, output [9:0] z, output [7:0] w);
  wire [8:0] s;
  reg  [7:0] rom [0:3];
  reg  [7:0] word;
  initial $readmemh("rom/table.mem", rom);
  sum #(.W(8)) u_s (.aclk(aclk), .a(a), .b(b), .y(s));
  sum #(.W(9)) u_y (.aclk(aclk), .a(s), .b({1'b0, b}), .y(y));
  sum #(.W(9)) u_z (.aclk(aclk), .a(s), .b({1'b0, a}), .y(z));
  always @(posedge aclk) word <= rom[s[1:0]];
  assign w = word;
endmodule
`;
const ROM = { 'rom/table.mem': '5a\n13\nc7\n99\n' };

/** Registered adders of 8, 9 and 9 bits, and a ROM. */
const DESIGN = writeHandDesign(
  path.join(folder, 'sums'),
  'sums',
  { 'rtl/sum.v': SUM, 'rtl/sums.v': SUMS },
  ROM,
);
const OPTIONS = { timeoutSeconds: 300, mergeAdders: false };

/** [module, instances, LUTs, carry cells, flip-flops, levels] of the modules below the top. */
function adders({ modules }: SynthReport): unknown[] {
  return modules.slice(1).map(({ module, instances, resources, longestPath }) => {
    return [module, instances, resources.luts, resources.carries, resources.flipFlops, longestPath?.levels];
  });
}

/** A W-bit adder with carry out: LUTs, carry cells and levels follow from the family's carry cell. */
const ADDERS: [string, number[], number[]][] = [
  // A LUT a bit before CARRY4s that take 4 bits.
  ['xc7', [8, 3, 9, 4], [9, 3, 10, 4]],
  // An ALUT a bit, the carry out one more.
  ['cyclonev', [9, 9, 9, 9], [10, 10, 10, 10]],
  // Two bits a cell, of two LUTs.
  ['ecp5', [10, 5, 9, 5], [10, 5, 10, 5]],
  // SB_CARRY beside a LUT a bit; the last carry goes through a LUT, here shared with the sum's.
  ['ice40', [8, 8, 9, 8], [9, 9, 10, 9]],
];

describe('synthesis', () => {
  it.each(ADDERS)('counts the cells of %s', async (target, narrow, wide) => {
    const report = await synthesize(DESIGN, await findYosys('native'), { ...OPTIONS, target });
    expect(adders(report)).toEqual([
      ['sum #(W=8)', 1, ...narrow],
      ['sum #(W=9)', 2, ...wide],
    ]);
    const { modules, flattened } = report;
    expect([modules[0].module, modules[0].instances]).toEqual(['sums', 1]);
    // 9 + 10 + 10 for the sums and at least one for the ROM's word, whatever the flow makes of it.
    expect(flattened.resources.flipFlops).toBeGreaterThanOrEqual(30);
    expect(modules[0].resources.flipFlops).toBeGreaterThanOrEqual(30);
  });

  it('is the same in WebAssembly, but for the version', async () => {
    const report = await synthesize(DESIGN, await findYosys('wasm'), { ...OPTIONS, target: 'ice40' });
    expect(report.yosys).toMatch(/^Yosys [\d.]+ \(WebAssembly\)$/);
    expect(adders(report)).toEqual([
      ['sum #(W=8)', 1, ...ADDERS[3][1]],
      ['sum #(W=9)', 2, ...ADDERS[3][2]],
    ]);
  });

  it('merges adder chains only when told to', async () => {
    const chain: DesignFolder = writeHandDesign(path.join(folder, 'chain'), 'chain', {
      'add.v': 'module add(input [7:0] a, input [7:0] b, output [7:0] y); assign y = a + b; endmodule\n',
      'chain.v': `module chain(input [7:0] a, input [7:0] b, input [7:0] c, input [7:0] d, output [7:0] y);
  wire [7:0] ab, cd;
  add u_ab (.a(a), .b(b), .y(ab));
  add u_cd (.a(c), .b(d), .y(cd));
  add u_y (.a(ab), .b(cd), .y(y));
endmodule
`,
    });
    const yosys = await findYosys('native');
    const run = (mergeAdders: boolean) =>
      synthesize(chain, yosys, { ...OPTIONS, target: 'ice40', mergeAdders });
    const kept = await run(false);
    const merged = await run(true);
    // Three 8-bit adders of 8 LUTs each, against carry-save compressors and one adder.
    expect(kept.flattened.resources.luts).toBe(24);
    expect(merged.flattened.resources.luts).toBeGreaterThan(30);
    expect(kept.mergeAdders).toBe(false);
  });

  it('says which ROM is missing', async () => {
    const design = writeHandDesign(path.join(folder, 'no-rom'), 'sums', { 'sum.v': SUM, 'sums.v': SUMS });
    await expect(
      synthesize(design, await findYosys('native'), { ...OPTIONS, target: 'ice40' }),
    ).rejects.toThrow(
      'yosys, synthesising sums for ice40, reading: got sums.v:0: Can not open file `rom/table.mem` for \\$readmemh., ' +
        'wanted a run without errors [netlist/yosys-failed]',
    );
  });

  it('refuses a target that it does not know', () => {
    expect(() => familyOf('xc9')).toThrow(
      '--target: got xc9, wanted one of xc7, xcup, cyclonev, ecp5, ice40 [synth/target]',
    );
  });
});

describe('the longest path', () => {
  const lut = (input: (number | string)[], output: number) => ({
    type: 'LUT2',
    parameters: {},
    port_directions: { I0: 'input', I1: 'input', O: 'output' } as const,
    connections: { I0: [input[0]], I1: [input[1]], O: [output] },
  });
  const pathOf = (cells: MappedModule['cells']) => {
    const module: MappedModule = { attributes: {}, ports: {}, cells };
    const design: MappedDesign = { modules: { top: module } };
    return longestPath(familyOf('xc7'), design, module);
  };
  const register = (d: number, q: number) => ({
    type: 'FDRE',
    parameters: {},
    port_directions: { C: 'input', D: 'input', Q: 'output' } as const,
    connections: { C: [1], D: [d], Q: [q] },
  });

  it('ends at registers', () => {
    // 2, 3 → a → 4 → b → 5 → register → 6 → c → 7
    const cells = { a: lut([2, 3], 4), b: lut([4, '0'], 5), r: register(5, 6), c: lut([6, 2], 7) };
    expect(pathOf(cells)).toEqual({ levels: 2, luts: 2, carries: 0 });
  });

  it('passes a carry cell from a lower bit to a higher one only', () => {
    const carry = {
      type: 'CARRY4',
      parameters: {},
      port_directions: { CI: 'input', DI: 'input', S: 'input', O: 'output', CO: 'output' } as const,
      connections: { CI: ['0'], DI: [10, 11], S: [12, 13], O: [20, 21], CO: [22, 23] },
    };
    // S[1] hangs on O[0]: no loop. S[0] on O[1] is one.
    expect(pathOf({ carry, a: lut([20, '1'], 13) })).toEqual({ levels: 3, luts: 1, carries: 2 });
    expect(pathOf({ carry, a: lut([21, '1'], 12) })).toBeUndefined();
  });
});

describe('the longest path through a LUT of two outputs', () => {
  /** Where column i adds a, b, c and the majority m of the column below: O5 is its own majority, O6 the sum. */
  const column = (m: number, o5: number, o6: number) => ({
    type: 'LUT6_2',
    parameters: { INIT: `${'0110100110010110'.repeat(2)}${'11101000'.repeat(4)}` },
    port_directions: Object.fromEntries([
      ...[0, 1, 2, 3, 4, 5].map((pin) => [`I${pin}`, 'input'] as const),
      ...[5, 6].map((pin) => [`O${pin}`, 'output'] as const),
    ]),
    connections: { I0: [2], I1: [3], I2: [4], I3: [m], I4: ['0'], I5: ['1'], O5: [o5], O6: [o6] },
  });
  const pathOf = (cells: MappedModule['cells']) => {
    const module: MappedModule = { attributes: {}, ports: {}, cells };
    return longestPath(familyOf('xc7'), { modules: { top: module } }, module)?.levels;
  };

  it('leads to an output only from the inputs that its table looks at', () => {
    // The majority of one column reaches the sum of the next one, and goes no further.
    expect(pathOf({ a: column(5, 10, 11), b: column(10, 12, 13), c: column(12, 14, 15) })).toBe(2);
    // A majority that is one of the three bits of the next is on the way.
    const through = column(5, 10, 11);
    expect(
      pathOf({
        a: through,
        b: { ...column(6, 12, 13), connections: { ...through.connections, I0: [10], O5: [12], O6: [13] } },
        c: column(12, 14, 15),
      }),
    ).toBe(3);
  });
});

describe('a module that Yosys named', () => {
  it.each([
    ['lane', 'lane'],
    ["$paramod\\sum\\W=s32'00000000000000000000000000001001", 'sum #(W=9)'],
    ["$paramod\\sum\\W=s32'11111111111111111111111111111111\\F=1'1", 'sum #(W=-1, F=1)'],
    ['$paramod$0123456789abcdef\\sum', 'sum #(01234567)'],
  ])('%s', (raw, wanted) => expect(moduleName(raw)).toBe(wanted));
});

/** The sigmoid as a table of 2^bits 8-bit codes. */
function probabilityHead(bits: number): QuantizedNetwork['head'] {
  const half = 2 ** (bits - 1);
  const sigmoid = (index: number) => 256 / (1 + Math.exp((-8 * (index - half)) / half));
  return {
    kind: 'binary',
    probability: {
      index: { format: { signed: true, width: bits, integer: 4 }, rounding: 'RND', overflow: 'SAT' },
      format: { signed: false, width: 8, integer: 0 },
      codes: Array.from({ length: 2 * half }, (_, index) => Math.min(255, Math.round(sigmoid(index)))),
    },
  };
}

describe('the cost model of the parallel form', () => {
  it.each([
    { what: 'sums and a decision by sign', network: denseNetwork([12, 6, 1], 0.5) },
    {
      what: 'tables',
      network: {
        ...fewBitNetwork({ shape: [12, 16, 8, 3], bits: 2, fanIn: [3, 5], weightBits: 6 }),
        head: { kind: 'values' } as const,
      },
    },
    { what: 'a choice among five, the fifth after two rounds', network: denseNetwork([6, 5], 0.5, 2) },
    { what: 'a smaller choice among five', network: denseNetwork([6, 5], 0.5, 4) },
    { what: 'a larger choice among five', network: denseNetwork([6, 5], 0.5, 5) },
    {
      what: 'a probability by LUTs',
      network: { ...denseNetwork([8, 4, 1], 0.5), head: probabilityHead(6) },
    },
    {
      what: 'a probability by block RAM',
      network: { ...denseNetwork([8, 4, 1], 0.5), head: probabilityHead(12) },
    },
  ])('is within 5 % of what Yosys makes of $what', async ({ what, network }) => {
    const target = path.join(folder, what);
    writeFolder(target, emitDesign(network, { architecture: 'parallel' }, { version: '0', command: 'test' }));
    const design = readDesign(target);
    const report = await synthesize(design, await findYosys(), { ...OPTIONS, target: 'xc7' });
    const estimate = report.estimate as ResourceEstimate;
    const { resources } = report.flattened;
    for (const count of ['luts', 'flipFlops'] as const) {
      const ratio = estimate[count] / resources[count];
      expect([count, ratio, Math.abs(ratio - 1) < 0.05]).toEqual([count, ratio, true]);
    }
    expect(estimate).toMatchObject({ lutRams: resources.lutRams, blockRams: resources.blockRams });
  });

  it('of maps on lanes is within 15 % of what Yosys makes of them, and says their DSP blocks', async () => {
    const target = path.join(folder, 'maps');
    const network = mapNetwork([10, 10, 1], [conv(1), POOL, SECOND], 'fixed<8,8>');
    const hardware = { architecture: 'serial', lanes: 2, stream: { width: 8 } } as const;
    writeFolder(target, emitDesign(network, hardware, { version: '0', command: 'test' }));
    const report = await synthesize(readDesign(target), await findYosys(), { ...OPTIONS, target: 'xc7' });
    const estimate = report.estimate as ResourceEstimate;
    const { resources } = report.flattened;
    for (const count of ['luts', 'flipFlops', 'lutRams'] as const) {
      const ratio = estimate[count] / resources[count];
      expect([count, ratio, Math.abs(ratio - 1) < 0.3]).toEqual([count, ratio, true]);
    }
    expect(estimate).toMatchObject({ dsps: resources.dsps, blockRams: resources.blockRams });
  });
});
