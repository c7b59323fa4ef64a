import { ignoreProgress, type OnProgress } from '../../core/progress.js';
import { definitions, icestormMacros } from '../../emit/board/flows/icestorm.js';
import type { OnBoard } from '../../emit/board/index.js';
import type { DesignFolder } from '../../emit/read-design.js';
import type { Yosys } from '../../netlist/yosys-job.js';
import { icestormChip } from '../../targets/icestorm.js';
import { problems } from '../problems.js';
import type { IcestormTools } from './tools.js';

/** What was made of a design for a board with an iCE40, as plain data. */
export interface BitstreamReport {
  readonly schema: 'espalier/bitstream';
  readonly version: 1;
  readonly design: string;
  readonly board: string;
  readonly part: string;
  /** SHA-256 of the network, as the board says it of itself. */
  readonly network: string;
  readonly yosys: string;
  readonly router: string;
  /** Of the design's clock: what is wanted, and what nextpnr says it reaches. */
  readonly hertz: number;
  readonly reachedHertz: number;
  /** The seed of the placement that reached it. */
  readonly seed: number;
  /** By the names of nextpnr, such as `ICESTORM_LC`; only what is used. */
  readonly utilization: Readonly<Record<string, { readonly used: number; readonly available: number }>>;
}

export interface Bitstream {
  readonly report: BitstreamReport;
  /** `NAME.bin` for the flash, `NAME.asc`, of which `icebox_vlog` makes a netlist again, `NAME.pcf`. */
  readonly files: ReadonlyMap<string, string | Uint8Array>;
}

export interface BitstreamOptions {
  /** Placements that are tried until one reaches the clock. */
  readonly seeds: number;
  readonly timeoutSeconds: number;
  /** Whether products may go to the chip's multipliers, where it has some; default true. */
  readonly multipliers?: boolean;
  readonly onProgress?: OnProgress;
}

/**
 * A bitstream of a design on a board with an iCE40: Yosys, nextpnr-ice40, icepack.
 *
 * @throws synth/board-flow, synth/clock-missed, synth/tool-*, netlist/yosys-*
 */
export async function makeBitstream(
  design: DesignFolder,
  onBoard: OnBoard,
  tools: { readonly yosys: Yosys; readonly icestorm: IcestormTools },
  options: BitstreamOptions,
): Promise<Bitstream> {
  const { build } = onBoard;
  const device = icestormChip(build.board.part);
  if (device === undefined) throw problems.boardFlow(build.board.name, build.family.title);
  const { onProgress = ignoreProgress, multipliers = true } = options;
  const flags = `${device.synthesis} ${multipliers ? device.multipliers : ''}`.trim();
  const name = build.top;
  const step = (what: string, done: number) => onProgress({ task: `${name}: ${what}`, done, total: 3 });
  step('synthesis', 0);
  const mapped = await synthesise(design, onBoard, tools.yosys, flags, options.timeoutSeconds);
  const pcf = onBoard.files.get(`board/${name}.pcf`) as string;
  step('place and route', 1);
  const routed = await route(tools.icestorm, { ...device, mapped, pcf, hertz: build.hertz }, name, options);
  step('bitstream', 2);
  const packed = await tools.icestorm.run({
    program: 'icepack',
    args: ['top.asc', 'top.bin'],
    files: new Map([['top.asc', routed.asc]]),
    outputs: ['top.bin'],
    timeoutSeconds: options.timeoutSeconds,
  });
  const report: BitstreamReport = {
    schema: 'espalier/bitstream',
    version: 1,
    design: design.manifest.name,
    board: build.board.name,
    part: build.board.part,
    network: design.manifest.network.sha256,
    yosys: tools.yosys.version,
    router: tools.icestorm.version,
    hertz: build.hertz,
    reachedHertz: Math.round(routed.reached * 1e6),
    seed: routed.seed,
    utilization: Object.fromEntries(Object.entries(routed.utilization).filter(([, { used }]) => used > 0)),
  };
  return {
    report,
    files: new Map<string, string | Uint8Array>([
      [`${name}.bin`, packed.get('top.bin') as Uint8Array],
      [`${name}.asc`, routed.asc],
      [`${name}.pcf`, pcf],
    ]),
  };
}

/** The design and its board, mapped to cells of the iCE40, as JSON. */
async function synthesise(
  design: DesignFolder,
  { build, files: ofBoard, design: { sources } }: OnBoard,
  yosys: Yosys,
  flow: string,
  timeoutSeconds: number,
): Promise<string> {
  const own = [...sources.keys()].map((module) => `board/rtl/${module}.v`);
  const files = new Map([
    ...design.files,
    ...own.map((file) => [file, ofBoard.get(file) as string] as const),
  ]);
  const read = `read_verilog ${definitions(icestormMacros(build))}`;
  const script = [
    ...[...design.manifest.sources.map(({ file }) => file), ...own].map((file) => `${read} ${file}`),
    `${flow} -top ${build.top}`,
    'write_json mapped.json',
    '',
  ].join('\n');
  const task = `mapping ${build.top}`;
  const result = await yosys.run({ task, script, files, outputs: ['mapped.json'], timeoutSeconds });
  return result.files.get('mapped.json') as string;
}

interface Placement {
  readonly chip: string;
  readonly packaging: string;
  readonly mapped: string;
  readonly pcf: string;
  readonly hertz: number;
}

interface Report {
  readonly fmax: Readonly<Record<string, { readonly achieved: number }>>;
  readonly utilization: BitstreamReport['utilization'];
}

/** Places and routes with one seed after the other, until the clock is reached. @throws synth/clock-missed */
async function route(
  icestorm: IcestormTools,
  { chip, packaging, mapped, pcf, hertz }: Placement,
  name: string,
  { seeds, timeoutSeconds }: BitstreamOptions,
) {
  let best = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const made = await icestorm.run({
      program: 'nextpnr-ice40',
      args: [
        ...[`--${chip}`, '--package', packaging, '--json', 'mapped.json', '--pcf', 'top.pcf'],
        ...['--asc', 'top.asc', '--report', 'report.json', '--quiet'],
        ...['--freq', String(hertz / 1e6), '--seed', String(seed), '--timing-allow-fail'],
      ],
      files: new Map([
        ['mapped.json', mapped],
        ['top.pcf', pcf],
      ]),
      outputs: ['top.asc', 'report.json'],
      timeoutSeconds,
    });
    const text = (file: string) => Buffer.from(made.get(file) as Uint8Array).toString('utf8');
    const { fmax, utilization }: Report = JSON.parse(text('report.json'));
    const reached = Math.min(...Object.values(fmax).map(({ achieved }) => achieved));
    best = Math.max(best, reached);
    if (reached * 1e6 >= hertz) {
      return { asc: text('top.asc'), reached, seed, utilization };
    }
  }
  throw problems.clockMissed(name, hertz, best * 1e6, seeds);
}
