import { emitDesign } from '../../src/emit/design.js';
import type { HardwareConfig } from '../../src/emit/hardware-config.js';
import type { Manifest, ResourceEstimate } from '../../src/emit/manifest.js';
import { parseManifest } from '../../src/emit/read-design.js';
import type { Yosys } from '../../src/netlist/yosys-job.js';
import type { QuantizedNetwork } from '../../src/network/types.js';

const TIMEOUT_SECONDS = 6 * 3600;

/** What Yosys makes of a design, flattened, for the 7 series. */
export interface Synthesized {
  readonly luts: number;
  /** LUTs that are memory or shift registers. */
  readonly lutRams: number;
  readonly carryCells: number;
  readonly flipFlops: number;
  readonly dsps: number;
  /** Of 18 kilobits: one of 36 counts twice. */
  readonly blockRams: number;
  readonly seconds: number;
  /** The cost model's LUTs. */
  readonly estimate: number;
}

/** LUTs that memories are made of. */
const RAM_LUTS: readonly (readonly [cells: RegExp, luts: number])[] = [
  [/^\s+RAM(?:32|64)M\s+(\d+)$/gm, 4],
  [/^\s+RAM(?:32|64)X1D\s+(\d+)$/gm, 2],
  [/^\s+SRL(?:16|C32)E\s+(\d+)$/gm, 1],
];

/** @param mayMultiply whether Yosys may use DSP blocks; it leaves adders as they are */
export async function synthesized(
  network: QuantizedNetwork,
  hardware: HardwareConfig,
  yosys: Yosys,
  mayMultiply = false,
): Promise<Synthesized> {
  const files = emitDesign(network, hardware, { version: '0', command: 'npm run bench' });
  const manifest: Manifest = parseManifest(files.get('manifest.json') as string);
  const parameters = Object.entries(manifest.synthesis?.parameters.xc7 ?? {});
  const flow = `synth_xilinx -family xc7 -flatten -noiopad ${mayMultiply ? '' : '-nodsp '}-top ${manifest.top}`;
  const script = [
    ...manifest.sources.map(({ file }) => `read_verilog ${file}`),
    ...parameters.map(([name, value]) => `chparam -set ${name} ${value} ${manifest.top}`),
    `hierarchy -top ${manifest.top}`,
    'proc',
    // As `espalier synth` has it: sums stay as they are, comparisons take Yosys's own way.
    'alumacc t:$add t:$sub',
    flow,
    'tee -o stat.txt stat',
  ];
  const start = performance.now();
  const { files: outputs } = await yosys.run({
    task: `synthesising ${hardware.architecture}`,
    script: `${script.join('\n')}\n`,
    files,
    outputs: ['stat.txt'],
    timeoutSeconds: TIMEOUT_SECONDS,
  });
  const seconds = (performance.now() - start) / 1000;
  const count = (cells: RegExp) =>
    [...(outputs.get('stat.txt') as string).matchAll(cells)].reduce((sum, [, cell]) => sum + Number(cell), 0);
  const estimate: ResourceEstimate | undefined = manifest.estimate;
  return {
    luts: count(/^\s+LUT[1-6](?:_2)?\s+(\d+)$/gm),
    lutRams: RAM_LUTS.reduce((sum, [cells, luts]) => sum + luts * count(cells), 0),
    carryCells: count(/^\s+CARRY4\s+(\d+)$/gm),
    flipFlops: count(/^\s+FD[RSCP]E(?:_1)?\s+(\d+)$/gm),
    dsps: count(/^\s+DSP48E1\s+(\d+)$/gm),
    blockRams: count(/^\s+RAMB18E1\s+(\d+)$/gm) + 2 * count(/^\s+RAMB36E1\s+(\d+)$/gm),
    seconds,
    estimate: estimate?.luts ?? Number.NaN,
  };
}
