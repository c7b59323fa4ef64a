import { addFiles, checkFiles } from '../../core/owned-folder.js';
import { ignoreProgress, type OnProgress } from '../../core/progress.js';
import { packInput, packOutput } from '../../emit/bus.js';
import { MANIFEST_FILE } from '../../emit/read-design.js';
import { answerMilliseconds, BAUD } from '../../exchange/host/driver/facts.js';
import { referenceModel } from '../../network/reference.js';
import { makeStimulus, type Stimulus, type StimulusSegment, segmentOf } from '../../network/stimulus.js';
import { type LoadedDesign, loadDesign } from '../design.js';
import { type Difference, firstField } from '../diagnose.js';
import { problems } from '../problems.js';
import { checkCount } from '../simulate.js';
import { BoardClient } from './client.js';
import { openPort, type SerialLine } from './line.js';

export interface BoardRunOptions {
  /** The serial port, such as `/dev/ttyUSB0`. */
  readonly port: string;
  /** Default what the board was emitted for, else 115,200. */
  readonly baud?: number;
  /** Input codes of the data's rows, one code per input. */
  readonly rows?: readonly (readonly number[])[];
  /** How many random vectors, beside rows and corners; default 200. */
  readonly random?: number;
  /** Of the random vectors; default 1. */
  readonly seed?: number;
  /** Seconds until an answer is there; default what the line, the design and a host need. */
  readonly seconds?: number;
  /** How often a frame is sent again; default 3. */
  readonly retries?: number;
  /** Where `board.json` and `board.xml` (JUnit) are written. */
  readonly outputFolder?: string;
  readonly onProgress?: OnProgress;
  /** The line itself, in place of the port. */
  readonly line?: SerialLine;
}

/** What a board has shown, as plain data: `board.json`. */
export interface BoardRecord {
  readonly schema: 'espalier/board';
  readonly version: 1;
  readonly design: string;
  /** SHA-256 of `manifest.json` and of `network.json`; the board has said that it holds this network. */
  readonly manifest: string;
  readonly network: string;
  readonly seed: number;
  readonly passed: boolean;
  readonly samples: number;
  readonly segments: readonly StimulusSegment[];
  readonly differing: number;
  /** The first one. */
  readonly difference: BoardDifference | null;
}

/** As the record of a simulation has it, with the codes that went in. */
export interface BoardDifference extends Pick<Difference, 'layer' | 'field' | 'expected' | 'got'> {
  readonly sample: number;
  /** Such as `data row 17`. */
  readonly origin: string;
  readonly segment: StimulusSegment['kind'];
  readonly codes: readonly number[];
}

export const BOARD_RECORD = 'board.json';
export const BOARD_JUNIT = 'board.xml';
const RANDOM = 200;

/**
 * Streams samples through a board and compares every answer with the reference model, bit for bit.
 *
 * @param folder of the design that the board holds
 * @returns the record, and how often a frame was sent again
 * @throws emit/*, cosim/*, network/*
 */
export async function runBoard(
  folder: string,
  options: BoardRunOptions,
): Promise<{ readonly record: BoardRecord; readonly retried: number }> {
  const { rows = [], random = RANDOM, seed = 1, retries = 3, outputFolder } = options;
  checkCount('random', random);
  checkCount('seed', seed);
  checkCount('retries', retries);
  if (outputFolder !== undefined) checkFiles(outputFolder, [BOARD_RECORD, BOARD_JUNIT]);
  const design = loadDesign(folder);
  const { manifest, network } = design;
  const { input, output } = manifest.stream;
  for (const { width } of [input, output]) {
    if (width !== 8) throw problems.boardBeats(manifest.name, width);
  }
  const stimulus = makeStimulus(network, { regressions: [], rows, random, seed });
  const { board, timing } = manifest;
  const baud = options.baud ?? board?.baud ?? BAUD;
  const latency = board === undefined ? 0 : timing.latency / board.hertz;
  const { seconds = answerMilliseconds(input.beats + output.beats, baud, latency) / 1000 } = options;
  const line = options.line ?? openPort(options.port, baud);
  try {
    const sizes = { sampleBytes: input.beats, resultBytes: output.beats };
    const { port } = options;
    const client = new BoardClient(line, {
      port,
      ...sizes,
      network: manifest.network.sha256,
      seconds,
      retries,
    });
    await client.identify();
    const found = await compare(design, stimulus, client, options.onProgress ?? ignoreProgress);
    const record: BoardRecord = {
      schema: 'espalier/board',
      version: 1,
      design: manifest.name,
      manifest: design.hashes.get(MANIFEST_FILE) as string,
      network: manifest.network.sha256,
      seed,
      passed: found.difference === null,
      samples: stimulus.count,
      segments: stimulus.segments,
      ...found,
    };
    if (outputFolder !== undefined) {
      const json = `${JSON.stringify(record, null, 2)}\n`;
      addFiles(
        outputFolder,
        new Map([
          [BOARD_RECORD, json],
          [BOARD_JUNIT, junitOf(record)],
        ]),
      );
    }
    return { record, retried: client.retried };
  } finally {
    line.close();
  }
}

async function compare(
  { manifest, network }: LoadedDesign,
  stimulus: Stimulus,
  client: BoardClient,
  onProgress: OnProgress,
): Promise<Pick<BoardRecord, 'differing' | 'difference'>> {
  const { input, output } = manifest.stream;
  const run = referenceModel(network);
  const lastLayer = network.layers[network.layers.length - 1].name;
  let sample = 0;
  let differing = 0;
  let difference: BoardDifference | null = null;
  for (const codes of stimulus.vectors(0, stimulus.count)) {
    const sent = new Uint8Array(input.beats);
    packInput(input, codes, sent, 0);
    const expected = new Uint8Array(output.beats);
    packOutput(output, run(codes), expected, 0);
    const got = await client.exchange(sent);
    if (Buffer.compare(got, expected) !== 0) {
      differing += 1;
      const origin = stimulus.origin(sample);
      const segment = segmentOf(stimulus.segments, sample).kind;
      const field = firstField(output.fields, lastLayer, expected, Buffer.from(got).toString('hex'));
      difference ??= { sample, origin, segment, ...field, codes };
    }
    sample += 1;
    onProgress({ task: 'samples on the board', done: sample, total: stimulus.count });
  }
  return { differing, difference };
}

/** A difference in words. */
export const describeBoardDifference = ({ sample, origin, field, expected, got }: BoardDifference): string =>
  `sample ${sample} (${origin}), ${field}: expected ${expected?.code}, got ${got?.code}`;

/** One test case for each origin of samples: of those behind the first difference nothing is claimed. */
function junitOf({ design, segments, difference }: BoardRecord): string {
  const given = segments.filter(({ count }) => count > 0);
  const cases = given.map(({ kind, count, start }) => {
    const head = `    <testcase classname="espalier.${design}" name="${count} ${kind} on the board"`;
    if (difference === null || difference.sample >= start + count) return `${head}/>`;
    if (difference.sample < start)
      return `${head}>\n      <skipped message="an earlier sample differs"/>\n    </testcase>`;
    const text = describeBoardDifference(difference);
    return `${head}>\n      <failure message="${text}" type="difference">${text}</failure>\n    </testcase>`;
  });
  const failures = difference === null ? 0 : 1;
  return `${[
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites tests="${cases.length}" failures="${failures}">`,
    `  <testsuite name="espalier.${design}" tests="${cases.length}" failures="${failures}">`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
  ].join('\n')}\n`;
}
