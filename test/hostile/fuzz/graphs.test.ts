import { fuzzed, MEMORY } from '../../support/fuzz-suite.js';

fuzzed(['onnx', 'tflite', 'tfjs', 'safetensors', MEMORY]);
