import { fuzzed } from '../../support/fuzz-suite.js';

fuzzed(['keras-h5', 'keras-json']);
