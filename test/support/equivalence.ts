import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const CELLS = ['ice40-cells.v', 'ram40.v', 'mac16.v'].map((file) => path.resolve('test', 'synth', file));

/** A module of a design, with what its instance says. */
export interface PartOfDesign {
  readonly module: string;
  readonly parameters?: Readonly<Record<string, number>>;
  /** Verilog of it and of all that it instantiates. */
  readonly sources: readonly string[];
  /** Whether the chip has multipliers, and Yosys may use them. */
  readonly multipliers?: boolean;
  /** An output, and the one that says when it counts: else it is compared in every cycle. */
  readonly counts?: { readonly data: string; readonly valid: string };
}

/** Of a netlist and its Verilog; 'unknown' where neither was shown in time. */
export type Verdict = 'equal' | 'different' | 'unknown';

/** Words of a memory beyond those that Verilog names hold 0, as those of a block RAM that nobody names do. */
const WHOLE_MEMORIES = Array.from(
  { length: 10 },
  (_, bits) => `setparam -set SIZE ${2 ** (bits + 1)} t:$mem_v2 r:ABITS=${bits + 1} %i`,
);

const FLAT = ['proc', 'flatten', 'opt_clean'];
/** Products of sign-extended words become those of the words, so that they are the same operator on both sides. */
const NARROWED = ['opt -full', 'wreduce', 'opt -full'];
const MITER = [
  'miter -equiv -flatten gold gate miter',
  'hierarchy -top miter',
  'setundef -init -zero',
  'setundef -zero',
  'async2sync',
  'dffunmap',
  'techmap',
  'dfflegalize -cell $_DFF_P_ 01',
  'opt_clean',
  'abc -g AND -fast',
  'opt_clean',
];

function readPart({ module, sources, parameters = {} }: PartOfDesign): string[] {
  const settings = Object.entries(parameters).map(([name, value]) => `-set ${name} ${value}`);
  return [
    `read_verilog -DESPALIER_ICE40 -DESPALIER_BLOCK_MEMORIES -DSYNTHESIS ${sources.join(' ')}`,
    ...(settings.length === 0 ? [] : [`chparam ${settings.join(' ')} ${module}`]),
  ];
}

/**
 * A module in cells of an iCE40.
 *
 * @param folder a design's `rtl/`, in which its ROM images are
 */
export function mapToCells(folder: string, part: PartOfDesign): string {
  const { module, multipliers = false } = part;
  const file = path.join(folder, `${module}.mapped`);
  yosys(folder, [
    ...readPart(part),
    `synth_ice40 -abc9 ${multipliers ? '-dsp -device u' : '-device hx'} -top ${module}`,
    'setundef -zero -params t:SB_RAM40_4K',
    // The receiver's payload is read without a register, and no byte while it is written: both say the same of that.
    `setparam -set TRANSPARENT 1 ${module}/*payload.*.* t:SB_RAM40_4K %i`,
    `write_verilog -noattr ${file}`,
  ]);
  return readFileSync(file, 'utf8');
}

/** A module round another one that shows its data as 0 while they do not count; its name, and what is to be read. */
function seen(folder: string, { module, sources, counts }: PartOfDesign): { top: string; files: string[] } {
  if (counts === undefined) return { top: module, files: [] };
  const own = sources.find((source) => path.basename(source) === `${module}.v`) as string;
  const ports = readFileSync(own, 'utf8').matchAll(/^ {2}((?:in|out)put +wire +(\[.*\])? *)(\w+)/gm);
  const declared = [...ports].map(([, kind, range = '', name]) => ({ kind, range, name }));
  const data = declared.find(({ name }) => name === counts.data);
  const joined = declared.map(({ name }) => `.${name}(${name === counts.data ? 'inner' : name})`);
  const top = `${module}_seen`;
  const file = path.join(folder, top);
  writeFileSync(
    file,
    `module ${top} (${declared.map(({ kind, name }) => `${kind}${name}`).join(', ')});
  wire ${data?.range} inner;
  assign ${counts.data} = ${counts.valid} ? inner : 0;
  ${module} core (${joined.join(', ')});
endmodule
`,
  );
  return { top, files: [file] };
}

/**
 * Tells whether cells of an iCE40 give in every cycle what the Verilog gives, whatever comes in: shown by induction over
 * what is the same in both, memories bit by bit. What Verilog leaves open is what Yosys makes of it, and else 0 in both.
 */
export function comparison(folder: string, part: PartOfDesign): (netlist: string) => Verdict {
  const { top, files } = seen(folder, part);
  const file = (ending: string) => path.join(folder, `${part.module}.${ending}`);
  yosys(folder, [
    ...readPart(part),
    ...files.map((one) => `read_verilog ${one}`),
    `hierarchy -check -top ${top}`,
    ...FLAT,
    `rename ${top} gold`,
    'memory_collect',
    ...WHOLE_MEMORIES,
    'setundef -zero -params t:$mem_v2',
    'memory_map',
    ...NARROWED,
    `write_rtlil ${file('gold')}`,
  ]);
  return (netlist) => {
    writeFileSync(file('mapped'), netlist);
    yosys(folder, [
      `read_verilog ${[file('mapped'), ...files, ...CELLS].join(' ')}`,
      `hierarchy -check -top ${top}`,
      ...FLAT,
      `rename ${top} gate`,
      'opt -full',
      'memory',
      ...NARROWED,
      `read_rtlil ${file('gold')}`,
      ...MITER,
      `write_aiger -zinit ${file('aig')}`,
    ]);
    return prove(folder, file('aig'));
  };
}

function prove(folder: string, aig: string): Verdict {
  const script = `read_aiger ${aig}; scorr -C 3000; pdr -T 100`;
  const said = execFileSync('yosys-abc', ['-c', script], { cwd: folder, encoding: 'utf8' });
  if (said.includes('Property proved.')) return 'equal';
  return said.includes('was asserted in frame') ? 'different' : 'unknown';
}

/** The netlist once for each of its LUTs, which says the contrary there. */
export function invertedLuts(netlist: string): string[] {
  return [...netlist.matchAll(/LUT_INIT\(16'h([0-9a-f]{4})\)/g)].map(([whole, bits], place, all) => {
    const contrary = (Number.parseInt(bits, 16) ^ 0xffff).toString(16).padStart(4, '0');
    const start = all[place].index;
    return `${netlist.slice(0, start)}${whole.replace(bits, contrary)}${netlist.slice(start + whole.length)}`;
  });
}

function yosys(folder: string, script: readonly string[]): void {
  const file = path.join(folder, 'equivalence.ys');
  writeFileSync(file, `${script.join('\n')}\n`);
  execFileSync('yosys', ['-q', '-s', file], { cwd: folder, stdio: 'pipe' });
}
