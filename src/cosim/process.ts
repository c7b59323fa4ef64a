import { spawn } from 'node:child_process';
import { killGroup, onEarlyExit } from '../core/early-exit.js';

export interface ProcessResult {
  /** Exit status; −1 when a signal or the time limit ended it; undefined when the program was not found. */
  readonly status: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProcessOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutSeconds?: number;
}

/** Runs a program to its end. Never throws for what the program does. */
export function runProcess(
  command: string,
  args: readonly string[],
  { cwd, env, timeoutSeconds = 600 }: ProcessOptions = {},
): Promise<ProcessResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutSeconds * 1000,
      killSignal: 'SIGKILL',
      detached: true,
      env: { ...process.env, ...env },
      ...(cwd === undefined ? {} : { cwd }),
    });
    const callOff = onEarlyExit(() => killGroup(child));
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    const text = (chunks: Buffer[]) => Buffer.concat(chunks).toString('utf8');
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', (error) => {
      callOff();
      resolve({ status: undefined, stdout: '', stderr: error.message });
    });
    child.on('close', (status) => {
      callOff();
      resolve({ status: status ?? -1, stdout: text(stdout), stderr: text(stderr) });
    });
  });
}

/** The first lines of a tool's complaint, for an error message. */
export function firstLines({ stdout, stderr }: ProcessResult, count = 5): string {
  const lines = `${stderr}\n${stdout}`.split('\n').filter((line) => line.trim() !== '');
  const telling = lines.filter((line) => /error|warning|harness:|fatal/i.test(line));
  return (telling.length > 0 ? telling : lines).slice(0, count).join('\n') || 'no message';
}
