import type { Layer } from '../../network/types.js';
import type { Value } from './graph.js';
import type { OnnxKind, Written } from './kind.js';
import { MOVES } from './moves.js';
import { SUMS } from './sums.js';

const KINDS: readonly OnnxKind<Layer>[] = [...SUMS, ...MOVES];

/** Writes a layer; every kind of the network has its own way. @throws exchange/onnx */
export const writeLayer = (layer: Layer, written: Written): Value =>
  (KINDS.find(({ kind }) => kind === layer.kind) as OnnxKind<Layer>).write(layer, written);
