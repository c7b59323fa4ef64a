import type { FloatLayer } from '../../float/types.js';
import type { Tensor } from '../../network/tensor.js';
import type { Layer } from '../../network/types.js';
import type { RealRange } from '../calibration.js';
import type { QuantizationConfig, Widths } from '../options.js';
import type { QuantizeSource, TensorRecord } from '../quantized.js';

/** Where a layer stands, and what is wanted of it. */
export interface QuantizeContext extends Pick<QuantizeSource, 'rangesFrom'> {
  /** What the integer layer reads. */
  readonly inputs: readonly Tensor[];
  /** Whether its codes leave the network, at most moved by then. */
  readonly isOutput: boolean;
  /** What its values are. */
  readonly range: RealRange;
  readonly config: QuantizationConfig;
  readonly widths: Widths;
  /** Takes what there is to say of each tensor, in order. */
  readonly record: (record: TensorRecord) => void;
}

/** How a kind of layer becomes one of the integer network. */
export interface QuantizeKind<L extends FloatLayer> {
  readonly kind: string;
  /** Whether codes only come to lie in another place. */
  readonly moves: boolean;
  /** The layer but for what it reads. @throws quantize/*, fixed/format-* */
  quantize(layer: L, context: QuantizeContext): Layer;
}
