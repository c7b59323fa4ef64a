import type { Rounding } from '../../../fixed/requantize.js';
import type { FloatLayer } from '../../../float/types.js';

/** Places in a network of values at which a file says what whole numbers stand for them. They stand among its layers. */

/** `AWAY` rounds to the nearest, halves away from zero. */
export type MarkRounding = Rounding | 'AWAY';

/** Values become codes: value / scale, rounded, and the zero point added, from low to high. */
export interface QuantizeMark extends FloatLayer {
  readonly kind: 'quantize';
  readonly scale: number;
  readonly zeroPoint: number;
  readonly low: number;
  readonly high: number;
  /** To the nearest, halves to the even number, where nothing is said. */
  readonly rounding?: MarkRounding;
  /** The tensor's name in the file. */
  readonly tensor: string;
}

/** Codes are read with a scale and zero point of their own. */
export interface ReadMark extends FloatLayer {
  readonly kind: 'read';
  readonly scale: number;
  readonly zeroPoint: number;
  readonly tensor: string;
}

/** Values become −scale below 0, and scale from 0 on. */
export interface SignMark extends FloatLayer {
  readonly kind: 'sign';
  readonly scale: number;
  readonly tensor: string;
}

/** Values are places in a list of numbers, whose numbers they become. */
export interface LookupMark extends FloatLayer {
  readonly kind: 'lookup';
  readonly numbers: readonly number[];
}

/** What a layer of weights has beside its values where these are whole numbers times a scale: that of each unit, or one for all. */
export interface WeightScales {
  readonly scales?: readonly number[];
}

const isKind =
  <M extends FloatLayer>(kind: string) =>
  (layer: FloatLayer): layer is M =>
    layer.kind === kind;

export const isQuantize = isKind<QuantizeMark>('quantize');
export const isRead = isKind<ReadMark>('read');
export const isSign = isKind<SignMark>('sign');
export const isLookup = isKind<LookupMark>('lookup');
export const isMark = (layer: FloatLayer): boolean =>
  [isQuantize, isRead, isSign, isLookup].some((isOne) => isOne(layer));
