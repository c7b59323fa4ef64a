import { spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { sha256 } from './hash.js';

/**
 * Which process something belongs to, as a word for names of files: `PID-START-PLACE`. A number alone does not tell:
 * numbers are given again, and every container has a process 1.
 */
export const MARK_PATTERN = '\\d+-[0-9a-z]+-[0-9a-f]{8}';

/** `elsewhere`: of another container, machine or start of this one, whose processes cannot be seen from here. */
export type Presence = 'alive' | 'gone' | 'elsewhere';

let ours: string | undefined;

/** The mark of this process. */
export function ourMark(): string {
  ours ??= `${process.pid}-${startOf(process.pid) ?? '0'}-${place()}`;
  return ours;
}

/** Whether the process of a mark is still there. */
export function presenceOf(mark: string): Presence {
  const [pid, start, itsPlace] = mark.split('-');
  if (itsPlace !== ourMark().split('-')[2]) return 'elsewhere';
  return startOf(Number(pid)) === start ? 'alive' : 'gone';
}

/** The number of a mark's process. */
export const pidOf = (mark: string): number => Number(mark.split('-')[0]);

/** The start of the machine and the space that process numbers count in. */
function place(): string {
  const parts = [
    hostname,
    () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'),
    () => readlinkSync('/proc/self/ns/pid'),
  ];
  const known = parts.slice(process.platform === 'linux' ? 1 : 0).map((part) => {
    try {
      return part();
    } catch {
      return '';
    }
  });
  return sha256(known.join('\n')).slice(0, 8);
}

/** When a process began, in a word; undefined when there is none, or only what a dead one leaves for its parent. */
function startOf(pid: number): string | undefined {
  return process.platform === 'linux' ? startInProc(pid) : startByPs(pid);
}

function startInProc(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name, which may hold anything.
    const [state, ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? undefined : rest[18];
  } catch {
    return undefined;
  }
}

function startByPs(pid: number): string | undefined {
  const { status, stdout } = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
    encoding: 'utf8',
  });
  const [state, ...start] = (stdout ?? '').trim().split(/\s+/);
  return status !== 0 || state.startsWith('Z') ? undefined : sha256(start.join(' ')).slice(0, 12);
}
