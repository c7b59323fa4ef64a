import { type Format, finestFraction, formatFor, fractionOf } from '../../fixed/format.js';
import { point } from '../../fixed/interval.js';
import type { AffineLayer, AffineNetwork } from '../../network/affine.js';
import { isExact } from '../../network/finish.js';

/** The bits [from, to) of a word that change; above them stand copies of the sign, or zeros, below them zeros. */
export interface OutputWord {
  readonly from: number;
  readonly to: number;
  readonly signed: boolean;
}

export const bitsOf = ({ from, to }: OutputWord): number => to - from;

/** Every output at the finest fraction. */
export function outputWords({ outputs, layers }: AffineNetwork): OutputWord[] {
  const finest = finestFraction(outputs.map(({ format }) => format));
  const last = layers[layers.length - 1];
  return outputs.map((output): OutputWord => {
    const shift = finest - fractionOf(output.format);
    const codes = output.kind === 'row' ? last.rows[output.row].output : point(output.code);
    const { width, signed }: Format = formatFor(codes, 0);
    const zeros = output.kind === 'row' ? Math.min(zeroBits(last, output.row), width) : 0;
    return { from: shift + zeros, to: shift + width, signed };
  });
}

/** Low bits that are 0 in every code of an exact sum, since they are in all that is added up. */
function zeroBits(layer: AffineLayer, row: number): number {
  if (layer.kind === 'max') return 0;
  const { terms, bias, finish } = layer.rows[row];
  if (!isExact(finish)) return 0;
  const zeros = [...terms.map(({ weight }) => weight), bias].filter((code) => code !== 0).map(trailingZeros);
  return -finish.scaling.shift + (zeros.length === 0 ? 0 : Math.min(...zeros));
}

function trailingZeros(code: number): number {
  let zeros = 0;
  for (let rest = code; rest % 2 === 0; rest /= 2) zeros++;
  return zeros;
}
