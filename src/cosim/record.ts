import { AS_EMITTED } from '../emit/bodies.js';
import type { StimulusSegment } from '../network/stimulus.js';
import type { Difference } from './diagnose.js';
import type { EngineName, FailureKind, Range } from './engine.js';
import type { StallPattern } from './stalls.js';

/**
 * What a simulation showed, as plain data: `simulation.json`, where `timing` is left out. All else is the same for the
 * same design, options and seed.
 */
export interface SimulationRecord {
  readonly schema: 'espalier/simulation';
  readonly version: 1;
  readonly design: string;
  readonly architecture: string;
  readonly engine: { readonly name: EngineName; readonly version: string };
  /** SHA-256 of `manifest.json`, which has those of all files as they were emitted: it tells designs of one name apart. */
  readonly manifest: string;
  /** SHA-256 of `network.json`. */
  readonly network: string;
  readonly editedSources: readonly string[];
  readonly seed: number;
  readonly stalls: StallPattern;
  readonly passed: boolean;
  /** Samples compared under stalls, by origin. */
  readonly samples: number;
  readonly segments: readonly StimulusSegment[];
  readonly differing: number;
  readonly cycles: number;
  /** With stalls `resets`: how many, and the samples that were in flight then. */
  readonly resets: number;
  readonly dropped: number;
  /** Beside those samples, with resets in mid-run, samples of wrong lengths, and an output that waits for valid. */
  readonly stress: Stress;
  readonly layersCompared: readonly string[];
  readonly interval: Measured;
  readonly latency: Measured;
  /** Regression records that do not fit the network's input formats any more. */
  readonly unfitRegressions: number;
  /** Other simulators, and bodies of vendor primitives. */
  readonly others: readonly OtherRecord[];
  /** What was not run though it should have been, and why. */
  readonly notCovered: readonly string[];
  /** The first, in the order of `engine` and `others`. */
  readonly difference: Difference | null;
  /** Simulator and body that showed it. */
  readonly differenceIn: string | null;
  /** The only part that depends on the machine: it is printed and in no file. */
  readonly timing: {
    readonly buildSeconds: number;
    readonly buildCached: boolean;
    readonly referenceSeconds: number;
    readonly simulationSeconds: number;
    readonly othersSeconds: number;
    /** Blocks of samples that an interrupted run had finished. */
    readonly finishedBefore: number;
  };
}

export interface Stress {
  readonly samples: number;
  readonly cycles: number;
  readonly resets: number;
  /** Samples that were in flight in a reset. */
  readonly dropped: number;
  /** Samples of a wrong length, between the others. */
  readonly wrongLengths: number;
  readonly differing: number;
}

/** What another simulator, or the same with another body of the design, has shown. */
export interface OtherRecord {
  readonly engine: { readonly name: EngineName; readonly version: string };
  /** Such as `as emitted` or `XILINX=1`. */
  readonly body: string;
  readonly samples: number;
  readonly differing: number;
  readonly cycles: number;
  readonly stress: Stress;
  readonly passed: boolean;
}

/** Such as `embedded` or `verilator, body XILINX=1`. */
export const titleOfOther = ({ engine, body }: OtherRecord): string =>
  body === AS_EMITTED.name ? engine.name : `${engine.name}, body ${body}`;

/** In cycles; null where a failure kept it from being measured. */
export interface Measured {
  readonly predicted: number;
  readonly measured: Range | null;
}

/** Whether every measurement is what the manifest predicts. */
export const asPredicted = ({ predicted, measured }: Measured): boolean =>
  measured !== null && measured.least === predicted && measured.greatest === predicted;

/** One line for a person. */
export function describeMeasured({ predicted, measured }: Measured): string {
  if (measured === null) return `predicted ${predicted} cycles, not measured`;
  const { least, greatest } = measured;
  return `predicted ${predicted} cycles, measured ${least === greatest ? least : `${least} to ${greatest}`}`;
}

const RULES: Record<FailureKind, string> = {
  output: 'a wrong output',
  layer: 'a wrong value in a layer',
  validInReset: 'm_axis_tvalid is 1 in reset',
  validDropped: 'm_axis_tvalid fell before the output was taken',
  dataChanged: 'm_axis_tdata or m_axis_tlast changed while the output waited',
  last: 'm_axis_tlast is not 1 with the last beat of each result alone',
  frameError: 'frame_error is not 1 exactly when a sample of a wrong length shows',
  surplus: 'a sample came out that nobody sent in',
  missing: 'samples passed a layer without being seen on its bus',
  unknown: 'an unknown value (x) on a handshake signal',
  finish: 'the design ended the simulation',
  timeout: 'the design hangs: no handshake before the watch dog',
};

/** A failure in words. */
export function describeDifference(difference: Difference): string {
  const { kind, origin, sample, cycle, layer, field, expected, got } = difference;
  const place = [layer && `layer ${layer}`, field].filter(Boolean).join(', ');
  const values =
    expected === undefined || got === undefined
      ? ''
      : `: expected ${expected.code} (${expected.value}), got ${got.code}${got.value === null ? '' : ` (${got.value})`}`;
  const where = place === '' ? '' : `, ${place}`;
  return `${RULES[kind]} at sample ${sample} (${origin}), cycle ${cycle}${where}${values}`;
}

/** The record as JUnit XML, one test case per thing that was shown, for CI servers. */
export function junitXml(record: Omit<SimulationRecord, 'timing'>): string {
  const cases = testCases(record);
  const failures = cases.filter(({ failure }) => failure !== undefined).length;
  const skips = cases.filter(({ skipped }) => skipped).length;
  const name = escapeXml(`espalier.${record.design}`);
  const body = cases.map(({ title, failure, skipped, reason = 'an earlier vector differs' }) => {
    const head = `    <testcase classname="${name}" name="${escapeXml(title)}"`;
    if (skipped) return `${head}>\n      <skipped message="${escapeXml(reason)}"/>\n    </testcase>`;
    if (failure === undefined) return `${head}/>`;
    const message = escapeXml(failure);
    return `${head}>\n      <failure message="${message}" type="difference">${message}</failure>\n    </testcase>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites tests="${cases.length}" failures="${failures}">`,
    `  <testsuite name="${name}" tests="${cases.length}" failures="${failures}" errors="0" skipped="${skips}">`,
    '    <properties>',
    `      <property name="manifest" value="${escapeXml(record.manifest)}"/>`,
    '    </properties>',
    ...body,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

interface TestCase {
  readonly title: string;
  readonly failure?: string;
  /** Only the first difference is told apart by origin: of vectors after it nothing is claimed. */
  readonly skipped?: boolean;
  /** Why else it is skipped. */
  readonly reason?: string;
}

const SEGMENT_TITLES: Record<StimulusSegment['kind'], string> = {
  regression: 'regression vectors',
  data: 'data rows',
  corner: 'corners',
  random: 'random vectors',
};

function testCases(record: Omit<SimulationRecord, 'timing'>): TestCase[] {
  const { interval, latency } = record;
  // What another simulator has shown says nothing of these vectors.
  const isOther = record.others.some(({ passed }) => !passed) && record.differenceIn !== record.engine.name;
  const difference = isOther ? null : record.difference;
  const withFailure = (title: string, failure: string | undefined): TestCase =>
    failure === undefined ? { title } : { title, failure };
  const isWrong = difference !== null && (difference.kind === 'output' || difference.kind === 'layer');
  const values = record.segments
    .filter(({ count }) => count > 0)
    .map(({ kind, count, start }): TestCase => {
      const title = `${count} ${SEGMENT_TITLES[kind]}`;
      if (difference !== null && start > difference.sample) return { title, skipped: true };
      const here = isWrong && difference.segment === kind;
      return withFailure(title, here ? describeDifference(difference) : undefined);
    });
  const rules = difference !== null && !isWrong ? describeDifference(difference) : undefined;
  const timing = (title: string, measured: Measured) =>
    withFailure(title, asPredicted(measured) ? undefined : describeMeasured(measured));
  return [
    ...values,
    withFailure('stream handshakes', rules),
    timing('initiation interval', interval),
    timing('latency', latency),
    ...record.others.map((other) => {
      const title = `${other.samples} vectors with ${titleOfOther(other)}`;
      if (other.passed) return { title };
      const found = titleOfOther(other) === record.differenceIn ? record.difference : null;
      return {
        title,
        failure: found === null ? `${other.differing} samples differ` : describeDifference(found),
      };
    }),
    ...record.notCovered.map((reason) => ({ title: `not covered: ${reason}`, skipped: true, reason })),
  ];
}

function escapeXml(text: string): string {
  const named: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&apos;',
  };
  return (
    text
      .replace(/[&<>"']/g, (char) => named[char])
      .replace(/\n/g, '&#10;')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 has no way to write them
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '\ufffd')
  );
}
