import { ignoreProgress } from '../core/progress.js';
import * as cosim from '../cosim/simulate.js';
import * as emit from '../emit/design.js';
import * as weights from '../exchange/weights.js';
import * as formats from '../fixed/format.js';
import * as networkJson from '../network/json.js';
import * as reference from '../network/reference.js';
import type { QuantizedNetwork } from '../network/types.js';
import * as compilation from '../pipeline/compile.js';
import * as compileConfiguration from '../pipeline/compile-config.js';
import * as models from '../pipeline/model.js';
import * as folders from '../pipeline/output-folder.js';
import * as proofs from '../pipeline/prove.js';
import * as runs from '../pipeline/run.js';
import * as comparison from '../pipeline/study/compare.js';
import * as crossValidation from '../pipeline/study/cross-validation.js';
import * as distillation from '../pipeline/study/distill.js';
import * as evaluation from '../pipeline/study/evaluate.js';
import * as widthSearch from '../pipeline/study/search.js';
import * as aware from '../quantize/aware.js';
import * as widths from '../quantize/widths.js';
import { checked, checkedAsync } from './checked.js';
import * as requests from './requests.js';
import * as shapes from './shapes.js';

/** The functions of the library, which look at their arguments first: each throws library/argument too. */

/** {@inheritDoc formats.parseFormat} */
export const parseFormat = checked(
  'parseFormat',
  [
    ['text', shapes.text()],
    ['where', shapes.text().optional()],
  ],
  formats.parseFormat,
);

/** {@inheritDoc formats.printFormat} */
export const printFormat = checked('printFormat', [['format', shapes.format]], formats.printFormat);

/** {@inheritDoc networkJson.networkFromJson} */
export const networkFromJson = checked(
  'networkFromJson',
  [
    ['text', shapes.text()],
    ['file', shapes.optionalFile],
  ],
  networkJson.networkFromJson,
);

/** {@inheritDoc networkJson.networkToJson} */
export const networkToJson = checked(
  'networkToJson',
  [['network', shapes.network]],
  networkJson.networkToJson,
);

/** {@inheritDoc reference.referenceModel} */
export const referenceModel = checked(
  'referenceModel',
  [['network', shapes.network]],
  (network: QuantizedNetwork) =>
    checked('referenceModel(network)', [['codes', shapes.codes]], reference.referenceModel(network)),
);

/** {@inheritDoc weights.readWeights} */
export const readWeights = checked(
  'readWeights',
  [
    ['sources', requests.sources],
    ['options', requests.readWeights],
  ],
  weights.readWeights,
);

/** {@inheritDoc compileConfiguration.compileConfig} */
export const compileConfig = checked(
  'compileConfig',
  [
    ['file', shapes.optionalFile],
    ['overrides', requests.overrides],
  ],
  compileConfiguration.compileConfig,
);

/** {@inheritDoc compilation.compileWeights} */
export const compileWeights = checked(
  'compileWeights',
  [['request', requests.compileWeights]],
  compilation.compileWeights,
);

/** {@inheritDoc emit.emitDesign} */
export const emitDesign = checked(
  'emitDesign',
  [
    ['network', shapes.network],
    ['hardware', shapes.hardware],
    ['generator', requests.generator],
    ['beside', requests.beside],
  ],
  emit.emitDesign,
);

/** {@inheritDoc folders.writeDesign} */
export const writeDesign = checked(
  'writeDesign',
  [
    ['folder', shapes.file],
    ['files', shapes.files],
  ],
  folders.writeDesign,
);

/** {@inheritDoc cosim.simulate} */
export const simulate = checkedAsync(
  'simulate',
  [
    ['folder', shapes.file],
    ['options', requests.simulate.optional()],
  ],
  cosim.simulate,
);

/** How a design is proved; without `onProgress` in silence. */
export type ProveOptions = Partial<Omit<proofs.ProveRequest, 'place'>>;

/**
 * Proves a design's Verilog equal to its network for every input, and writes the certificate, `proof.json` beside the
 * manifest; or finds an input on which they differ.
 *
 * @throws emit/*, file/unwritable, netlist/*, network/*, prove/*
 */
export const prove = checkedAsync(
  'prove',
  [
    ['folder', shapes.file],
    ['options', requests.prove.optional()],
  ],
  (folder: string, options: ProveOptions = {}): Promise<proofs.ProvedPlace> =>
    proofs.provePlace({ onProgress: ignoreProgress, ...options, place: folder }),
);

/** {@inheritDoc models.readModel} */
export const readModel = checked(
  'readModel',
  [
    ['place', shapes.optionalFile],
    ['seed', shapes.seed.optional()],
  ],
  models.readModel,
);

/** {@inheritDoc runs.runModel} */
export const runModel = checkedAsync('runModel', [['request', requests.run]], runs.runModel);

/** {@inheritDoc comparison.compareStudy} */
export const compareStudy = checkedAsync(
  'compareStudy',
  [['request', requests.compare]],
  comparison.compareStudy,
);

/** {@inheritDoc crossValidation.crossValidate} */
export const crossValidate = checkedAsync(
  'crossValidate',
  [['request', requests.crossValidate]],
  crossValidation.crossValidate,
);

/** {@inheritDoc distillation.distillStudy} */
export const distillStudy = checkedAsync(
  'distillStudy',
  [
    ['model', shapes.model],
    ['onProgress', shapes.onProgress],
  ],
  distillation.distillStudy,
);

/** {@inheritDoc distillation.sweepDistillation} */
export const sweepDistillation = checkedAsync(
  'sweepDistillation',
  [['request', requests.sweep]],
  distillation.sweepDistillation,
);

/** {@inheritDoc evaluation.evaluateRecipes} */
export const evaluateRecipes = checkedAsync(
  'evaluateRecipes',
  [['request', requests.evaluate]],
  evaluation.evaluateRecipes,
);

/** {@inheritDoc widthSearch.searchWidths} */
export const searchWidths = checkedAsync(
  'searchWidths',
  [['request', requests.search]],
  widthSearch.searchWidths,
);

/** {@inheritDoc widths.quantizeNetwork} */
export const quantizeNetwork = checked(
  'quantizeNetwork',
  [
    ['source', requests.source],
    ['rows', shapes.rows],
    ['config', shapes.quantization],
  ],
  widths.quantizeNetwork,
);

/** {@inheritDoc aware.quantizeAware} */
export const quantizeAware = checkedAsync(
  'quantizeAware',
  [
    ['source', requests.source],
    ['samples', shapes.samples],
    ['config', shapes.quantization],
    ['options', requests.aware.optional()],
    ['onProgress', shapes.onProgress.optional()],
  ],
  aware.quantizeAware,
);
