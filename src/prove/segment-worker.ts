import { proveTimed } from './segment-task.js';

/** What a worker thread runs. */
export default proveTimed;
