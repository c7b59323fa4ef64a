import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const CELLS = ['ice40-cells.v', 'ram40.v'].map((file) => path.resolve('test', 'synth', file));

/** A module of a design, with what its instance says. */
export interface PartOfDesign {
  readonly module: string;
  readonly parameters?: Readonly<Record<string, number>>;
  /** Verilog of it and of all that it instantiates. */
  readonly sources: readonly string[];
}

/** Words of a memory beyond those that Verilog names hold 0, as those of a block RAM that nobody names do. */
const WHOLE_MEMORIES = Array.from(
  { length: 10 },
  (_, bits) => `setparam -set SIZE ${2 ** (bits + 1)} t:$mem_v2 r:ABITS=${bits + 1} %i`,
);

/**
 * Whether a module synthesised for an iCE40 gives in every cycle what its Verilog gives, whatever comes in: shown by
 * induction over what is the same in both, memories bit by bit. What Verilog leaves open is 0 in both.
 *
 * @param folder a design's `rtl/`, in which its ROM images are
 * @param edit changes the netlist before it is compared
 */
export function isEquivalent(
  folder: string,
  part: PartOfDesign,
  edit = (netlist: string) => netlist,
): boolean {
  const { module, sources, parameters = {} } = part;
  const file = (ending: string) => path.join(folder, `${module}.${ending}`);
  const settings = Object.entries(parameters).map(([name, value]) => `-set ${name} ${value}`);
  const read = [
    `read_verilog -DESPALIER_ICE40 -DESPALIER_BLOCK_MEMORIES -DSYNTHESIS ${sources.join(' ')}`,
    ...(settings.length === 0 ? [] : [`chparam ${settings.join(' ')} ${module}`]),
  ];
  yosys(folder, [
    ...read,
    `synth_ice40 -abc9 -device hx -top ${module}`,
    'setundef -zero -params t:SB_RAM40_4K',
    // The receiver's payload is read without a register, and no byte while it is written: both say the same of that.
    `setparam -set TRANSPARENT 1 ${module}/*payload.*.* t:SB_RAM40_4K %i`,
    `write_verilog -noattr ${file('mapped.v')}`,
  ]);
  writeFileSync(file('mapped.v'), edit(readFileSync(file('mapped.v'), 'utf8')));
  const flat = ['proc', 'flatten', 'opt_clean'];
  yosys(folder, [
    ...read,
    `hierarchy -check -top ${module}`,
    ...flat,
    `rename ${module} gold`,
    'memory_collect',
    ...WHOLE_MEMORIES,
    'setundef -zero -params t:$mem_v2',
    'memory_map',
    'opt -full',
    'design -stash gold',
    `read_verilog ${file('mapped.v')} ${CELLS.join(' ')}`,
    `hierarchy -check -top ${module}`,
    ...flat,
    `rename ${module} gate`,
    'opt -full',
    'memory',
    'opt -full',
    'design -copy-from gold -as gold gold',
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
    `write_aiger -zinit ${file('aig')}`,
  ]);
  const prove = `read_aiger ${file('aig')}; scorr -C 3000; pdr -T 100`;
  const said = execFileSync('yosys-abc', ['-c', prove], { cwd: folder, encoding: 'utf8' });
  return said.includes('Property proved.');
}

function yosys(folder: string, script: readonly string[]): void {
  const file = path.join(folder, 'equivalence.ys');
  writeFileSync(file, `${script.join('\n')}\n`);
  execFileSync('yosys', ['-q', '-s', file], { cwd: folder, stdio: 'pipe' });
}
