/** Who made a file, for its header: the same input must give the same text, so no date and no path. */
export interface Generator {
  /** Espalier's version. */
  readonly version: string;
  /** The command line that makes the file again. */
  readonly command: string;
}
