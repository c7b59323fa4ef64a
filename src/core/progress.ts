/** How far a long work has come. */
export interface Progress {
  /** What is being done, such as `training base`. */
  readonly task: string;
  /** Of `total` pieces; a part of the one that is being done counts. */
  readonly done: number;
  readonly total: number;
  /** Such as `loss 0.081`. */
  readonly note?: string;
}

/** Long work reports here; the command line draws it, everybody else may ignore it. */
export type OnProgress = (progress: Progress) => void;

export const ignoreProgress: OnProgress = () => {};
