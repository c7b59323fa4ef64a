import { type LiteRtModel, loadLiteRt } from '../../src/exchange/litert.js';

/** Loads a `.tflite` file's bytes into the interpreter. */
export const loadTflite = (bytes: Uint8Array): Promise<LiteRtModel> => loadLiteRt('model.tflite', bytes);
