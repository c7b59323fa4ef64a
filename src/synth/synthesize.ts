import type { ResourceEstimate } from '../emit/manifest.js';
import type { DesignFolder } from '../emit/read-design.js';
import { type Yosys, yosysNetlist } from '../netlist/yosys-job.js';
import { FAMILIES, type Family } from './families.js';
import { type LongestPath, longestPath } from './longest-path.js';
import { isModule, type MappedDesign, moduleName } from './mapped.js';
import { problems } from './problems.js';
import { countCells, type Resources, resourcesOf } from './resources.js';

/** What a synthesis says of a design, as plain data. Counts compare only within one version of Yosys. */
export interface SynthReport {
  readonly schema: 'espalier/synth';
  readonly version: 1;
  readonly design: string;
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
  readonly timeoutSeconds: number;
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
  const { flat, hierarchical } = await mapDesign(design, family, yosys, options);
  const instances = countInstances(hierarchical, manifest.top);
  return {
    schema: 'espalier/synth',
    version: 1,
    design: manifest.name,
    target: family.name,
    yosys: yosys.version,
    mergeAdders: options.mergeAdders,
    flattened: moduleReport(family, flat, manifest.top, 1),
    modules: [...instances].map(([module, count]) => moduleReport(family, hierarchical, module, count)),
    ...(manifest.estimate === undefined ? {} : { estimate: manifest.estimate }),
  };
}

interface Mapped {
  readonly flat: MappedDesign;
  readonly hierarchical: MappedDesign;
}

/** Yosys's flow, twice in one run. */
async function mapDesign(
  design: DesignFolder,
  family: Family,
  yosys: Yosys,
  options: SynthOptions,
): Promise<Mapped> {
  const { top, sources, name, synthesis } = design.manifest;
  // `$alu` cells made here are left alone by the flow's own pass, which works across what was modules.
  const keepAdders = options.mergeAdders ? [] : ['alumacc t:$add t:$sub'];
  const script = [
    ...sources.map(({ file }) => `read_verilog ${file}`),
    ...Object.entries(synthesis?.parameters[family.name] ?? {}).map(
      ([parameter, value]) => `chparam -set ${parameter} ${value} ${top}`,
    ),
    // What is missing here may be a primitive; the flow reads those, and checks.
    `hierarchy -top ${top}`,
    'proc',
    ...(synthesis?.inlined ?? []).flatMap((module) => [`flatten t:*${module}*`, `delete =*${module}*`]),
    ...keepAdders,
    'design -save read',
    family.flow(top, true),
    'write_json flat.json',
    'design -load read',
    family.flow(top, false),
    'write_json hierarchical.json',
  ];
  const task = `synthesising ${name} for ${family.name}`;
  const result = await yosys.run({
    task,
    script: `${script.join('\n')}\n`,
    files: design.files,
    outputs: ['flat.json', 'hierarchical.json'],
    timeoutSeconds: options.timeoutSeconds,
  });
  const parse = (file: string) => yosysNetlist<MappedDesign>(task, result, { file, top });
  return { flat: parse('flat.json'), hierarchical: parse('hierarchical.json') };
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
