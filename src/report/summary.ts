import type { ReportData } from './data.js';

/** The numbers of a run that a person asks for first. */
export interface Summary {
  readonly rows: { readonly train: number; readonly test: number };
  /** From the trained network to the one in hardware. */
  readonly networks: readonly NetworkSummary[];
  readonly hardware: HardwareSummary;
  readonly simulation: SimulationSummary;
}

export interface NetworkSummary {
  readonly name: 'float' | 'pruned' | 'fixed-point';
  /** On the test rows. */
  readonly accuracy: number;
  readonly rocAuc: number | null;
  readonly nonZeros: number;
  readonly parameters: number;
}

export interface HardwareSummary {
  readonly architecture: string;
  /** Clock cycles from one inference to the next, and through the pipeline. */
  readonly interval: number;
  readonly latency: number;
  /** The interval of an engine that walks the zeros too, with as many lanes. */
  readonly denseInterval: number;
  readonly romBits: number;
  readonly roms: number;
}

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

export function summarize(data: ReportData): Summary {
  const { base, pruned, quantized, manifest, simulation } = data;
  const trained = (name: 'float' | 'pruned', { test, size }: NonNullable<typeof pruned>): NetworkSummary => ({
    name,
    accuracy: test.accuracy,
    rocAuc: test.rocAuc,
    nonZeros: size.nonZeros,
    parameters: size.parameters,
  });
  return {
    rows: { train: data.data.train, test: data.data.test },
    networks: [
      trained('float', base),
      ...(pruned === undefined ? [] : [trained('pruned', pruned)]),
      {
        name: 'fixed-point',
        accuracy: quantized.test.accuracy,
        rocAuc: quantized.test.rocAuc,
        nonZeros: quantized.nonZeros,
        parameters: quantized.parameters,
      },
    ],
    hardware: {
      architecture: manifest.architecture,
      interval: manifest.timing.interval,
      latency: manifest.timing.latency,
      denseInterval: Math.max(...manifest.timing.layers.map((layer) => layer.denseInterval)),
      romBits: manifest.roms.reduce((sum, rom) => sum + rom.width * rom.depth, 0),
      roms: manifest.roms.length,
    },
    simulation: summarizeSimulation(simulation),
  };
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
