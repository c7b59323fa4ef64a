import type { FamilyName } from '../../targets/families.js';

/** A clock that a chip makes of another one. */
export interface MadeClock {
  /** Of `rtl/boards`. */
  readonly primitive: string;
  readonly parameters: readonly (readonly [name: string, value: string])[];
}

/** How a family makes clocks: all frequencies that it makes of one exactly, with what makes them. */
interface ClockMaker {
  /** Frequencies in hertz, and their clocks; in any order. */
  reachable(hertz: number): Generator<readonly [hertz: number, clock: MadeClock]>;
}

const PICO = 1e12;
const MEGA = 1e6;

/** The PLL of an iCE40: PFD at 10 to 133 MHz, VCO at 533 to 1066 MHz, out at 16 to 275 MHz. */
const ice40: ClockMaker = {
  *reachable(hertz) {
    for (let divr = 0; divr < 16; divr++) {
      const pfd = hertz / (divr + 1);
      if (pfd < 10e6 || pfd > 133e6) continue;
      for (let divf = 0; divf < 128; divf++) {
        const vco = pfd * (divf + 1);
        if (vco < 533e6 || vco > 1066e6) continue;
        for (let divq = 1; divq <= 6; divq++) {
          const out = vco / 2 ** divq;
          if (out < 16e6 || out > 275e6) continue;
          yield [
            out,
            {
              primitive: 'espalier_clock_ice40',
              parameters: [
                ['DIVR', `${divr}`],
                ['DIVF', `${divf}`],
                ['DIVQ', `${divq}`],
                ['FILTER', `${filterOf(pfd)}`],
              ],
            },
          ];
        }
      }
    }
  },
};

/** FILTER_RANGE by the frequency of the phase detector, as Lattice's table has it. */
const filterOf = (pfd: number): number => {
  const limits = [17, 26, 44, 66, 101];
  const at = limits.findIndex((limit) => pfd < limit * MEGA);
  return at < 0 ? limits.length + 1 : at + 1;
};

/** The MMCM of a 7-series device of speed grade -1: PFD at 10 to 450 MHz, VCO at 600 to 1200 MHz. */
const mmcm: ClockMaker = {
  *reachable(hertz) {
    for (let divide = 1; divide <= 8; divide++) {
      const pfd = hertz / divide;
      if (pfd < 10e6 || pfd > 450e6) continue;
      for (let multiply = 2; multiply <= 64; multiply++) {
        const vco = pfd * multiply;
        if (vco < 600e6 || vco > 1200e6) continue;
        for (let out = 1; out <= 128; out++) {
          yield [
            vco / out,
            {
              primitive: 'espalier_clock_mmcm',
              parameters: [
                ['PERIOD_PS', `${Math.round(PICO / hertz)}`],
                ['MULTIPLY', `${multiply}`],
                ['DIVIDE', `${divide}`],
                ['OUT_DIVIDE', `${out}`],
              ],
            },
          ];
        }
      }
    }
  },
};

/** Whole ratios that Quartus finds counters for; 5 to 400 MHz. */
function* ratios(hertz: number): Generator<readonly [hertz: number, multiply: number, divide: number]> {
  for (let multiply = 1; multiply <= 32; multiply++) {
    for (let divide = 1; divide <= 32; divide++) {
      const out = (hertz * multiply) / divide;
      if (out >= 5e6 && out <= 400e6) yield [out, multiply, divide];
    }
  }
}

const altpll = (family: string): ClockMaker => ({
  *reachable(hertz) {
    for (const [out, multiply, divide] of ratios(hertz)) {
      yield [
        out,
        {
          primitive: 'espalier_clock_altpll',
          parameters: [
            ['FAMILY', `"${family}"`],
            ['PERIOD_PS', `${Math.round(PICO / hertz)}`],
            ['MULTIPLY', `${multiply}`],
            ['DIVIDE', `${divide}`],
          ],
        },
      ];
    }
  },
});

const cyclone5: ClockMaker = {
  *reachable(hertz) {
    for (const [out] of ratios(hertz)) {
      const text = (frequency: number) => `"${Number((frequency / MEGA).toFixed(6))} MHz"`;
      yield [
        out,
        {
          primitive: 'espalier_clock_cyclone5',
          parameters: [
            ['IN', text(hertz)],
            ['OUT', text(out)],
          ],
        },
      ];
    }
  },
};

/** Families whose clocks are made here; the others run on the oscillator alone. */
const MAKERS: Readonly<Partial<Record<FamilyName, ClockMaker>>> = {
  '7-series': mmcm,
  'zynq-7000': mmcm,
  max10: altpll('MAX 10'),
  cyclone4e: altpll('Cyclone IV E'),
  cyclone5,
  ice40,
};

/** A clock of a frequency made of another one; where that is not exactly possible the nearest frequency that is. */
export function makeClock(family: FamilyName, from: number, wanted: number): MadeClock | { nearest: number } {
  let nearest = from;
  for (const [hertz, clock] of MAKERS[family]?.reachable(from) ?? []) {
    if (Math.abs(hertz - wanted) < 0.5) return clock;
    if (Math.abs(hertz - wanted) < Math.abs(nearest - wanted)) nearest = hertz;
  }
  return { nearest };
}
