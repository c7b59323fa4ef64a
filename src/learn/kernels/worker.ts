import { workerData } from 'node:worker_threads';
import type { Recruit } from './crew.js';
import { followForever } from './shift.js';
import { Workspace } from './workspace.js';

const { module, memory, number } = workerData as Recruit;
followForever(new Workspace(module, memory), number);
