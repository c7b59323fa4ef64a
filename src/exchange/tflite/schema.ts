/**
 * What we use of the TFLite FlatBuffers schema, version 3 (schema.fbs of TensorFlow): the numbers of a table's
 * fields follow their order there, and never change.
 */
export const FILE_IDENTIFIER = 'TFL3';
export const SCHEMA_VERSION = 3;
/** Constants begin at multiples of this many bytes. */
export const BUFFER_ALIGNMENT = 16;

export const MODEL = {
  fields: 8,
  version: 0,
  operatorCodes: 1,
  subgraphs: 2,
  description: 3,
  buffers: 4,
  signatureDefs: 7,
} as const;
export const SUBGRAPH = { fields: 5, tensors: 0, inputs: 1, outputs: 2, operators: 3, name: 4 } as const;
export const TENSOR = {
  fields: 10,
  shape: 0,
  type: 1,
  buffer: 2,
  name: 3,
  quantization: 4,
  isVariable: 5,
  sparsity: 6,
  shapeSignature: 7,
  hasRank: 8,
} as const;
export const QUANTIZATION = { fields: 7, scale: 2, zeroPoint: 3, quantizedDimension: 6 } as const;
export const OPERATOR_CODE = {
  fields: 4,
  deprecatedBuiltinCode: 0,
  customCode: 1,
  version: 2,
  builtinCode: 3,
} as const;
export const OPERATOR = {
  fields: 9,
  opcodeIndex: 0,
  inputs: 1,
  outputs: 2,
  optionsType: 3,
  options: 4,
} as const;
export const FULLY_CONNECTED_OPTIONS = {
  fields: 5,
  activation: 0,
  weightsFormat: 1,
  asymmetricInputs: 3,
} as const;
export const SOFTMAX_OPTIONS = { fields: 1, beta: 0 } as const;
export const CONV_OPTIONS = {
  padding: 0,
  strideW: 1,
  strideH: 2,
  activation: 3,
  dilationW: 4,
  dilationH: 5,
} as const;
export const DEPTHWISE_OPTIONS = {
  padding: 0,
  strideW: 1,
  strideH: 2,
  multiplier: 3,
  activation: 4,
  dilationW: 5,
  dilationH: 6,
} as const;
export const POOL_OPTIONS = {
  padding: 0,
  strideW: 1,
  strideH: 2,
  filterW: 3,
  filterH: 4,
  activation: 5,
} as const;
export const CONCATENATION_OPTIONS = { axis: 0, activation: 1 } as const;
/** Of ADD, SUB, MUL and DIV. */
export const ARITHMETIC_OPTIONS = { activation: 0 } as const;
export const RESHAPE_OPTIONS = { newShape: 0 } as const;
export const SQUEEZE_OPTIONS = { dims: 0 } as const;
export const STRIDED_SLICE_OPTIONS = { begin: 0, end: 1, ellipsis: 2, newAxis: 3, shrinkAxis: 4 } as const;
export const REDUCER_OPTIONS = { keepDims: 0 } as const;
export const LEAKY_RELU_OPTIONS = { alpha: 0 } as const;
export const GELU_OPTIONS = { approximate: 0 } as const;
export const GATHER_OPTIONS = { axis: 0 } as const;
export const CAST_OPTIONS = { from: 0, to: 1 } as const;
export const RESIZE_OPTIONS = { alignCorners: 0, halfPixelCenters: 1 } as const;
/** Of the enumeration Padding. */
export const PADDING = { same: 0, valid: 1 } as const;
export const BUFFER = { fields: 3, data: 0, offset: 1, size: 2 } as const;

export const TENSOR_TYPE = {
  FLOAT32: 0,
  FLOAT16: 1,
  INT32: 2,
  UINT8: 3,
  INT64: 4,
  BOOL: 6,
  INT8: 9,
} as const;
/** By their numbers, those that are not read too. */
const TYPE_NAMES = [
  ...['FLOAT32', 'FLOAT16', 'INT32', 'UINT8', 'INT64', 'STRING', 'BOOL', 'INT16', 'COMPLEX64', 'INT8'],
  ...['FLOAT64', 'COMPLEX128', 'UINT64', 'RESOURCE', 'VARIANT', 'UINT32', 'UINT16', 'INT4', 'BFLOAT16'],
];
export const typeName = (type: number): string => TYPE_NAMES[type] ?? `type ${type}`;
export const ACTIVATION = { none: 0, relu: 1, reluN1To1: 2, relu6: 3, tanh: 4, signBit: 5 } as const;
export const BUILTIN_OPERATOR = {
  dequantize: 6,
  fullyConnected: 9,
  logistic: 14,
  softmax: 25,
  custom: 32,
  quantize: 114,
} as const;
/** Members of the union BuiltinOptions. */
export const BUILTIN_OPTIONS = { none: 0, fullyConnected: 8, softmax: 9 } as const;
