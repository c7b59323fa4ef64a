import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { withScratchFolder } from '../../core/early-exit.js';
import { copyFileAtomic, makeFolder, readBytes, readText } from '../../core/files.js';
import { hashOf, sha256 } from '../../core/hash.js';
import { firstLines, runProcess } from '../../core/process.js';
import { busBytes } from '../../emit/bus.js';
import { type LoadedDesign, macrosOf, writeRoms, writeSources } from '../design.js';
import type { BuildOptions, BuiltDesign, Engine, Job, RunResult } from '../engine.js';
import { problems } from '../problems.js';
import { installHint } from '../tools.js';

const SIM_FOLDER = path.join(import.meta.dirname, '../../../sim');
/** What is compiled round the Verilated model. */
interface Program {
  readonly main: string;
  /** Sources that are the same for every design, each compiled for itself. */
  readonly others: readonly string[];
  readonly headers: readonly string[];
}

const HARNESS: Program = { main: 'main', others: ['harness'], headers: ['harness.h', 'job.h'] };
const BARE: Program = { main: 'bare', others: [], headers: [] };
const RECIPE = 'build.mk';
const TOP = 'espalier_drive';
const WRAPPER = `${TOP}.v`;

// No --threads: with it some runs are hundreds of times slower. Registers without a reset start at random.
// Measured on an unrolled network of 22,000 LUTs: in functions of this size instead of a few huge ones the model is
// compiled in half the time and is as fast, smaller ones are slower; small designs stay in one file.
const FLAGS = [
  ...['--cc', '--no-timing', '-O3', '-Wno-fatal', '-Wno-lint', '-Wno-style'],
  ...['--output-split', '40000', '--output-split-cfuncs', '4000'],
  ...['--x-assign', 'unique', '--x-initial', 'unique'],
  ...['--prefix', 'Vdesign', '-Mdir', 'obj', '--top-module', TOP],
];
const COMPILERS = 2;

/** Verilator and the C++ harness in `sim/`. */
export const verilator: Engine = {
  name: 'verilator',
  program: 'verilator',
  tools: ['verilator', 'C++ compiler', 'make'],
  pace: { most: 100_000, least: 1_000, cycles: 150_000_000 },
  version: verilatorVersion,
  build,
};

async function verilatorVersion(): Promise<string | undefined> {
  const { status, stdout } = await runProcess('verilator', ['--version']);
  return status === 0 ? stdout.split(' ').slice(0, 2).join(' ').trim() : undefined;
}

async function build(design: LoadedDesign, options: BuildOptions): Promise<BuiltDesign> {
  const { key, program, cached } = await buildProgram(design, options, HARNESS);
  return { key, cached, run: (job) => run(design, program, job) };
}

/** The bare main round the same Verilated model, for the benchmark: the program's path. */
export async function buildBare(design: LoadedDesign, options: BuildOptions): Promise<string> {
  return (await buildProgram(design, options, BARE)).program;
}

async function buildProgram(design: LoadedDesign, options: BuildOptions, parts: Program) {
  const version = await verilatorVersion();
  if (version === undefined) throw problems.cosimToolMissing('verilator', installHint('verilator'));
  const config = options.traces ? publicSignals(design) : '';
  const { sources } = design.manifest;
  const args = [
    ...FLAGS,
    ...(options.waves ? ['--trace'] : []),
    ...(options.selfChecks ? [] : ['-DSYNTHESIS']),
    ...macrosOf(design),
  ];
  const key = hashOf({
    version,
    args,
    config,
    sources: sources.map(({ file }) => [file, design.hashes.get(file)]),
    parts: filesOf(parts).map((file) => sha256(readBytes(path.join(SIM_FOLDER, file)))),
  });
  const program = path.join(path.resolve(options.cacheFolder), key.slice(0, 32), 'simulate');
  const cached = existsSync(program);
  if (!cached) await compile(design, { args, config, parts, program });
  return { key, program, cached };
}

/** Those of `sim/` that a program is made of. */
function filesOf({ main, others, headers }: Program): string[] {
  return [WRAPPER, RECIPE, ...headers, ...[main, ...others].map((name) => `${name}.cpp`)];
}

/** Opens the layers' buses to the harness, so that the RTL needs no remarks for the tool. */
function publicSignals(design: LoadedDesign): string {
  const lines = design.manifest.traces.flatMap(({ module, signal, valid, ready }) =>
    [signal, valid, ready].map((name) => `public_flat_rd -module "${module}" -var "${name}"`),
  );
  return ['`verilator_config', ...new Set(lines), ''].join('\n');
}

interface Compilation {
  readonly args: readonly string[];
  readonly config: string;
  readonly parts: Program;
  readonly program: string;
}

async function compile(design: LoadedDesign, { args, config, parts, program }: Compilation): Promise<void> {
  // Relative names inside, so that ccache finds yesterday's objects; make cannot work below a path with spaces.
  return withScratchFolder(async (folder) => {
    const { name, sources } = design.manifest;
    for (const file of filesOf(parts)) copyFileSync(path.join(SIM_FOLDER, file), path.join(folder, file));
    writeSources(design, folder);
    if (config !== '') writeFileSync(path.join(folder, 'design.vlt'), config);
    const files = [...(config === '' ? [] : ['design.vlt']), ...sources.map(({ file }) => file), WRAPPER];
    await runTool(name, 'verilator', [...args, ...files], folder);
    const { main, others } = parts;
    await runTool(
      name,
      'make',
      ['-j', `${COMPILERS}`, '-f', `../${RECIPE}`, 'simulate', `MAIN=${main}`, `OTHERS=${others.join(' ')}`],
      path.join(folder, 'obj'),
    );
    copyFileAtomic(path.join(folder, 'obj', 'simulate'), program);
  });
}

/** @throws cosim/tool-missing, cosim/build-failed */
async function runTool(design: string, tool: string, args: readonly string[], cwd: string): Promise<void> {
  // A compiler that is killed leaves its temporary files.
  const result = await runProcess(tool, args, { cwd, env: { ...(await compilerCache()), TMPDIR: cwd } });
  if (result.status === undefined) throw problems.cosimToolMissing(tool, installHint(tool));
  if (result.status !== 0) throw problems.cosimBuildFailed(design, 'verilator', firstLines(result));
}

async function compilerCache(): Promise<Record<string, string>> {
  if (process.env.OBJCACHE !== undefined) return {};
  const { status } = await runProcess('ccache', ['--version']);
  return status === 0 ? { OBJCACHE: 'ccache' } : {};
}

async function run(design: LoadedDesign, program: string, job: Job): Promise<RunResult> {
  return withScratchFolder(async (folder) => {
    writeFileSync(path.join(folder, 'job.txt'), jobFacts(design, job));
    writeFileSync(path.join(folder, 'vectors.bin'), job.vectors);
    writeFileSync(path.join(folder, 'expected.bin'), job.expected);
    writeFileSync(path.join(folder, 'stalls.bin'), job.stalls);
    job.traces.forEach((bytes, index) => {
      writeFileSync(path.join(folder, `trace${index}.bin`), bytes);
    });
    const roms = path.join(folder, 'roms');
    makeFolder(roms);
    writeRoms(design, roms);
    const seed = String(job.seed % 2 ** 31);
    const result = await runProcess(program, [folder, seed], {
      cwd: roms,
      timeoutSeconds: job.timeLimit,
    });
    // A ROM image that is not found is no more than a warning to Verilator.
    if (result.status !== 0 || /^%(Warning|Error)/m.test(result.stderr + result.stdout)) {
      throw problems.cosimSimulatorFailed(design.manifest.name, 'verilator', firstLines(result));
    }
    if (job.wave !== undefined) copyFileAtomic(path.join(folder, 'wave.vcd'), job.wave.file);
    return JSON.parse(readText(path.join(folder, 'result.json'))) as RunResult;
  });
}

function jobFacts(design: LoadedDesign, job: Job): string {
  const { stream, traces } = design.manifest;
  const lines = [
    `samples ${job.samples}`,
    `inputBeats ${job.beats.input}`,
    `outputBeats ${job.beats.output}`,
    ...job.wrongLengths.map((length) => `wrongLength ${length}`),
    `inputBytes ${busBytes(stream.input.width)}`,
    `outputBytes ${busBytes(stream.output.width)}`,
    `resetCycles ${job.resetCycles}`,
    `isolated ${job.isolated}`,
    `warmUp ${job.warmUp}`,
    `watchDog ${job.watchDog}`,
    `drain ${job.drain}`,
    `stopAtFirst ${Number(job.stopAtFirst)}`,
    ...(job.wave === undefined ? [] : [`wave ${job.wave.from} ${job.wave.to}`]),
    ...job.traces.map((_, index) => {
      const { path: instances, signal, valid, ready, width, beats = 1 } = traces[index];
      return `trace ${['TOP', TOP, 'dut', ...instances].join('.')} ${signal} ${valid} ${ready} ${busBytes(width)} ${beats}`;
    }),
  ];
  return `${lines.join('\n')}\n`;
}
