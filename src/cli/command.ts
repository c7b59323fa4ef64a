import type { Command } from 'commander';
import type { Problem } from '../core/errors.js';
import type { OnProgress } from '../core/progress.js';

/** What a command hands back; the framework prints it, as text or as JSON. */
export interface CommandOutcome {
  /** Plain data: `result` in the JSON document. Its shape is part of the command's interface. */
  readonly result: unknown;
  /** The same for a person, without a final newline; empty prints nothing. */
  readonly text: string;
  /** Exit status: 0 all is well; 1 the work was done and found something wrong, such as a difference. */
  readonly status: number;
  /** What the user should know though the work was done: on stderr, or `warnings` in the JSON document. */
  readonly warnings?: readonly Problem[];
}

/** What a command may know of the place it runs in. */
export interface Surroundings {
  readonly onProgress: OnProgress;
  /** Draws a list of tasks, one after the other; see `tasks.ts`. */
  readonly tasks: TaskList;
  /** Paints text for the terminal; leaves it alone where colours are not wanted. */
  readonly paint: Paint;
  /** Whether stdout carries the JSON document and nothing else. */
  readonly json: boolean;
}

export type Colour = 'green' | 'red' | 'yellow' | 'cyan' | 'bold' | 'dim';
export type Paint = (colour: Colour, text: string) => string;

/** Shows tasks as they start, progress and end. Calls come in this order, task by task. */
export interface TaskList {
  begin(task: string): void;
  progress: OnProgress;
  /** @param note such as `kept` or `4.1 s` */
  end(note: string): void;
  /** Ends the drawing, whatever happened. */
  close(failed: boolean): Promise<void>;
}

/** One command of the command line: a file in `commands/`, and a line in `commands/index.ts`. */
export interface CliCommand {
  readonly name: string;
  /** One line for `espalier --help`. */
  readonly summary: string;
  /** Command lines with what they do, for the command's help. */
  readonly examples: readonly (readonly [line: string, what: string])[];
  /** What is left of one that a signal ended, such as `finished folds are kept`; absent: nothing. */
  readonly kept?: string;
  /** Adds arguments and options. */
  declare(command: Command): void;
  /** Does the work; throws `EspalierError` for what is the user's to mend. */
  run(args: readonly string[], options: Options, surroundings: Surroundings): Promise<CommandOutcome>;
}

/** Options by their camelCase names, as commander parses them. */
// biome-ignore lint/suspicious/noExplicitAny: commander gives what `declare` said
export type Options = Record<string, any>;
