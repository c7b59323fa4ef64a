import { answering } from '../../core/threads.js';
import { runFold } from './fold.js';

/** What a worker thread runs. */
export default answering(runFold);
