/** The parts of Yosys's `write_json` that the reader reads. */
export interface RtlilDesign {
  readonly modules: Readonly<Record<string, RtlilModule>>;
}

export interface RtlilModule {
  readonly ports: Readonly<
    Record<string, { readonly direction: string; readonly bits: readonly RtlilBit[] }>
  >;
  readonly cells: Readonly<Record<string, RtlilCell>>;
  readonly netnames: Readonly<Record<string, RtlilNet>>;
}

export interface RtlilNet {
  readonly hide_name: number;
  readonly bits: readonly RtlilBit[];
  readonly attributes: Readonly<Record<string, string>>;
}

export interface RtlilCell {
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, string>>;
  readonly connections: Readonly<Record<string, readonly RtlilBit[]>>;
}

/** A net's number from 2 on, or '0', '1', 'x', 'z'. */
export type RtlilBit = number | string;
