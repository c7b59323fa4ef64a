import { whole } from '../core/number-text.js';
import type { Progress } from '../core/progress.js';
import type { TaskList } from './command.js';
import { paintFor } from './output.js';
import { leftText, RemainingTime } from './pace.js';

interface Place {
  readonly stderr: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
}

const REDRAW_MS = 80;
/** Between two lines of a long work where there is no terminal. */
const LINE_MS = 5000;
const BAR = 24;

interface TaskListOptions {
  readonly quiet: boolean;
  /** In milliseconds; the process's own clock unless stated. */
  readonly now?: () => number;
}

/**
 * Shows tasks on stderr. On a terminal one live line with a bar, elsewhere a plain line per finished task and now and
 * then one of how far a long work is, and nothing at all when quiet.
 */
export function taskList(place: Place, { quiet, now = () => performance.now() }: TaskListOptions): TaskList {
  if (quiet) return { begin() {}, progress() {}, end() {}, async close() {} };
  return place.stderr.isTTY ? liveTasks(place, now) : plainTasks(place, now);
}

function plainTasks({ stderr }: Place, now: () => number): TaskList {
  const pace = new RemainingTime(now);
  let current: string | undefined;
  let written = now();
  return {
    begin: (task) => {
      current = task;
      written = now();
    },
    progress: (progress) => {
      const left = pace.secondsLeft(progress);
      if (now() - written < LINE_MS) return;
      written = now();
      stderr.write(`${plainLine(current, progress, leftText(left))}\n`);
    },
    end: (note) => {
      stderr.write(`${current}: ${note}\n`);
      current = undefined;
    },
    close: async (failed) => {
      if (failed && current !== undefined) stderr.write(`${current}: failed\n`);
    },
  };
}

function liveTasks({ stderr, env }: Place, now: () => number): TaskList {
  const paint = paintFor(stderr, env);
  const pace = new RemainingTime(now);
  let task: string | undefined;
  let drawn = Number.NEGATIVE_INFINITY;
  const clear = () => stderr.write('\r\u001B[2K');
  const draw = (text: string) => {
    clear();
    stderr.write(text);
  };
  return {
    begin: (name) => {
      task = name;
      draw(`${paint('cyan', '›')} ${name}`);
    },
    progress: (progress) => {
      const left = pace.secondsLeft(progress);
      if (now() - drawn < REDRAW_MS && progress.done < progress.total) return;
      drawn = now();
      const line = barLine(task, progress, leftText(left));
      draw(fitLine(`${paint('cyan', '›')} ${line}`, stderr.columns || 80));
    },
    end: (note) => {
      draw(`${paint('green', '✔')} ${task} ${paint('dim', note)}\n`);
      task = undefined;
    },
    close: async (failed) => {
      clear();
      if (failed && task !== undefined) stderr.write(`${paint('red', '✖')} ${task}\n`);
    },
  };
}

/** Such as `train  ███████░░░░  43/100  training base, loss 0.081, about 20 s left`. */
export function barLine(task: string | undefined, progress: Progress, left?: string): string {
  const { done, total } = progress;
  const share = total > 0 ? Math.min(done / total, 1) : 0;
  const full = Math.round(share * BAR);
  const bar = '█'.repeat(full) + '░'.repeat(BAR - full);
  return `${task === undefined ? '' : `${task}  `}${bar}  ${whole(Math.floor(done))}/${whole(total)}  ${whatText(progress, left)}`;
}

/** Such as `train: 43 of 100, training base, loss 0.081, about 20 s left`. */
function plainLine(task: string | undefined, progress: Progress, left: string | undefined): string {
  const count = `${whole(Math.floor(progress.done))} of ${whole(progress.total)}`;
  return `${task === undefined ? '' : `${task}: `}${count}, ${whatText(progress, left)}`;
}

const whatText = ({ task, note }: Progress, left: string | undefined): string =>
  [task, note, left].filter((text) => text !== undefined && text !== '').join(', ');

/** Cut to the terminal's width: a line that wraps could not be drawn over. Escape sequences take no room. */
function fitLine(line: string, columns: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what escape sequences begin with
  const escapes = line.match(/\u001B\[\d+m/g)?.join('').length ?? 0;
  return line.slice(0, columns - 1 + escapes);
}
