import { styleText } from 'node:util';
import { EspalierError, type Problem } from '../core/errors.js';
import { present } from '../core/objects.js';
import { problems as coreProblems } from '../core/problems.js';
import type { CommandOutcome, Paint } from './command.js';

/**
 * The JSON document of every command, one on stdout:
 *
 *     { "schema": "espalier/result", "version": 1, "command": "run", "ok": true,  "result": … }
 *     { "schema": "espalier/result", "version": 1, "command": "run", "ok": false, "result": … }  found something wrong
 *     { "schema": "espalier/result", "version": 1, "command": "run", "ok": false, "error": { code, where, got, wanted, hint? } }
 *
 * A command that can warn has "warnings": [{ code, where, got, wanted, hint? }, …] beside its result, empty when all is well.
 * Members may be added within a version; none changes its meaning or goes.
 */
export function envelopeOf(command: string, ended: CommandOutcome | { readonly error: Problem }): object {
  const head = { schema: 'espalier/result', version: 1, command };
  if ('error' in ended) return { ...head, ok: false, error: ended.error };
  const { status, warnings, result } = ended;
  return { ...head, ok: status === 0, ...present({ warnings }), result };
}

/** The error or warning as a short block for a person. */
export function printProblem(
  problem: Problem,
  paint: Paint,
  severity: keyof typeof SEVERITIES = 'error',
): string {
  const rows: [string, string | undefined][] = [
    ['where', problem.where],
    ['got', problem.got],
    ['wanted', problem.wanted],
    ['hint', problem.hint],
  ];
  const indent = ' '.repeat(10);
  const lines = rows
    .filter(([, text]) => text !== undefined)
    .map(
      ([name, text]) =>
        `  ${paint('dim', name.padEnd(8))}${printable(text as string).replaceAll('\n', `\n${indent}`)}`,
    );
  return [`${paint(SEVERITIES[severity], severity)} ${paint('bold', problem.code)}`, ...lines].join('\n');
}

/** A file's name or text may hold what a terminal takes for a command. */
const printable = (text: string): string =>
  text.replace(
    /(?!\n)\p{Cc}/gu,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );

const SEVERITIES = { error: 'red', warning: 'yellow' } as const;

/** What went wrong, as a problem; a defect of our own keeps its stack, for the report of it. */
export function problemOf(error: unknown): Problem {
  if (error instanceof EspalierError) return error.toJSON();
  const { code, path } = error as NodeJS.ErrnoException;
  // What users name is read by functions with errors of their own: this is the system's refusal to write.
  if (code !== undefined && path !== undefined) return coreProblems.fileUnwritable(path, code).toJSON();
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
  return {
    code: 'internal',
    where: 'espalier',
    got: stack ?? message,
    wanted: 'no such thing: this is a defect of Espalier',
    hint: 'please report it with the lines above and the command that led here',
  };
}

/** Exit status of an error: 2 for a wrong command line, 1 for everything else. */
export const statusOf = (problem: Problem): number => (problem.code.startsWith('cli/') ? 2 : 1);

/** Colours when the stream is a terminal that wants them (https://no-color.org). */
export function paintFor(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Paint {
  const wanted = stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  return wanted ? (colour, text) => styleText(colour, text, { validateStream: false }) : (_, text) => text;
}
