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
} as const;
export const SUBGRAPH = { fields: 5, tensors: 0, inputs: 1, outputs: 2, operators: 3, name: 4 } as const;
export const TENSOR = {
  fields: 10,
  shape: 0,
  type: 1,
  buffer: 2,
  name: 3,
  quantization: 4,
  hasRank: 8,
} as const;
export const QUANTIZATION = { fields: 7, scale: 2, zeroPoint: 3, quantizedDimension: 6 } as const;
export const OPERATOR_CODE = { fields: 4, deprecatedBuiltinCode: 0, version: 2, builtinCode: 3 } as const;
export const OPERATOR = {
  fields: 9,
  opcodeIndex: 0,
  inputs: 1,
  outputs: 2,
  optionsType: 3,
  options: 4,
} as const;
export const FULLY_CONNECTED_OPTIONS = { fields: 5, activation: 0, asymmetricInputs: 3 } as const;
export const SOFTMAX_OPTIONS = { fields: 1, beta: 0 } as const;
export const BUFFER = { fields: 3, data: 0 } as const;

export const TENSOR_TYPE = { FLOAT32: 0, FLOAT16: 1, INT32: 2, INT8: 9 } as const;
export const ACTIVATION = { none: 0, relu: 1 } as const;
export const BUILTIN_OPERATOR = {
  dequantize: 6,
  fullyConnected: 9,
  logistic: 14,
  softmax: 25,
  quantize: 114,
} as const;
/** Members of the union BuiltinOptions. */
export const BUILTIN_OPTIONS = { none: 0, fullyConnected: 8, softmax: 9 } as const;
