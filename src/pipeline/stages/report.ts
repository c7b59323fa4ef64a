import path from 'node:path';
import { readBytes } from '../../core/files.js';
import { sha256 } from '../../core/hash.js';
import type { ReportData, TrainedReport } from '../../report/data.js';
import type { StudyData } from '../../report/study-data.js';
import type { Inputs, Stage } from '../engine.js';
import type { Model } from '../model.js';
import type { DataProduct } from './data.js';
import type { QuantizedProduct } from './quantize.js';

export const REPORT_FILE = 'report.html';

/** Writes `report.html` and `summary.json`. */
export function reportStage({ name, folder, config }: Model, study: boolean): Stage {
  const table = config.data.file;
  const hasPruning = config.pruning !== undefined;
  return {
    name: 'report',
    title: 'Write the report',
    room: 'report',
    after: [
      'data',
      'train',
      ...(hasPruning ? ['prune'] : []),
      'quantize',
      'design',
      'simulate',
      ...(study ? ['study'] : []),
    ],
    settings: { name, seed: config.seed },
    files: { [table]: path.join(folder, table) },
    async make(inputs) {
      const { renderReport } = await import('../../report/report.js');
      const { networkFromJson } = await import('../../network/json.js');
      const { summarize } = await import('../../report/summary.js');
      const data: ReportData = {
        model: name,
        seed: config.seed,
        data: dataOf(inputs),
        sources: {
          [table]: sha256(readBytes(path.join(folder, table))),
          ...hashesOf(inputs),
        },
        base: inputs.product('train').json<TrainedReport>('trained.json'),
        ...(hasPruning ? { pruned: inputs.product('prune').json<TrainedReport>('trained.json') } : {}),
        quantized: {
          ...quantizedOf(inputs),
          network: networkFromJson(inputs.product('quantize').text('network.json')),
        },
        manifest: inputs.product('design').json('manifest.json'),
        simulation: inputs.product('simulate').json('simulation.json'),
        ...(study ? { study: inputs.product('study').json<StudyData>('study.json') } : {}),
      };
      return new Map([
        [REPORT_FILE, await renderReport(data)],
        ['summary.json', `${JSON.stringify(summarize(data), null, 2)}\n`],
      ]);
    },
  };
}

function dataOf(inputs: Inputs): ReportData['data'] {
  const { report, train, test, featureNames } = inputs.product('data').json<DataProduct>('data.json');
  return { report, train: train.labels.length, test: test.labels.length, features: featureNames };
}

/** Of what the hardware's evidence rests on. */
function hashesOf(inputs: Inputs): Record<string, string> {
  const network = inputs.product('design').text('network.json');
  const manifest = inputs.product('design').text('manifest.json');
  return { 'network.json': sha256(network), 'manifest.json': sha256(manifest) };
}

function quantizedOf(inputs: Inputs): Omit<ReportData['quantized'], 'network'> {
  const { tensors, test, nonZeros, parameters } = inputs
    .product('quantize')
    .json<QuantizedProduct>('quantized.json');
  return { tensors, test, nonZeros, parameters };
}
