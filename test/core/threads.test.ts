import { describe, expect, it } from 'vitest';
import { answerOf } from '../../src/core/threads.js';
import { messageOfAsync } from '../support/messages.js';

describe('what comes of a thread', () => {
  it('is its result', async () => {
    expect(await answerOf(Promise.resolve({ result: 7 }))).toBe(7);
  });

  it('is the problem that it met', async () => {
    const problem = { code: 'room/problem', where: 'here', got: 'this', wanted: 'that' };
    expect(await messageOfAsync(() => answerOf(Promise.resolve({ problem })))).toBe(
      'here: got this, wanted that [room/problem]',
    );
  });

  it('is named where its memory was not enough', async () => {
    const run = Promise.reject(Object.assign(new Error('heap'), { code: 'ERR_WORKER_OUT_OF_MEMORY' }));
    expect(await messageOfAsync(() => answerOf(run))).toBe(
      'a worker thread: got more work than its memory holds, wanted more memory ' +
        '(NODE_OPTIONS=--max-old-space-size=8000 gives every thread up to 8,000 MB) [core/memory]',
    );
  });

  it('is any other error as it is', async () => {
    expect(await messageOfAsync(() => answerOf(Promise.reject(new Error('other'))))).toBe('other');
  });
});
