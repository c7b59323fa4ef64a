import type { Progress } from '../core/progress.js';
import type { TaskList } from './command.js';
import { paintFor } from './output.js';

interface Place {
  readonly stderr: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
}

const REDRAW_MS = 80;
const BAR = 24;

/**
 * Shows tasks on stderr. On a terminal one live line with a bar, elsewhere a plain line per finished task, and
 * nothing at all when quiet.
 */
export function taskList(place: Place, { quiet }: { readonly quiet: boolean }): TaskList {
  if (quiet) return { begin() {}, progress() {}, end() {}, async close() {} };
  return place.stderr.isTTY ? liveTasks(place) : plainTasks(place);
}

function plainTasks({ stderr }: Place): TaskList {
  let current: string | undefined;
  return {
    begin: (task) => {
      current = task;
    },
    progress: () => {},
    end: (note) => {
      stderr.write(`${current}: ${note}\n`);
      current = undefined;
    },
    close: async (failed) => {
      if (failed && current !== undefined) stderr.write(`${current}: failed\n`);
    },
  };
}

function liveTasks({ stderr, env }: Place): TaskList {
  const paint = paintFor(stderr, env);
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
      const now = performance.now();
      if (now - drawn < REDRAW_MS && progress.done < progress.total) return;
      drawn = now;
      draw(fitLine(`${paint('cyan', '›')} ${barLine(task, progress)}`, stderr.columns || 80));
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

/** Such as `train  ███████░░░░  43/100  training base, loss 0.081`. */
export function barLine(task: string | undefined, { task: work, done, total, note }: Progress): string {
  const share = total > 0 ? Math.min(done / total, 1) : 0;
  const full = Math.round(share * BAR);
  const bar = '█'.repeat(full) + '░'.repeat(BAR - full);
  const what = [work, note].filter((text) => text !== undefined && text !== '').join(', ');
  return `${task === undefined ? '' : `${task}  `}${bar}  ${done}/${total}  ${what}`;
}

/** Cut to the terminal's width: a line that wraps could not be drawn over. Escape sequences take no room. */
function fitLine(line: string, columns: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what escape sequences begin with
  const escapes = line.match(/\u001B\[\d+m/g)?.join('').length ?? 0;
  return line.slice(0, columns - 1 + escapes);
}
