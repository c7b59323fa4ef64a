/**
 * Espalier as a library: the same functions that the command line calls. Everything here is plain data in, plain data
 * out; errors that are the caller's to mend are {@link EspalierError}.
 *
 * @example
 *     import { compileConfig, compileWeights, simulate, writeDesign } from 'espalier';
 *
 *     const config = compileConfig(undefined, { input: 'ufixed<8,0>', bits: 8, lanes: 2 });
 *     const { files, manifest } = compileWeights({ weights: ['weights/'], name: 'mine', config });
 *     writeDesign('build/mine', files);
 *     const { passed, differing } = await simulate('build/mine');
 *
 * @module
 */
export { EspalierError, type Problem } from './core/errors.js';
export type { OnProgress, Progress } from './core/progress.js';
export type { SimulationRecord } from './cosim/record.js';
export { type SimulateOptions, simulate } from './cosim/simulate.js';
export { type DoctorReport, doctor } from './cosim/tools.js';
export { emitDesign, type HardwareConfig } from './emit/design.js';
export type { Manifest } from './emit/manifest.js';
export { readWeights } from './exchange/weights.js';
export { type Format, parseFormat, printFormat } from './fixed/format.js';
export type { FloatNetwork } from './learn/float-network.js';
export { networkFromJson, networkToJson } from './network/json.js';
export { referenceModel } from './network/reference.js';
export type { Outcome, QuantizedNetwork } from './network/types.js';
export { type Compiled, type CompileRequest, compileWeights } from './pipeline/compile.js';
export { compileConfig, type Overrides } from './pipeline/compile-config.js';
export { writeDesign } from './pipeline/output-folder.js';
export { type RunRequest, type RunResult, runModel } from './pipeline/run.js';
export { type CompareRequest, type Comparison, compareStudy } from './pipeline/study/compare.js';
export {
  type CrossValidationRequest,
  crossValidate,
  type Subject,
} from './pipeline/study/cross-validation.js';
export { distillStudy, sweepDistillation } from './pipeline/study/distill.js';
export { type EvaluateRequest, evaluateRecipes } from './pipeline/study/evaluate.js';
export { type SearchRequest, searchWidths } from './pipeline/study/search.js';
export { type AwareOptions, type AwareResult, quantizeAware } from './quantize/aware.js';
export { DEFAULT_QUANTIZATION, type QuantizationConfig } from './quantize/options.js';
export { type QuantizeResult, quantizeNetwork } from './quantize/widths.js';
export type * from './report/study.js';
export type * from './report/study-data.js';
