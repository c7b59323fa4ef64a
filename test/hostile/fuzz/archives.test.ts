import { fuzzed } from '../../support/fuzz-suite.js';

fuzzed(['keras', 'torch', 'numpy']);
