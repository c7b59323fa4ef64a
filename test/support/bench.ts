import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { manifestOf, withDesign } from './icarus.js';

export interface BenchRun {
  /** What the bench printed, without the simulator's own words. */
  readonly said: string;
  readonly status: number | null;
}

const ROMS = '-DESPALIER_ROM_DIR="../rtl/"';

/** Runs a program of a design's `sim/` with each simulator; only Icarus has the design's unknown values. */
export const SIMULATORS: Readonly<Record<string, (files: ReadonlyMap<string, string>) => BenchRun>> = {
  icarus: (files) =>
    inSim(files, (cwd, sources, bench) => {
      const words = ['-g2001', '-Wall', ROMS, '-s', bench, '-o', 'bench.vvp', `${bench}.v`, ...sources];
      const compiled = spawnSync('iverilog', words, { cwd, encoding: 'utf8' });
      if (compiled.status !== 0 || compiled.stderr !== '') throw new Error(compiled.stderr.split('\n', 1)[0]);
      // A fault may be a loop without a register.
      return spawnSync('vvp', ['-n', 'bench.vvp'], { cwd, encoding: 'utf8', timeout: 60_000 });
    }),
  verilator: (files) =>
    inSim(files, (cwd, sources, bench) => verilate(cwd, [`${bench}.v`, ...sources], bench)),
};

/** The example in SystemVerilog. */
export const runExample = (files: ReadonlyMap<string, string>): BenchRun =>
  inSim(files, (cwd, sources) => {
    const example = `${manifestOf(files).top}_example`;
    return verilate(cwd, [`${example}.sv`, ...sources], example);
  });

function verilate(cwd: string, sources: readonly string[], top: string) {
  const words = ['--binary', '--timing', ROMS, '--top-module', top, '-o', 'bench', ...sources];
  const built = spawnSync('verilator', words, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, OBJCACHE: 'ccache' },
  });
  if (built.status !== 0) throw new Error(/%Error.*/.exec(built.stderr)?.[0]);
  return spawnSync('obj_dir/bench', [], { cwd, encoding: 'utf8' });
}

function inSim(
  files: ReadonlyMap<string, string>,
  run: (
    cwd: string,
    sources: readonly string[],
    bench: string,
  ) => { stdout: string; stderr: string; status: number | null },
): BenchRun {
  const { sources, companions = [] } = manifestOf(files);
  const bench = companions.find(({ file }) => /^sim\/.*\.v$/.test(file))?.file ?? '';
  return withDesign(files, (folder) => {
    const own = sources.map(({ file }) => `../${file}`);
    const { stdout, stderr, status } = run(path.join(folder, 'sim'), own, path.basename(bench, '.v'));
    const lines = `${stdout}${stderr}`.split('\n').filter((line) => /^(PASS|FAIL|sample|ERROR)/.test(line));
    return { said: lines.join('\n'), status };
  });
}
