/** What a tool says of a design that it has built, as plain data. */
export interface ToolReport {
  /** The tool with its version. */
  readonly tool: string;
  readonly design: string;
  /** The chip, as the tool names it; absent where the report does not say. */
  readonly part?: string;
  readonly cells: readonly CellUse[];
  readonly clocks: readonly ClockReport[];
}

/** Cells in the tool's own words; a part of the line before it begins with two blanks. */
export interface CellUse {
  readonly cell: string;
  readonly used: number;
  /** What the part has, where the report says it. */
  readonly available?: number;
}

export interface ClockReport {
  /** The clock's name, or the corner and check that are spoken of. */
  readonly clock: string;
  /** What is wanted. */
  readonly hertz?: number;
  /** What it would bear. */
  readonly reachedHertz?: number;
  /** Nanoseconds that are left on the longest path to setup; negative: it is missed. */
  readonly setupSlack?: number;
  /** The same to hold. */
  readonly holdSlack?: number;
}

/** A form of report. Each one is an entry of the list in `index.ts`. */
export interface ReportForm {
  /** For people, such as `Vivado, report_utilization`. */
  readonly name: string;
  /** Whether a text is one, whatever its version. */
  recognises(text: string): boolean;
  /** @param file for errors. @throws synth/report-version, synth/report-unreadable */
  parse(text: string, file: string): ToolReport;
}
