import type { Bits, Netlist } from './types.js';

/** A signal of a waveform, and how to read it. */
export interface WaveSignal {
  /** Such as `hidden.sequencer.step_q`. */
  readonly name: string;
  readonly width: number;
  /** Its bytes, lowest first, as they are now. */
  readonly bytes: Uint8Array;
}

/** The clock is no signal of a cycle-accurate simulation: the writer draws it. */
const CLOCK = 'aclk';

/** All named signals, and under which name to watch them; compile with that. */
export const waveBuses = (netlist: Netlist): ReadonlyMap<string, Bits> =>
  new Map(
    [...netlist.signals].filter(([name]) => name !== CLOCK).map(([name, bits]) => [`wave ${name}`, bits]),
  );

/** Collects a waveform in the Value Change Dump format of IEEE 1364. */
export class VcdWriter {
  private readonly lines: string[] = [];
  private readonly last: string[];

  constructor(
    top: string,
    private readonly signals: readonly WaveSignal[],
  ) {
    this.last = signals.map(() => '');
    this.lines.push('$timescale 1ns $end', `$scope module ${top} $end`);
    this.lines.push(`$var wire 1 ${identifier(signals.length)} ${CLOCK} $end`);
    this.declare(signals.map(({ name }, index) => ({ path: name.split('.'), index })));
    this.lines.push('$upscope $end', '$enddefinitions $end');
  }

  /** The signals' values at a time; only what has changed takes room. */
  sample(time: number, clock: 0 | 1): void {
    this.lines.push(`#${time}`, `${clock}${identifier(this.signals.length)}`);
    this.signals.forEach(({ width, bytes }, index) => {
      const value = digitsOf(bytes, width);
      if (value === this.last[index]) return;
      this.last[index] = value;
      this.lines.push(width === 1 ? `${value}${identifier(index)}` : `b${value} ${identifier(index)}`);
    });
  }

  text(): string {
    return `${this.lines.join('\n')}\n`;
  }

  private declare(entries: readonly { readonly path: readonly string[]; readonly index: number }[]): void {
    const scopes = new Map<string, { path: readonly string[]; index: number }[]>();
    for (const { path, index } of entries) {
      if (path.length === 1) {
        this.lines.push(`$var wire ${this.signals[index].width} ${identifier(index)} ${path[0]} $end`);
      } else {
        const [scope, ...rest] = path;
        scopes.set(scope, [...(scopes.get(scope) ?? []), { path: rest, index }]);
      }
    }
    for (const [scope, inner] of scopes) {
      this.lines.push(`$scope module ${scope} $end`);
      this.declare(inner);
      this.lines.push('$upscope $end');
    }
  }
}

/** Printable characters from `!` to `~`, as many as it takes. */
function identifier(index: number): string {
  const digit = String.fromCharCode(33 + (index % 94));
  return index < 94 ? digit : identifier(Math.floor(index / 94) - 1) + digit;
}

function digitsOf(bytes: Uint8Array, width: number): string {
  let text = '';
  for (let bit = width - 1; bit >= 0; bit--) text += (bytes[bit >> 3] >> (bit & 7)) & 1;
  return text;
}
