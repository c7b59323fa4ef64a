/** The element types we write, named as in the TFLite schema. */
export type TfliteType = 'FLOAT32' | 'FLOAT16' | 'INT8' | 'INT32';

/** real = scale × (code − zeroPoint). */
export interface TfliteQuantization {
  /** One scale for the tensor, or one per item of dimension 0; each is a float32. */
  readonly scales: readonly number[];
  readonly zeroPoint: number;
  /** Of several scales: their dimension, where it is another. */
  readonly dimension?: number;
}

export interface TfliteTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: TfliteType;
  readonly quantization?: TfliteQuantization;
  /** Elements of a constant in row-major order: codes where quantized, else values. Absent from activations. */
  readonly data?: readonly number[];
  /** A constant in full precision, as it was before it was written in `type`. */
  readonly original?: readonly number[];
}

/** Numbers are indices into the graph's tensors. */
export type TfliteOperator =
  | {
      readonly kind: 'fullyConnected';
      readonly input: number;
      /** [units, inputs] */
      readonly weights: number;
      readonly bias: number;
      readonly output: number;
      /** What is fused into it, of the enumeration ActivationFunctionType. */
      readonly activation: number;
      readonly flavour: 'float' | 'hybrid' | 'int8';
    }
  | {
      readonly kind: 'quantize' | 'dequantize' | 'logistic' | 'softmax';
      readonly input: number;
      readonly output: number;
    };

/** An operator over maps, as the schema lists it. */
export interface MapOperator {
  readonly kind: 'map';
  readonly operator: string;
  readonly version: number;
  readonly inputs: readonly number[];
  /** The first of them. */
  readonly input: number;
  readonly output: number;
  /** A member of the union BuiltinOptions. */
  readonly options?: { readonly type: number; readonly fields: readonly OptionField[] };
}

export interface OptionField {
  readonly slot: number;
  readonly type: 'int8' | 'int32' | 'float32';
  readonly value: number;
}

export type AnyOperator = TfliteOperator | MapOperator;

/** A model of one subgraph with one input and one output, both of batch size 1. */
export interface TfliteGraph<O extends AnyOperator = TfliteOperator> {
  readonly name: string;
  readonly description: string;
  readonly tensors: readonly TfliteTensor[];
  /** In the order of execution. */
  readonly operators: readonly O[];
  readonly input: number;
  readonly output: number;
}
