import { answering } from '../core/threads.js';
import { proveTimed } from './segment-task.js';

/** What a worker thread runs. */
export default answering(proveTimed);
