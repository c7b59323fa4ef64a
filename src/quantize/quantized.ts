import { type Format, printFormat } from '../fixed/format.js';
import type { Requantize } from '../fixed/requantize.js';
import type { DenseChain } from '../float/chain.js';
import type { FloatNetwork } from '../float/types.js';
import type { Encoder, QuantizedNetwork } from '../network/types.js';
import type { CalibratedRanges } from './calibration.js';
import type { Losses } from './losses.js';

/** How a tensor came by its format, and what rounding did to it: nothing is known of that for activations. */
export interface TensorRecord extends Partial<Losses> {
  readonly layer: string;
  readonly tensor: 'input' | 'weights' | 'bias' | 'output';
  /** One text for all units, or one per unit. */
  readonly format: string | readonly string[];
  /** `unit`: of inputs that are stated to lie in 0…1. `file`: it is the file's own. */
  readonly from: 'given' | 'unit' | 'range' | 'calibration' | 'worst case' | 'exact' | 'file';
}

export interface Quantized {
  readonly network: QuantizedNetwork;
  readonly tensors: readonly TensorRecord[];
}

export interface QuantizeSource {
  readonly network: FloatNetwork;
  readonly ranges: CalibratedRanges;
  /** Where the ranges come from. */
  readonly rangesFrom: 'calibration' | 'worst case';
  readonly inputNames?: readonly string[];
  readonly encoder?: Encoder;
  readonly labels?: readonly string[];
  readonly provenance?: Readonly<Record<string, string>>;
}

/** What there is to say of the format of each unit. */
export function describe(
  layer: string,
  tensor: TensorRecord['tensor'],
  chosen: readonly Requantize[],
  isGiven: boolean,
): TensorRecord {
  const format = printFormats(chosen.map((wanted) => wanted.format));
  return { layer, tensor, format, from: isGiven ? 'given' : 'range' };
}

/** One text where all are the same. */
export function printFormats(formats: readonly Format[]): string | string[] {
  const texts = formats.map(printFormat);
  return texts.every((text) => text === texts[0]) ? texts[0] : texts;
}

/** What quantization starts from, its ranges yet to be found. */
export type UnrangedSource = Omit<QuantizeSource, 'ranges' | 'rangesFrom'>;

/** A chain of dense layers: it becomes such. */
export interface DenseSource extends UnrangedSource {
  readonly network: DenseChain;
}
