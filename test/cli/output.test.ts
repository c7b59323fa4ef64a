import { describe, expect, it } from 'vitest';
import { envelopeOf, paintFor, printProblem, problemOf, statusOf } from '../../src/cli/output.js';
import { leftText } from '../../src/cli/pace.js';
import { problems as cliProblems } from '../../src/cli/problems.js';
import { printTable } from '../../src/cli/table.js';
import { barLine, taskList } from '../../src/cli/tasks.js';
import { EspalierError } from '../../src/core/errors.js';
import { percent, whole } from '../../src/core/number-text.js';
import { problems as coreProblems } from '../../src/core/problems.js';

const plain = paintFor({ isTTY: false } as NodeJS.WriteStream, {});

describe('the JSON document', () => {
  it('says well, found something wrong, or failed', () => {
    const head = { schema: 'espalier/result', version: 1, command: 'simulate' };
    const outcome = (status: number) => ({ result: { n: 1 }, text: 'n', status });
    expect(envelopeOf('simulate', outcome(0))).toEqual({ ...head, ok: true, result: { n: 1 } });
    expect(envelopeOf('simulate', outcome(1))).toEqual({ ...head, ok: false, result: { n: 1 } });
    const error = problemOf(coreProblems.fileUnreadable('x', 'EACCES'));
    expect(envelopeOf('simulate', { error })).toEqual({ ...head, ok: false, error });
  });

  it('has the warnings beside the result', () => {
    const outcome = { result: {}, text: '', status: 0 };
    const warning = { code: 'a/b', where: 'here', got: 'one', wanted: 'two' };
    for (const warnings of [[], [warning]]) {
      expect(envelopeOf('compile', { ...outcome, warnings })).toMatchObject({ ok: true, warnings });
    }
  });
});

describe('errors', () => {
  it('are blocks whose further lines are indented', () => {
    const problem = { code: 'a/b', where: 'here', got: 'one\ntwo', wanted: 'three', hint: 'four' };
    expect(printProblem(problem, plain)).toBe(
      'error a/b\n  where   here\n  got     one\n          two\n  wanted  three\n  hint    four',
    );
  });

  it('of our own keep their stack, and ask for a report', () => {
    const problem = problemOf(new TypeError('x is undefined'));
    expect(problem).toMatchObject({
      code: 'internal',
      wanted: 'no such thing: this is a defect of Espalier',
    });
    expect(problem.got).toMatch(/^TypeError: x is undefined\n +at /);
    expect(problemOf('thrown text').got).toBe('thrown text');
  });

  it('of the system say which place cannot be written', () => {
    const refused = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES', path: '/build' });
    expect(problemOf(refused)).toEqual({
      code: 'file/unwritable',
      where: '/build',
      got: 'no permission',
      wanted: 'a place that files can be written to',
    });
  });

  it('end with 2 for a wrong command line, and with 1 otherwise', () => {
    expect(statusOf(cliProblems.usage('espalier', 'no command'))).toBe(2);
    expect(statusOf(new EspalierError({ code: 'x/y', where: '', got: '', wanted: '' }))).toBe(1);
  });
});

describe('colours', () => {
  const terminal = { isTTY: true } as NodeJS.WriteStream;

  it('are for terminals that want them', () => {
    expect(paintFor(terminal, {})('red', 'x')).toBe('\u001B[31mx\u001B[39m');
    expect(paintFor(terminal, { NO_COLOR: '1' })('red', 'x')).toBe('x');
    expect(paintFor(terminal, { TERM: 'dumb' })('red', 'x')).toBe('x');
    expect(plain('red', 'x')).toBe('x');
  });
});

describe('tables', () => {
  it('align words to the left and numbers to the right', () => {
    const rows = [
      ['a', '1'],
      ['long', '1,234'],
    ];
    expect(printTable(['name', 'n'], rows, { numeric: [1] })).toBe(
      ['name      n', '────  ─────', 'a         1', 'long  1,234'].join('\n'),
    );
    expect([whole(1234567), percent(0.9787)]).toEqual(['1,234,567', '97.9 %']);
  });
});

describe('progress', () => {
  const draw = async (isTTY: boolean, quiet: boolean) => {
    let drawn = '';
    const stderr = {
      isTTY,
      columns: 40,
      write: (text: string) => (drawn += text),
    } as unknown as NodeJS.WriteStream;
    const tasks = taskList({ stderr, env: { NO_COLOR: '1' } }, { quiet });
    tasks.begin('Train');
    tasks.progress({ task: 'training base', done: 1, total: 4, note: 'loss 0.5' });
    tasks.end('2.0 s');
    tasks.begin('Prune');
    await tasks.close(true);
    return drawn;
  };

  it('is a bar with what is being done', () => {
    expect(barLine('Train', { task: 'training base', done: 1, total: 4, note: 'loss 0.5' })).toBe(
      'Train  ██████░░░░░░░░░░░░░░░░░░  1/4  training base, loss 0.5',
    );
    expect(barLine(undefined, { task: 'x', done: 0, total: 0 })).toBe('░░░░░░░░░░░░░░░░░░░░░░░░  0/0  x');
  });

  it('is drawn over itself on a terminal, within its width', async () => {
    const clear = '\r\u001B[2K';
    expect(await draw(true, false)).toBe(
      `${clear}› Train${clear}› Train  ██████░░░░░░░░░░░░░░░░░░  1/4 ${clear}✔ Train 2.0 s\n${clear}› Prune${clear}✖ Prune\n`,
    );
  });

  it('is a line per task elsewhere, and nothing when quiet', async () => {
    expect(await draw(false, false)).toBe('Train: 2.0 s\nPrune: failed\n');
    expect(await draw(true, true)).toBe('');
  });

  describe('of a long work', () => {
    const watch = (isTTY: boolean) => {
      let clock = 0;
      const lines: string[] = [];
      const stderr = { isTTY, columns: 100, write: (text: string) => lines.push(text) };
      const place = { stderr: stderr as unknown as NodeJS.WriteStream, env: { NO_COLOR: '1' } };
      const tasks = taskList(place, { quiet: false, now: () => clock });
      return {
        lines,
        at: (seconds: number, done: number, task = 'simulating') => {
          clock = seconds * 1000;
          tasks.progress({ task, done, total: 2000 });
        },
      };
    };

    it('is a line every five seconds without a terminal, with an estimate of the end', () => {
      const { lines, at } = watch(false);
      at(1, 0);
      for (const seconds of [2, 3, 4, 5, 6, 7, 8, 9, 10]) at(seconds, (seconds - 1) * 100);
      at(16, 1500);
      at(30, 0, 'reading');
      at(40, 2);
      expect(lines).toEqual([
        '400 of 2,000, simulating, about 20 s left\n',
        '900 of 2,000, simulating, about 15 s left\n',
        '1,500 of 2,000, simulating, about 5 s left\n',
        '0 of 2,000, reading\n',
        '2 of 2,000, simulating\n',
      ]);
    });

    it('says on a terminal too when it will end', () => {
      const { lines, at } = watch(true);
      at(0, 0);
      at(60, 10);
      expect(lines[3]).toBe('› ░░░░░░░░░░░░░░░░░░░░░░░░  10/2,000  simulating, about 3 h 19 min left');
      expect(leftText(100)).toBe('about 2 min left');
    });
  });
});
