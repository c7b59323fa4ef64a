/** How a sample lies in the beats of the design's input stream. */
export interface SampleLayout {
  /** Bits of a beat, whole bytes. */
  readonly width: number;
  /** Of a sample; the first one has the lowest bits. */
  readonly beats: number;
  /** Per feature, the bits of the sample that hold its code. */
  readonly fields: readonly { readonly lsb: number; readonly width: number }[];
}

export const bytesOfSample = ({ width, beats }: SampleLayout): number => (width / 8) * beats;

/** Sentences on what `pack` gives. */
export const packing = ({ width, beats }: SampleLayout): string[] => [
  `Packed: a sample is ${beats === 1 ? '1 beat' : `${beats} beats`} of ${width} bits of the input stream, one after the other,`,
  'each with its lowest byte first; s_axis_tlast is 1 with the last beat alone.',
];

/** Numbers in lines of a dozen. */
export function numberLines(numbers: readonly number[], indent: string): string[] {
  const lines: string[] = [];
  for (let at = 0; at < numbers.length; at += 12) {
    lines.push(`${indent}${numbers.slice(at, at + 12).join(', ')},`);
  }
  return lines;
}
