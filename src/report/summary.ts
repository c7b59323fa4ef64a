import { whole } from '../core/number-text.js';
import type { LaneTiming, Manifest, ResourceEstimate, Timing } from '../emit/manifest.js';
import type { StreamPort } from '../emit/manifest-buses.js';
import type { ReportData, TrainedReport } from './data.js';

/** The numbers of a run that a person asks for first. */
export interface Summary {
  readonly rows: { readonly train: number; readonly test: number };
  /** From the trained network to the one in hardware. */
  readonly networks: readonly NetworkSummary[];
  readonly hardware: HardwareSummary;
  readonly simulation: SimulationSummary;
}

export type TrainedName = 'float' | 'distilled' | 'scratch' | 'pruned';

export interface NetworkSummary {
  readonly name: TrainedName | 'fixed-point';
  /** On the test rows. */
  readonly accuracy: number;
  readonly rocAuc: number | null;
  readonly nonZeros: number;
  readonly parameters: number;
  /** Multiplications of one sample; those by zero weights are left out of the second. */
  readonly macs: number;
  readonly nonZeroMacs: number;
  /** Of its own training; null where it was quantized after training. */
  readonly epochs: number | null;
}

export interface HardwareSummary {
  readonly architecture: string;
  /** Clock cycles from one inference to the next, and through the pipeline. */
  readonly interval: number;
  readonly latency: number;
  /** The interval of an engine that walks the zeros too, with as many lanes; null where there are no lanes. */
  readonly denseInterval: number | null;
  /** Of a sample, and of its result. */
  readonly beats: { readonly input: Beats; readonly output: Beats };
  /** Products that are computed, and those with the zero weights too. */
  readonly terms: number;
  readonly denseTerms: number;
  /** By the cost model; null where the micro-architecture has none. */
  readonly estimate: ResourceEstimate | null;
  readonly romBits: number;
  readonly roms: number;
}

type Beats = Pick<StreamPort, 'beats' | 'width'>;

export interface SimulationSummary {
  readonly passed: boolean;
  readonly engine: string;
  /** Vectors compared, by origin. */
  readonly vectors: number;
  readonly segments: Readonly<Record<string, number>>;
  readonly differing: number;
  readonly measuredInterval: number | null;
  readonly measuredLatency: number | null;
}

/** The layers that lanes work off; none of a design where every product has hardware of its own. */
export const layersWithLanes = ({ layers }: Timing): LaneTiming[] =>
  layers.filter((layer): layer is LaneTiming => layer.schedule !== undefined);

/** A float network of the run. */
export interface NamedTraining {
  readonly name: TrainedName;
  readonly network: TrainedReport;
}

/** The float networks of a run. */
export interface TrainedOfRun extends Pick<ReportData, 'base' | 'pruned'> {
  readonly distilled?: Pick<NonNullable<ReportData['distilled']>, 'student' | 'scratch'>;
}

/** Every one that was trained, in order. */
export function trainedNetworks({ base, distilled, pruned }: TrainedOfRun): NamedTraining[] {
  return [
    { name: 'float', network: base },
    ...(distilled === undefined
      ? []
      : [
          { name: 'scratch' as const, network: distilled.scratch },
          { name: 'distilled' as const, network: distilled.student },
        ]),
    ...(pruned === undefined ? [] : [{ name: 'pruned' as const, network: pruned }]),
  ];
}

/** The trained network that pruning and quantization started from. */
export const deployedOf = ({ base, distilled }: Pick<ReportData, 'base' | 'distilled'>): TrainedReport =>
  distilled?.student ?? base;

export function summarize(data: ReportData): Summary {
  const { quantized, manifest, simulation } = data;
  const trained = ({ name, network: { test, size, history } }: NamedTraining): NetworkSummary => ({
    name,
    accuracy: test.accuracy,
    rocAuc: test.rocAuc,
    nonZeros: size.nonZeros,
    parameters: size.parameters,
    macs: size.macs,
    nonZeroMacs: size.nonZeroMacs,
    epochs: history.length,
  });
  return {
    rows: { train: data.data.train, test: data.data.test },
    networks: [
      ...trainedNetworks(data).map(trained),
      {
        name: 'fixed-point',
        accuracy: quantized.test.accuracy,
        rocAuc: quantized.test.rocAuc,
        nonZeros: quantized.nonZeros,
        parameters: quantized.parameters,
        macs: (data.pruned ?? deployedOf(data)).size.macs,
        nonZeroMacs: quantized.memory.multiplies,
        epochs: quantized.history?.length ?? null,
      },
    ],
    hardware: summarizeHardware(manifest),
    simulation: summarizeSimulation(simulation),
  };
}

function summarizeHardware({ architecture, timing, stream, roms, estimate }: Manifest): HardwareSummary {
  const lanes = layersWithLanes(timing);
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  return {
    architecture,
    interval: timing.interval,
    latency: timing.latency,
    beats: { input: beatsOf(stream.input), output: beatsOf(stream.output) },
    denseInterval: lanes.length === 0 ? null : Math.max(...lanes.map((layer) => layer.denseInterval)),
    terms: sum(timing.layers.map((layer) => layer.terms)),
    denseTerms: sum(timing.layers.map((layer) => layer.denseTerms)),
    estimate: estimate ?? null,
    romBits: sum(roms.map((rom) => rom.width * rom.depth)),
    roms: roms.length,
  };
}

const beatsOf = ({ beats, width }: StreamPort): Beats => ({ beats, width });

/** What a cost model expects, in words; LUT RAM, block RAM and DSP blocks only where there are some. */
export function describeEstimate({
  luts,
  lutRams,
  flipFlops,
  blockRams,
  dsps = 0,
}: ResourceEstimate): string {
  return [
    `${whole(luts)} LUTs`,
    ...(lutRams > 0 ? [`${whole(lutRams)} LUT RAM`] : []),
    `${whole(flipFlops)} registers`,
    ...(blockRams > 0 ? [`${whole(blockRams)} block RAM`] : []),
    ...(dsps > 0 ? [`${whole(dsps)} DSP blocks`] : []),
  ].join(', ');
}

function summarizeSimulation(record: ReportData['simulation']): SimulationSummary {
  const segments = record.segments.filter(({ count }) => count > 0).map(({ kind, count }) => [kind, count]);
  return {
    passed: record.passed,
    engine: record.engine.version,
    vectors: record.samples,
    segments: Object.fromEntries(segments),
    differing: record.differing,
    measuredInterval: record.interval.measured?.greatest ?? null,
    measuredLatency: record.latency.measured?.greatest ?? null,
  };
}
