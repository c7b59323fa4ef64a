import { type ChildProcess, spawn } from 'node:child_process';
import { onEarlyExit } from './early-exit.js';

export interface ProcessResult {
  /** Exit status; −1 when a signal or the time limit ended it; undefined when the program was not found. */
  readonly status: number | undefined;
  readonly signal: NodeJS.Signals | null;
  /** Whether the time limit ended it. */
  readonly timedOut: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProcessOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Default 600. */
  readonly timeoutSeconds?: number;
}

/**
 * Runs a program to its end, the only way to do so here. It ends with all that it has started when its time is up and
 * when this process exits first. Never throws for what the program does.
 */
export function runProcess(
  command: string,
  args: readonly string[],
  { cwd, env, timeoutSeconds = 600 }: ProcessOptions = {},
): Promise<ProcessResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      env: { ...process.env, ...env },
      ...(cwd === undefined ? {} : { cwd }),
    });
    const callOff = onEarlyExit(() => killGroup(child));
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      killGroup(child);
    }, timeoutSeconds * 1000);
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    const text = (chunks: Buffer[]) => Buffer.concat(chunks).toString('utf8');
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    const end = (status: number | undefined, signal: NodeJS.Signals | null, complaint: string) => {
      clearTimeout(timer);
      callOff();
      resolve({ status, signal, timedOut, stdout: text(stdout), stderr: complaint });
    };
    child.on('error', (error) => end(undefined, null, error.message));
    child.on('close', (status, signal) => end(status ?? -1, signal, text(stderr)));
  });
}

/** Ends a program that was started `detached`, with all that it has started: Verilator runs make, which runs compilers. */
function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // Gone already; macOS says so of programs that nobody has asked for their status yet with EPERM.
    if (!['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/**
 * Runs a program with the caller's terminal.
 *
 * @param output where its stdout goes
 * @returns its exit status, 1 when a signal ended it; undefined when it was not found
 */
export function passTerminalTo(
  command: string,
  args: readonly string[],
  output: 'stdout' | 'stderr',
): Promise<number | undefined> {
  return new Promise((resolve) => {
    // Not detached: the terminal's Ctrl-C is its own too.
    const child = spawn(command, args, { stdio: ['inherit', output === 'stdout' ? 1 : 2, 2] });
    const callOff = onEarlyExit(() => child.kill('SIGKILL'));
    const end = (status: number | undefined) => {
      callOff();
      resolve(status);
    };
    child.on('error', () => end(undefined));
    child.on('close', (status) => end(status ?? 1));
  });
}

/** The first lines of a tool's complaint, for an error message. */
export function firstLines({ stdout, stderr }: Pick<ProcessResult, 'stdout' | 'stderr'>, count = 5): string {
  const lines = `${stderr}\n${stdout}`.split('\n').filter((line) => line.trim() !== '');
  const telling = lines.filter((line) => /error|warning|harness:|fatal/i.test(line));
  return (telling.length > 0 ? telling : lines).slice(0, count).join('\n') || 'no message';
}
