import { EspalierError, type Problem } from '../../core/errors.js';
import type { FoldResult } from '../../report/study-data.js';
import { type FoldTask, runFold } from './fold.js';

/** Errors lose their class between threads; the user's come as plain data. */
export type FoldAnswer = { readonly results: readonly FoldResult[] } | { readonly problem: Problem };

/** What a worker thread runs. */
export default async function answer(task: FoldTask): Promise<FoldAnswer> {
  try {
    return { results: await runFold(task) };
  } catch (error) {
    if (error instanceof EspalierError) return { problem: error.toJSON() };
    throw error;
  }
}
