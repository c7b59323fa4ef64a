import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { EspalierError, type Problem } from '../../src/core/errors.js';
import { filesOf, newFolder, startCli } from './cli.js';

/** Work on something that must be refused: nobody means well with it, or nobody looked at it. */
export interface HostileCase {
  readonly name: string;
  /** The error's code. */
  readonly code: string;
  /** What the error must say of the place: the end of `where`, or a pattern. */
  readonly where: string | RegExp;
  /** What it must say that it got, where the case is about that. */
  readonly got?: string | RegExp;
  act(): unknown;
}

/** Longer than any refusal takes, however busy the machine is; a hang is longer still. */
const LONGEST = 30_000;

/** A test for each case: it is refused in time, with an error of ours that tells all that it should. */
export function refuseAll(title: string, cases: readonly HostileCase[]): void {
  describe(title, () => {
    it('has no case twice', () => {
      const names = cases.map(({ name }) => name);
      expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    });
    for (const { name, code, where, got, act } of cases) {
      it(name, { timeout: LONGEST }, async () => {
        const problem = await problemFrom(act);
        expectTelling(problem);
        expect(problem.code).toBe(code);
        expect(problem.where).toMatch(where instanceof RegExp ? where : endingWith(where));
        if (got !== undefined) expect(problem.got).toMatch(got);
      });
    }
  });
}

const endingWith = (text: string): RegExp => new RegExp(`${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);

async function problemFrom(act: () => unknown): Promise<Problem> {
  try {
    await act();
  } catch (error) {
    // Anything else is an `internal` error of the command line.
    if (error instanceof EspalierError) return error.toJSON();
    throw new Error('not refused, but broken', { cause: error });
  }
  throw new Error('accepted');
}

/** Whether the problem says something everywhere, to a person. */
function expectTelling(problem: Problem): void {
  expect(problem.code).toMatch(/^[a-z]+\/[a-z-]+$/);
  for (const text of [problem.where, problem.got, problem.wanted, problem.hint ?? 'none']) {
    expect(text).not.toBe('');
    expect(text).not.toMatch(/undefined|\[object |\n\s+at /);
  }
}

/** A folder for bad things, in another one that nothing may be written to. */
export interface Sandbox {
  /** Where commands run and bad files lie. */
  readonly folder: string;
  /** Writes a file inside; its path. */
  write(file: string, content: string | Uint8Array): string;
  /** Fails when anything outside of the folder has come, gone or changed. */
  expectNothingOutside(): void;
}

/** Made for a test file, and gone with it. */
export function newSandbox(name: string): Sandbox {
  const outside = newFolder(name);
  const folder = path.join(outside, 'in', 'the', 'box');
  mkdirSync(folder, { recursive: true });
  for (const place of ['.', 'in', 'in/the']) writeFileSync(path.join(outside, place, 'mine.txt'), place);
  afterAll(() => rmSync(outside, { recursive: true, force: true }));
  const seen = () => new Map([...filesOf(outside)].filter(([file]) => !file.startsWith('in/the/box/')));
  const before = seen();
  return {
    folder,
    write: (file, content) => {
      const place = path.join(folder, file);
      mkdirSync(path.dirname(place), { recursive: true });
      writeFileSync(place, content);
      return place;
    },
    expectNothingOutside: () => expect(seen()).toEqual(before),
  };
}

/** A command line that must be refused. */
export interface HostileCommand {
  readonly name: string;
  readonly code: string;
  readonly argv: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Lays the bad files out. */
  prepare?(): void;
}

/** The same through the built command line, as it is shipped. */
export function refuseCommands(title: string, sandbox: Sandbox, commands: readonly HostileCommand[]): void {
  describe(title, () => {
    for (const { name, code, argv, env, prepare } of commands) {
      it(name, { timeout: 2 * LONGEST }, async () => {
        prepare?.();
        const { child, ended } = startCli(sandbox.folder, [...argv, '--json'], env);
        const timer = setTimeout(() => child.kill('SIGKILL'), LONGEST);
        const { status, stdout, stderr } = await ended;
        clearTimeout(timer);
        expect(status, 'ended by itself, with a status that says no').toBeOneOf([1, 2]);
        const { ok, error } = JSON.parse(stdout);
        expect(ok).toBe(false);
        expectTelling(error);
        expect(error.code).toBe(code);
        expect(stderr).not.toMatch(/\n\s+at /);
        sandbox.expectNothingOutside();
      });
    }
  });
}
