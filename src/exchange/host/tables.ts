import { fractionOf, rangeOf } from '../../fixed/format.js';
import type { Encoder, QuantizedNetwork } from '../../network/types.js';
import { commentText, describeFormats } from '../comment.js';
import { problems } from '../problems.js';
import { packing, type SampleLayout } from './layout.js';

/** A constant of the encoder: one number per feature, or one for all where they are equal. */
export interface EncoderTable {
  readonly name: 'minimum' | 'maximum' | 'scale' | 'lowest' | 'highest';
  /** What it is, for a comment. */
  readonly purpose: string;
  readonly values: readonly number[];
  readonly isShared: boolean;
}

/**
 * What every host encoder is made of. In IEEE double precision, and in this order:
 * scaled = (feature − minimum) / (maximum − minimum) × scale, or 0 where maximum = minimum; at or beyond `lowest`
 * and `highest` it stops there; else it is rounded to the nearest whole number, half up.
 */
export interface EncoderTables {
  readonly features: number;
  /** One per feature; empty when nobody gave any. */
  readonly names: readonly string[];
  readonly tables: readonly EncoderTable[];
  /** Lines for the head of the file. */
  readonly description: readonly string[];
}

/** @throws exchange/no-encoder */
export function encoderTables(network: QuantizedNetwork, layout: SampleLayout): EncoderTables {
  const { formats, names, encoder } = network.input;
  if (encoder === undefined) throw problems.noEncoder(network.name);
  return {
    features: formats.length,
    names,
    tables: tablesOf(encoder, formats),
    description: [
      `${network.name}: raw features to input codes.`,
      '',
      `Codes: ${describeFormats(formats)}.`,
      'MinMax scaling, rounding half up, saturation; a feature whose maximum is its minimum gives 0.',
      'In IEEE double precision: a feature that was rounded to single precision can give another code.',
      ...packing(layout),
    ].map(commentText),
  };
}

function tablesOf(encoder: Encoder, formats: QuantizedNetwork['input']['formats']): EncoderTable[] {
  const fromFormat = (name: EncoderTable['name'], purpose: string, values: number[]): EncoderTable => {
    const isShared = values.every((value) => value === values[0]);
    return { name, purpose, values, isShared };
  };
  return [
    { name: 'minimum', purpose: 'gives 0', values: encoder.minimum, isShared: false },
    { name: 'maximum', purpose: 'gives 1', values: encoder.maximum, isShared: false },
    fromFormat(
      'scale',
      'codes per 1',
      formats.map((format) => 2 ** fractionOf(format)),
    ),
    fromFormat(
      'lowest',
      'the smallest code',
      formats.map((format) => rangeOf(format).low),
    ),
    fromFormat(
      'highest',
      'the largest code',
      formats.map((format) => rangeOf(format).high),
    ),
  ];
}

/** A number that reads back as the same double in C, Python and TypeScript, and as no integer. */
export function doubleText(value: number): string {
  const text = String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** Whether one number stands for all features. */
export const isShared = ({ tables }: EncoderTables, name: EncoderTable['name']): boolean =>
  tables.some((table) => table.name === name && table.isShared);
