import type { Progress } from '../core/progress.js';

/** Before that nothing is said of the end. */
const LEAST_SECONDS = 3;

/** Tells from how fast a work went until now how long it will still take. */
export class RemainingTime {
  private begun: { readonly task: string; readonly done: number; readonly at: number } | undefined;

  /** @param now in milliseconds */
  constructor(private readonly now: () => number) {}

  /**
   * Every report of a work goes through here; one of another task, or of less than before, begins anew.
   *
   * @returns seconds, undefined where too little is known yet
   */
  secondsLeft({ task, done, total }: Progress): number | undefined {
    const now = this.now();
    if (this.begun === undefined || this.begun.task !== task || done < this.begun.done) {
      this.begun = { task, done, at: now };
    }
    const seconds = (now - this.begun.at) / 1000;
    const made = done - this.begun.done;
    if (seconds < LEAST_SECONDS || made === 0 || done >= total) return undefined;
    return (seconds * (total - done)) / made;
  }
}

/** Such as `about 40 s left`, `about 1 h 20 min left`; rounded, since it is a guess. */
export function leftText(seconds: number | undefined): string | undefined {
  if (seconds === undefined) return undefined;
  if (seconds < 90) return `about ${Math.max(1, Math.ceil(seconds / 5)) * 5} s left`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return `about ${minutes} min left`;
  return `about ${Math.floor(minutes / 60)} h ${minutes % 60} min left`;
}
