import type { AffineLayer, AffineNetwork } from '../../src/network/affine.js';
import { finish } from '../../src/network/finish.js';

/** The lowered network run row by row, independent of every engine: its outputs for one code per input. */
export function runLowered({ layers, outputs }: AffineNetwork, codes: readonly number[]): number[] {
  const last = layers.reduce<readonly number[]>((before, layer) => runLayer(layer, before), codes);
  return outputs.map((output) => (output.kind === 'row' ? last[output.row] : output.code));
}

function runLayer(layer: AffineLayer, codes: readonly number[]): number[] {
  if (layer.kind === 'max') {
    return layer.rows.map(({ inputs, least = Number.NEGATIVE_INFINITY }) =>
      Math.max(least, ...inputs.map((input) => codes[input])),
    );
  }
  return layer.rows.map(({ terms, bias, finish: wanted }) =>
    finish(
      wanted,
      terms.reduce((sum, { input, weight }) => sum + weight * codes[input], bias),
    ),
  );
}
