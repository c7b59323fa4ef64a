import { answering } from '../core/threads.js';
import { proveTimed, type SegmentTask } from './segment-task.js';

/** What a worker thread runs. */
export default answering((task: SegmentTask) => proveTimed(task));
