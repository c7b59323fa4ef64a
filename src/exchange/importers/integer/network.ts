import { isMap } from '../../../network/tensor.js';
import type { Head, Layer, QuantizedNetwork } from '../../../network/types.js';
import { type Affine, type Codes, inputPort } from './codes.js';

/** Layers of whole numbers, and what stands round them. */
export interface IntegerParts {
  readonly name: string;
  readonly head: Head['kind'];
  /** Shape of the input. */
  readonly stored: readonly number[];
  readonly input: Codes;
  readonly layers: readonly Layer[];
  readonly output: Codes;
  /** What is done to features before they become codes. */
  readonly before?: Affine;
}

/** What the codes that enter and leave mean stands in the network's provenance. */
export function integerNetwork({
  name,
  head,
  stored,
  input,
  layers,
  output,
  before,
}: IntegerParts): QuantizedNetwork {
  const count = stored.reduce((size, length) => size * length, 1);
  return {
    name,
    input: { ...inputPort(input, count, before), ...(isMap(stored) ? { shape: stored } : {}), names: [] },
    layers,
    head: { kind: head },
    labels: [],
    provenance: { 'input codes': printMeaning(input), 'output codes': printMeaning(output) },
  };
}

/** Such as `real = 0.0039 × (code + 128); the code of the file is code − 3`. */
export function printMeaning({
  scale,
  zeroPoint,
  offset,
}: Pick<Codes, 'scale' | 'zeroPoint' | 'offset'>): string {
  const plus = (number: number) => (number < 0 ? ` − ${-number}` : ` + ${number}`);
  const off = offset - zeroPoint;
  const code = off === 0 ? 'code' : `(code${plus(off)})`;
  const own = offset === 0 ? 'code' : `code${plus(offset)}`;
  return `real = ${scale} × ${code}; the file's code is ${own}`;
}
