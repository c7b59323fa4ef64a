import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { withScratchFolder } from '../../core/early-exit.js';
import { copyFileAtomic, makeFolder, readBytes, readText } from '../../core/files.js';
import { hashOf, sha256 } from '../../core/hash.js';
import { firstLines, runProcess } from '../../core/process.js';
import { Comparator } from '../comparator.js';
import { type LoadedDesign, macrosOf, writeRoms, writeSources } from '../design.js';
import type { BuildOptions, BuiltDesign, Engine, FailureKind, Job, RunResult } from '../engine.js';
import { problems } from '../problems.js';
import { installHint } from '../tools.js';

const BENCH = path.join(import.meta.dirname, '../../../sim/espalier_bench.v');

/** Icarus Verilog and the test bench in `sim/`: slower by far, but it knows unknown values. */
export const icarus: Engine = {
  name: 'icarus',
  program: 'iverilog',
  tools: ['iverilog'],
  pace: { most: 500, least: 20, cycles: 500_000 },
  version: icarusVersion,
  build,
};

async function icarusVersion(): Promise<string | undefined> {
  const { status, stdout } = await runProcess('iverilog', ['-V']);
  return status === 0 ? /Icarus Verilog version \S+/.exec(stdout)?.[0] : undefined;
}

async function build(design: LoadedDesign, options: BuildOptions): Promise<BuiltDesign> {
  const version = await icarusVersion();
  if (version === undefined) throw problems.cosimToolMissing('iverilog', installHint('iverilog'));
  const { manifest } = design;
  const traces = options.traces ? traceLines(design) : '';
  const args = [
    ...['-g2001', '-s', 'espalier_bench', ...macrosOf(design)],
    ...(options.selfChecks ? [] : ['-DSYNTHESIS']),
  ];
  const files = [
    sha256(readBytes(BENCH)),
    ...manifest.sources.map(({ file }) => [file, design.hashes.get(file)]),
  ];
  const key = hashOf({ version, args, traces, files });
  const program = path.join(path.resolve(options.cacheFolder), `${key.slice(0, 32)}.vvp`);
  const cached = existsSync(program);
  if (!cached) await compile(design, args, traces, program);
  return { key, cached, run: (job) => run(design, program, job) };
}

function traceLines({ manifest }: LoadedDesign): string {
  const lines = manifest.traces.map(({ path: instances, signal, valid, ready }, index) => {
    const place = ['dut', ...instances, ''].join('.');
    const event = `$fwrite(events, "t ${index} %0d %h\\n", cycle, ${place}${signal});`;
    return `if (${place}${valid} === 1'b1 && ${place}${ready} === 1'b1) ${event}`;
  });
  return `${lines.join('\n')}\n`;
}

async function compile(
  design: LoadedDesign,
  args: readonly string[],
  traces: string,
  program: string,
): Promise<void> {
  return withScratchFolder(async (folder) => {
    writeFileSync(path.join(folder, 'traces.vh'), traces);
    writeSources(design, folder);
    const sources = design.manifest.sources.map(({ file }) => file);
    const result = await runProcess(
      'iverilog',
      [...args, ...['-I', '.', '-o', 'bench.vvp', BENCH, ...sources]],
      { cwd: folder },
    );
    if (result.status !== 0) {
      throw problems.cosimBuildFailed(design.manifest.name, 'iverilog', firstLines(result));
    }
    copyFileAtomic(path.join(folder, 'bench.vvp'), program);
  });
}

async function run(design: LoadedDesign, program: string, job: Job): Promise<RunResult> {
  return withScratchFolder(async (folder) => {
    writeFileSync(path.join(folder, 'vectors.hex'), hexLines(job.vectors, job.samples * job.beats.input));
    writeFileSync(path.join(folder, 'lengths.txt'), job.wrongLengths.map((length) => `${length}\n`).join(''));
    writeFileSync(path.join(folder, 'stalls.bin'), job.stalls);
    const roms = path.join(folder, 'roms');
    makeFolder(roms);
    writeRoms(design, roms);
    const result = await runProcess('vvp', ['-n', program, ...runArgs(folder, job)], {
      cwd: roms,
      timeoutSeconds: job.timeLimit,
    });
    // A ROM image that is not found is no more than a warning to Icarus.
    const complaint = /\b(warning|error)\b/i.test(result.stdout + result.stderr);
    if (result.status !== 0 || complaint) {
      throw problems.cosimSimulatorFailed(design.manifest.name, 'icarus', firstLines(result));
    }
    if (job.wave !== undefined) copyFileAtomic(path.join(folder, 'wave.vcd'), job.wave.file);
    return compare(job, readText(path.join(folder, 'events.txt')));
  });
}

function runArgs(folder: string, job: Job): string[] {
  return [
    `+job=${folder}`,
    `+samples=${job.samples}`,
    `+inputbeats=${job.beats.input}`,
    `+outputbeats=${job.beats.output}`,
    `+wronglengths=${job.wrongLengths.length}`,
    `+resetcycles=${job.resetCycles}`,
    `+isolated=${job.isolated}`,
    `+watchdog=${job.watchDog}`,
    `+drain=${job.drain}`,
    `+wavefrom=${job.wave?.from ?? 0}`,
    `+waveto=${job.wave?.to ?? 0}`,
  ];
}

/** Beats as Verilog reads them: the most significant digit first. */
function hexLines(bytes: Uint8Array, beats: number): string {
  const size = bytes.length / beats;
  const lines = Array.from({ length: beats }, (_, beat) =>
    Buffer.from(bytes.subarray(beat * size, (beat + 1) * size).toReversed()).toString('hex'),
  );
  return `${lines.join('\n')}\n`;
}

/** The bench's digits as little-endian bytes. */
function littleEndian(digits: string): string {
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  return (even.toLowerCase().match(/../g) as string[]).reverse().join('');
}

function compare(job: Job, events: string): RunResult {
  const comparator = new Comparator(job);
  for (const line of events.split('\n')) {
    const [kind, ...words] = line.split(' ');
    if (kind === 'i') comparator.input(Number(words[0]));
    else if (kind === 'w') comparator.wrongLength();
    else if (kind === 'o') comparator.output(Number(words[0]), littleEndian(words[1]), words[2] === '1');
    else if (kind === 't') comparator.layer(Number(words[0]), Number(words[1]), littleEndian(words[2]));
    else if (kind === 'r') comparator.reset();
    else if (kind === 'e') comparator.broken(words[0] as FailureKind, Number(words[1]));
    else if (kind === 'end') return comparator.result(Number(words[0]));
  }
  comparator.broken('finish', 0);
  return comparator.result(0);
}
