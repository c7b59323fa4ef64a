/**
 * Espalier as a library: the same functions that the command line calls. Everything here is plain data in, plain data
 * out; errors that are the caller's to mend are {@link EspalierError}.
 *
 * @example
 *     import { compileConfig, compileWeights, prove, simulate, writeDesign } from 'espalier';
 *
 *     const config = compileConfig(undefined, { input: 'ufixed<8,0>', bits: 8, lanes: 2 });
 *     const { files, manifest } = compileWeights({ weights: ['weights/'], name: 'mine', config });
 *     writeDesign('build/mine', files);
 *     const { passed, differing } = await simulate('build/mine');
 *     const { certificate } = await prove('build/mine');
 *
 * @module
 */
export { EspalierError, type Problem } from './core/errors.js';
export type { OnProgress, Progress } from './core/progress.js';
export type { SimulationRecord } from './cosim/record.js';
export type { SimulateOptions } from './cosim/simulate.js';
export { type DoctorReport, doctor } from './cosim/tools.js';
export type { HardwareConfig } from './emit/hardware-config.js';
export type { Manifest } from './emit/manifest.js';
export type { Format } from './fixed/format.js';
export type { DenseChain } from './float/chain.js';
export type { FloatNetwork } from './float/types.js';
export * from './library/functions.js';
export type { Outcome, QuantizedNetwork } from './network/types.js';
export type { Compiled, CompileRequest } from './pipeline/compile.js';
export type { Overrides } from './pipeline/compile-config.js';
export type { Model } from './pipeline/model.js';
export type { ProvedPlace } from './pipeline/prove.js';
export type { RunRequest, RunResult } from './pipeline/run.js';
export type { CompareRequest, Comparison } from './pipeline/study/compare.js';
export type { CrossValidationRequest, Subject } from './pipeline/study/cross-validation.js';
export type { SweepRequest } from './pipeline/study/distill.js';
export type { EvaluateRequest } from './pipeline/study/evaluate.js';
export type { SearchRequest } from './pipeline/study/search.js';
export type { AwareOptions, AwareResult } from './quantize/aware.js';
export { DEFAULT_QUANTIZATION, type QuantizationConfig } from './quantize/options.js';
export type { QuantizeResult } from './quantize/widths.js';
export type * from './report/study.js';
export type * from './report/study-data.js';
