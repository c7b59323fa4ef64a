import { ignoreProgress, type OnProgress } from '../core/progress.js';
import type { ResourceEstimate } from '../emit/manifest.js';
import { type DesignFolder, MANIFEST_FILE } from '../emit/read-design.js';
import { type Yosys, yosysNetlist } from '../netlist/yosys-job.js';
import { FAMILIES, type Family } from './families.js';
import { type LongestPath, longestPath } from './longest-path.js';
import { isModule, type MappedDesign, moduleName } from './mapped.js';
import { problems } from './problems.js';
import { countCells, type Resources, resourcesOf } from './resources.js';
import { type Step, Steps } from './steps.js';

/** What a synthesis says of a design, as plain data. Counts compare only within one version of Yosys. */
export interface SynthReport {
  readonly schema: 'espalier/synth';
  readonly version: 1;
  readonly design: string;
  /** SHA-256 of the design's manifest, which has those of its files. */
  readonly manifest: string;
  readonly target: string;
  readonly yosys: string;
  readonly mergeAdders: boolean;
  /** The whole design, optimised across its modules. */
  readonly flattened: ModuleReport;
  /** The design's modules, each optimised for itself; the cells of its instances are counted with it. */
  readonly modules: readonly ModuleReport[];
  /** The cost model's prediction, when the design's manifest has one. */
  readonly estimate?: ResourceEstimate;
}

export interface ModuleReport {
  readonly module: string;
  /** How often it occurs in the design. */
  readonly instances: number;
  readonly resources: Resources;
  /** Absent when the module has a combinational loop. */
  readonly longestPath?: LongestPath;
}

export interface SynthOptions {
  /** A name of {@link FAMILIES}. */
  readonly target: string;
  /** Of all steps together. */
  readonly timeoutSeconds: number;
  /** Where finished steps are kept until the report is made; absent: nowhere. */
  readonly keptFolder?: string;
  readonly onProgress?: OnProgress;
  /** Let Yosys gather adder chains into one multi-operand cell and build it anew, as its own flow does. */
  readonly mergeAdders: boolean;
}

/** @throws synth/target */
export function familyOf(target: string): Family {
  const family = FAMILIES.find(({ name }) => name === target);
  if (family === undefined) {
    throw problems.synthTarget(
      target,
      FAMILIES.map(({ name }) => name),
    );
  }
  return family;
}

/**
 * Synthesises an emitted design with Yosys, out of context, flattened and module by module.
 *
 * @throws synth/target, file/unreadable, netlist/yosys-*
 */
export async function synthesize(
  design: DesignFolder,
  yosys: Yosys,
  options: SynthOptions,
): Promise<SynthReport> {
  const family = familyOf(options.target);
  const { manifest } = design;
  const steps = new Steps(yosys, options.timeoutSeconds, options.keptFolder);
  const { flat, hierarchical } = await mapDesign(design, family, steps, options);
  const instances = countInstances(hierarchical, manifest.top);
  const report: SynthReport = {
    schema: 'espalier/synth',
    version: 1,
    design: manifest.name,
    manifest: design.hashes.get(MANIFEST_FILE) as string,
    target: family.name,
    yosys: yosys.version,
    mergeAdders: options.mergeAdders,
    flattened: moduleReport(family, flat, manifest.top, 1),
    modules: [...instances].map(([module, count]) => moduleReport(family, hierarchical, module, count)),
    ...(manifest.estimate === undefined ? {} : { estimate: manifest.estimate }),
  };
  steps.forget();
  return report;
}

interface Mapped {
  readonly flat: MappedDesign;
  readonly hierarchical: MappedDesign;
}

/** Yosys reads the design, and its flow runs twice: three steps. */
async function mapDesign(
  design: DesignFolder,
  family: Family,
  steps: Steps,
  { mergeAdders, onProgress = ignoreProgress }: SynthOptions,
): Promise<Mapped> {
  const { top, name } = design.manifest;
  const task = `synthesising ${name} for ${family.name}`;
  let done = 0;
  const run = async (what: string, commands: readonly string[], files: Step['files'], output: string) => {
    onProgress({ task: `${family.name}: ${what}`, done, total: 3 });
    const script = `${[...commands, ''].join('\n')}`;
    const text = await steps.run({ task: `${task}, ${what}`, script, files, output });
    done += 1;
    return text;
  };
  const read = await run('reading', readCommands(design, family, mergeAdders), design.files, READ);
  const map = async (what: string, flatten: boolean) => {
    const commands = [`read_rtlil ${READ}`, family.flow(top, flatten), `write_json ${MAPPED}`];
    const text = await run(what, commands, new Map([[READ, read]]), MAPPED);
    const result = { files: new Map([[MAPPED, text]]), log: '' };
    return yosysNetlist<MappedDesign>(task, result, { file: MAPPED, top });
  };
  const flat = await map('mapping the whole design', true);
  const hierarchical = await map('mapping module by module', false);
  return { flat, hierarchical };
}

const READ = 'read.il';
const MAPPED = 'mapped.json';

function readCommands({ manifest }: DesignFolder, family: Family, mergeAdders: boolean): string[] {
  const { top, sources, synthesis } = manifest;
  return [
    ...sources.map(({ file }) => `read_verilog ${file}`),
    ...Object.entries(synthesis?.parameters[family.name] ?? {}).map(
      ([parameter, value]) => `chparam -set ${parameter} ${value} ${top}`,
    ),
    // What is missing here may be a primitive; the flow reads those, and checks.
    `hierarchy -top ${top}`,
    'proc',
    ...(synthesis?.inlined ?? []).flatMap((module) => [`flatten t:*${module}*`, `delete =*${module}*`]),
    // `$alu` cells made here are left alone by the flow's own pass, which works across what was modules.
    ...(mergeAdders ? [] : ['alumacc t:$add t:$sub']),
    `write_rtlil ${READ}`,
  ];
}

/** How often each of the design's modules occurs below the top module, the top module first. */
function countInstances(design: MappedDesign, top: string): Map<string, number> {
  const counts = new Map<string, number>();
  const visit = (module: string) => {
    counts.set(module, (counts.get(module) ?? 0) + 1);
    for (const { type } of Object.values(design.modules[module].cells)) {
      if (isModule(design, type)) visit(type);
    }
  };
  visit(top);
  return counts;
}

function moduleReport(family: Family, design: MappedDesign, module: string, instances: number): ModuleReport {
  const path = longestPath(family, design, design.modules[module]);
  return {
    module: moduleName(module),
    instances,
    resources: resourcesOf(family, design, countCells(family, design, module)),
    ...(path === undefined ? {} : { longestPath: path }),
  };
}
