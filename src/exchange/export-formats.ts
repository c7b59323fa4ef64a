/** What `espalier export` can write, and what it is; light, so that the command line may list it. */
export const EXPORT_FORMATS = {
  c: 'integer inference in C99, one header and one source',
  'encoder-c': 'raw features to input codes, for the host, in C99',
  'encoder-python': 'the same in Python 3',
  'encoder-typescript': 'the same in TypeScript',
  'driver-c': 'a board behind a serial line, for the host, in C99; with the encoder',
  'driver-python': 'the same in Python 3',
  'driver-typescript': 'the same in TypeScript',
  'driver-registers': 'a design as registers beside a processor, in C99, memory-mapped; with the encoder',
  'driver-pynq': 'the same on PYNQ, by DMA or registers, in Python 3',
  onnx: 'ONNX with the integers as Quant nodes of QONNX',
  'tflite-float32': 'TFLite as trained',
  'tflite-float16': 'TFLite with half precision weights',
  'tflite-dynamic': 'TFLite with int8 weights, activations quantized while it runs',
  'tflite-int8': 'TFLite in integers; needs --calibration',
  keras: 'Keras model.h5, of a float network or of one of whole numbers',
  tfjs: 'TensorFlow.js layers model.json, of the same',
} as const;

export type ExportFormat = keyof typeof EXPORT_FORMATS;
