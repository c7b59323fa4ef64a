import path from 'node:path';
import { readText, writeFileAtomic } from '../../core/files.js';
import { hashOf } from '../../core/hash.js';
import { compileMachine, type Machine } from '../../netlist/machine.js';
import { netlistFromRtlil, readingScript, readRtlil } from '../../netlist/read.js';
import type { RtlilModule } from '../../netlist/rtlil-json.js';
import type { Bits, Netlist } from '../../netlist/types.js';
import { VcdWriter, waveBuses } from '../../netlist/vcd.js';
import { findYosys } from '../../netlist/yosys.js';
import type { LoadedDesign } from '../design.js';
import type { BuildOptions, BuiltDesign, Engine, Job, RunResult } from '../engine.js';
import { problems } from '../problems.js';
import { EmbeddedHarness, watchedName } from './embedded-harness.js';

const READ_TIMEOUT_SECONDS = 600;

/** The netlist that Yosys reads from the Verilog, compiled to JavaScript: needs nothing but Node and its packages. */
export const embedded: Engine = {
  name: 'embedded',
  program: 'yosys',
  tools: [],
  pace: { most: 20_000, least: 1_000, cycles: 30_000_000 },
  version: embeddedVersion,
  build,
};

/** @throws netlist/yosys-missing */
async function embeddedVersion(): Promise<string> {
  const { version } = await findYosys();
  return `embedded simulator, Verilog read by ${version}`;
}

async function build(design: LoadedDesign, options: BuildOptions): Promise<BuiltDesign> {
  const yosys = await findYosys();
  const script = readingScript(design);
  const key = hashOf({ yosys: yosys.version, script, files: [...design.files] });
  const file = path.join(path.resolve(options.cacheFolder), `${key.slice(0, 32)}.netlist.json`);
  const kept = keptModule(file);
  const module = kept ?? (await readRtlil(design, yosys, { timeoutSeconds: READ_TIMEOUT_SECONDS }));
  if (kept === undefined) writeFileAtomic(file, JSON.stringify(module));
  const netlist = netlistFromRtlil(design.manifest.top, module);
  const watched = new Map([...traceBuses(design, netlist), ...(options.waves ? waveBuses(netlist) : [])]);
  let machine: Machine | undefined;
  let before: Promise<unknown> = Promise.resolve();
  // Runs share the machine, and stop for signals in between: one begins when the one before has ended.
  const run = (job: Job): Promise<RunResult> => {
    const own = before.then(() => {
      machine ??= compileMachine(netlist, watched);
      return runJob(design, netlist, machine, job);
    });
    before = own.catch(() => undefined);
    return own;
  };
  return { key, cached: kept !== undefined, run };
}

/** Undefined when there is none, or a damaged one. */
function keptModule(file: string): RtlilModule | undefined {
  try {
    return JSON.parse(readText(file));
  } catch {
    return undefined;
  }
}

function traceBuses(design: LoadedDesign, netlist: Netlist): [string, Bits][] {
  return design.manifest.traces.flatMap(({ path: instances, signal, valid, ready }, trace) =>
    (['signal', 'valid', 'ready'] as const).map((role): [string, Bits] => {
      const name = [...instances, { signal, valid, ready }[role]].join('.');
      const bits = netlist.signals.get(name);
      if (bits === undefined) {
        throw problems.cosimBuildFailed(design.manifest.name, 'embedded', `no signal ${name} in the netlist`);
      }
      return [watchedName(trace, role), bits];
    }),
  );
}

async function runJob(
  design: LoadedDesign,
  netlist: Netlist,
  machine: Machine,
  job: Job,
): Promise<RunResult> {
  machine.restart(job.seed);
  const signals = [...waveBuses(netlist)].map(([name, { length: width }]) => ({ name, width }));
  const wave =
    job.wave === undefined
      ? undefined
      : new VcdWriter(
          netlist.top,
          signals.map(({ name, width }) => ({
            name: name.slice('wave '.length),
            width,
            bytes: machine.fast.bytes(name),
          })),
        );
  const result = await new EmbeddedHarness(design, machine, job, wave).run();
  if (job.wave !== undefined && wave !== undefined) writeFileAtomic(job.wave.file, wave.text());
  return result;
}
