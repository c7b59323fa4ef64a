import { present } from '../../core/objects.js';
import { type Format, fractionOf, rangeOf } from '../../fixed/format.js';
import { isMap } from '../../network/tensor.js';
import type { Encoder, PictureSteps, QuantizedNetwork } from '../../network/types.js';
import { commentText, describeFormats } from '../comment.js';
import { problems } from '../problems.js';
import { packing, type SampleLayout } from './layout.js';

/** A constant of the encoder: one number per feature; one per channel of a map, or one for all, where those are equal. */
export interface EncoderTable {
  readonly name: 'minimum' | 'maximum' | 'scale' | 'lowest' | 'highest';
  /** What it is, for a comment. */
  readonly purpose: string;
  readonly values: readonly number[];
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
  /** Of pictures, where features are those of one. */
  readonly picture?: PictureFacts;
}

/** What brings a picture to the input's size. */
export interface PictureFacts extends PictureSteps {
  readonly height: number;
  readonly width: number;
  /** 1 of a grey level, or 3. */
  readonly channels: number;
}

/** @throws exchange/no-encoder */
export function encoderTables(network: QuantizedNetwork, layout: SampleLayout): EncoderTables {
  const { formats, names, encoder, shape = [] } = network.input;
  if (encoder === undefined) throw problems.noEncoder(network.name);
  const picture = pictureOf(network);
  return {
    features: formats.length,
    names,
    tables: tablesOf(encoder, formats, isMap(shape) ? shape[2] : formats.length),
    ...present({ picture }),
    description: [
      `${network.name}: ${picture === undefined ? 'raw features' : 'pictures, or their grey levels,'} to input codes.`,
      '',
      `Codes: ${describeFormats(formats)}.`,
      'MinMax scaling, rounding half up, saturation; a feature whose maximum is its minimum gives 0.',
      'In IEEE double precision: a feature that was rounded to single precision can give another code.',
      ...(picture === undefined ? [] : describePicture(picture)),
      ...packing(layout),
    ].map(commentText),
  };
}

function pictureOf({ input: { encoder, shape } }: QuantizedNetwork): PictureFacts | undefined {
  if (encoder?.picture === undefined || shape === undefined) return undefined;
  const [height, width, channels] = shape;
  return { ...encoder.picture, height, width, channels };
}

const describePicture = ({ height, width, channels, antialias }: PictureFacts): string[] => [
  `Pictures: 8 bits a sample, upright, rows from the top; grey, grey and alpha, RGB or RGBA, alpha being dropped. They`,
  `become ${channels === 1 ? 'grey levels' : 'RGB'} of ${height} x ${width} by bilinear interpolation in single precision, pixel centres at halves,`,
  `${antialias ? 'over all that a pixel covers' : 'between the two nearest on each axis'}, and keep eight bits behind the point.`,
];

/** @param channels after so many features the same channel comes again; as many as features where there are none */
function tablesOf(
  encoder: Encoder,
  formats: QuantizedNetwork['input']['formats'],
  channels: number,
): EncoderTable[] {
  const table = (name: EncoderTable['name'], purpose: string, values: readonly number[]): EncoderTable => {
    const period = [1, channels].find((length) => values.every((value, at) => value === values[at % length]));
    return { name, purpose, values: values.slice(0, period) };
  };
  const ofFormat = (name: EncoderTable['name'], purpose: string, of: (format: Format) => number) =>
    table(name, purpose, formats.map(of));
  return [
    table('minimum', 'gives 0', encoder.minimum),
    table('maximum', 'gives 1', encoder.maximum),
    ofFormat('scale', 'codes per 1', (format) => 2 ** fractionOf(format)),
    ofFormat('lowest', 'the smallest code', (format) => rangeOf(format).low),
    ofFormat('highest', 'the largest code', (format) => rangeOf(format).high),
  ];
}

/** What stands behind a table's name where a feature's number is wanted of it. */
export function indexIn({ tables, features }: EncoderTables, wanted: EncoderTable['name']): string {
  const { length } = tables.find(({ name }) => name === wanted)!.values;
  if (length === 1) return '';
  return length === features ? '[feature]' : `[feature % ${length}]`;
}

/** A number that reads back as the same double in C, Python and TypeScript, and as no integer. */
export function doubleText(value: number): string {
  const text = String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}
