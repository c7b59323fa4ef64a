/** Chips as nextpnr-ice40 and Yosys call them, by the part's prefix, and the option that lets one's multipliers be used. */
const CHIPS: Readonly<Record<string, { readonly device: string; readonly multipliers: string }>> = {
  up5k: { device: 'u', multipliers: '-dsp' },
  hx8k: { device: 'hx', multipliers: '' },
};

/** What the open tools are told of an iCE40. */
export interface IcestormChip {
  readonly chip: string;
  readonly packaging: string;
  /** Yosys's flow, without and with the option for multipliers. */
  readonly synthesis: string;
  readonly multipliers: string;
}

/** Undefined for another part. */
export function icestormChip(part: string): IcestormChip | undefined {
  const [chip, packaging] = part.split('-');
  const known = CHIPS[chip];
  if (known === undefined) return undefined;
  const { device, multipliers } = known;
  return { chip, packaging, synthesis: `synth_ice40 -abc9 -device ${device}`, multipliers };
}
