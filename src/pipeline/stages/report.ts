import path from 'node:path';
import { counted } from '../../core/errors.js';
import { readBytes, readText } from '../../core/files.js';
import { hashOf, sha256 } from '../../core/hash.js';
import { parseJson } from '../../core/json.js';
import { present } from '../../core/objects.js';
import { spread } from '../../core/spread.js';
import { sourceFiles, sourceName } from '../../data/sources/index.js';
import { isDenseChain } from '../../float/chain.js';
import { pickSamples } from '../../learn/samples.js';
import type { DenseNetwork } from '../../network/types.js';
import type { ReportData, TrainedReport } from '../../report/data.js';
import type { StudyReport } from '../../report/study.js';
import type { SynthReport } from '../../synth/synthesize.js';
import { type Config, STUDY_DEFAULTS } from '../config.js';
import type { Inputs, RunStage } from '../engine.js';
import type { Model } from '../model.js';
import type { Comparison } from '../study/compare.js';
import { readData } from './data.js';
import type { QuantizedProduct } from './quantize.js';
import type { VariantsProduct } from './variants.js';

export const REPORT_FILE = 'report.html';
/** The report for a person, for a program, and for a text. */
export const REPORT_FILES = [REPORT_FILE, 'report.json', 'report.md'] as const;

/**
 * Writes the report; with the study's sections where there was one.
 *
 * @param records what was synthesised of the run's design, whenever it was: only what is of its very files is told
 */
export function reportStage(
  { name, folder, place, config }: Model,
  withStudy: boolean,
  records: readonly string[],
): RunStage {
  const files = sourceFiles(config.data, folder);
  const hasPruning = config.pruning !== undefined;
  const isDistilled = config.deploy === 'distilled';
  return {
    name: 'report',
    title: 'Write the report',
    room: 'report',
    after: [
      'data',
      'train',
      ...(isDistilled ? ['distill'] : []),
      ...(hasPruning ? ['prune'] : []),
      'quantize',
      'design',
      'simulate',
      ...(withStudy ? ['variants', 'cross-validate'] : []),
    ],
    settings: {
      name,
      place,
      seed: config.seed,
      distillation: isDistilled ? config.distillation : null,
      ...(withStudy ? { study: config.study } : {}),
    },
    files: Object.fromEntries([
      ...files.map((file) => [file, path.join(folder, file)]),
      ...records.map((record) => [`synth/${path.basename(record)}`, record]),
    ]),
    async make(inputs) {
      const { renderReport } = await import('../../report/report.js');
      const { numbersOf } = await import('../../report/numbers.js');
      const data: ReportData = {
        model: name,
        place,
        seed: config.seed,
        data: dataOf(inputs),
        sources: {
          ...(await sourceHashes(config.data, folder)),
          ...hashesOf(inputs),
        },
        base: inputs.product('train').json<TrainedReport>('trained.json'),
        ...(isDistilled ? { distilled: distilledOf(inputs, config) } : {}),
        ...(hasPruning ? { pruned: inputs.product('prune').json<TrainedReport>('trained.json') } : {}),
        quantized: await quantizedOf(inputs),
        ...present({ pictures: await drawnOf(inputs) }),
        manifest: inputs.product('design').json('manifest.json'),
        syntheses: synthesesOf(inputs, records),
        simulation: inputs.product('simulate').json('simulation.json'),
        ...(withStudy ? { study: studyOf(inputs, config) } : {}),
      };
      const { html, markdown } = await renderReport(data);
      return new Map([
        ['report.html', html],
        ['report.md', markdown],
        ['report.json', `${JSON.stringify(numbersOf(data), null, 2)}\n`],
      ]);
    },
  };
}

/** Of each file, or of all together where they are many. */
async function sourceHashes(options: Config['data'], folder: string): Promise<Record<string, string>> {
  const hashes = sourceFiles(options, folder).map((file) => [
    file,
    sha256(readBytes(path.join(folder, file))),
  ]);
  if (hashes.length <= MOST_LISTED) return Object.fromEntries(hashes);
  return { [`${sourceName(options)} (${counted(hashes.length, 'file')})`]: hashOf(hashes) };
}

const MOST_LISTED = 8;

function dataOf(inputs: Inputs): ReportData['data'] {
  const { report, train, test, featureNames: features, scaler } = readData(inputs.product('data'));
  const inputCount = scaler.minimum.length;
  return { report, train: train.labels.length, test: test.labels.length, inputs: inputCount, features };
}

function distilledOf(inputs: Inputs, { distillation }: Config): NonNullable<ReportData['distilled']> {
  const { temperature, alpha, teacher } = distillation ?? STUDY_DEFAULTS.distillation;
  const product = inputs.product('distill');
  return {
    student: product.json<TrainedReport>('trained.json'),
    scratch: product.json<TrainedReport>('scratch.json'),
    temperature,
    alpha,
    isOwnTeacher: teacher === undefined,
  };
}

/** Records of other designs, and of this one before it was changed, are passed over, and so is what is none. */
function synthesesOf(inputs: Inputs, records: readonly string[]): ReportData['syntheses'] {
  const manifest = sha256(inputs.product('design').text('manifest.json'));
  return records.flatMap((record) => {
    const report = synthReport(readText(record));
    if (report?.schema !== 'espalier/synth' || report.manifest !== manifest) return [];
    const { target, yosys, flattened } = report;
    return [{ target, yosys, resources: flattened.resources }];
  });
}

function synthReport(text: string): SynthReport | undefined {
  try {
    return parseJson(text) as SynthReport;
  } catch {
    return undefined;
  }
}

function studyOf(inputs: Inputs, { study, seed, distillation }: Config): StudyReport {
  const { folds, repeats, margin, lanes } = study;
  const { temperature, alpha, teacher } = distillation ?? STUDY_DEFAULTS.distillation;
  const { samples, subjects, techniques, bits, sweep } = inputs
    .product('cross-validate')
    .json<Comparison>('comparison.json');
  const validated = new Map(subjects.map((subject) => [subject.name, subject]));
  const variants = inputs.product('variants').json<VariantsProduct>('variants.json');
  return {
    folds,
    repeats,
    seed,
    samples,
    margin,
    lanes,
    distillation: { temperature, alpha, fromFile: teacher !== undefined },
    variants: variants.map((facts) => {
      const { accuracy, sensitivity, specificity, rocAuc } = validated.get(
        facts.name,
      ) as Comparison['subjects'][number];
      return { ...facts, accuracy, sensitivity, specificity, ...present({ rocAuc }) };
    }),
    techniques,
    bits,
    ...present({ sweep }),
  };
}

/** Of what the hardware's evidence rests on. */
function hashesOf(inputs: Inputs): Record<string, string> {
  const network = inputs.product('design').text('network.json');
  const manifest = inputs.product('design').text('manifest.json');
  return { 'network.json': sha256(network), 'manifest.json': sha256(manifest) };
}

/** What a run on pictures has to show. */
async function drawnOf(inputs: Inputs): Promise<ReportData['pictures']> {
  const { picturesOf } = await import('../report-pictures.js');
  const { networkFromJson } = await import('../../network/json.js');
  const product = inputs.product('quantize');
  const { float } = product.json<QuantizedProduct>('quantized.json');
  const { test } = readData(inputs.product('data'));
  const rows = spread([...test.labels.keys()], MOST_ROWS);
  return picturesOf(float, networkFromJson(product.text('network.json')), pickSamples(test, rows));
}

/** Test rows that codes and errors are counted on. */
const MOST_ROWS = 1000;

async function quantizedOf(inputs: Inputs): Promise<ReportData['quantized']> {
  const { countOperations } = await import('../../exchange/c/cost.js');
  const { measureMemory } = await import('../../exchange/c/measure.js');
  const { codeHistograms } = await import('../../quantize/codes.js');
  const { quantizationErrors } = await import('../../quantize/error.js');
  const { networkFromJson } = await import('../../network/json.js');
  const product = inputs.product('quantize');
  const { float, history, tensors, test, nonZeros, parameters, warnings } =
    product.json<QuantizedProduct>('quantized.json');
  // What this stage's own quantization wrote.
  const network = networkFromJson(product.text('network.json'));
  const { features } = readData(inputs.product('data')).test;
  const some = features.slice(0, MOST_ROWS);
  return {
    network,
    tensors,
    test,
    nonZeros,
    parameters,
    warnings,
    errors: isDenseChain(float) ? quantizationErrors(float, network as DenseNetwork, some) : [],
    codes: codeHistograms(network, some),
    rows: some.length,
    memory: { ...(await measureMemory(network)), multiplies: countOperations(network).multiplies },
    ...present({ history }),
  };
}
