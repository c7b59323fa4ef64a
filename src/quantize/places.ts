import type { TensorRecord } from './quantized.js';

/** What a tensor is called in messages. */
export const placeOf = ({ layer, tensor }: Pick<TensorRecord, 'layer' | 'tensor'>) =>
  tensor === 'input' ? 'input' : `${layer}.${tensor}`;

export const formatText = ({ format }: Pick<TensorRecord, 'format'>) =>
  typeof format === 'string' ? format : `${format.length} formats`;
