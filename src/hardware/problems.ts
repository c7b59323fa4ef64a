import { counted, didYouMean, raise } from '../core/errors.js';

/** The constructors of this room's errors and warnings: `throw problems.…(…)`. */
export const problems = {
  hardwareArchitecture: (
    where: string,
    name: string | undefined,
    known: readonly string[],
    likely?: string,
  ) =>
    raise({
      code: 'hardware/architecture',
      where,
      got: name === undefined ? 'nothing' : JSON.stringify(name),
      wanted: `one of ${known.join(', ')}`,
      ...didYouMean(likely),
    }),
  hardwareOption: (where: string, got: string, wanted: string) =>
    raise({ code: 'hardware/option', where, got, wanted }),
  hardwareUnknownOption: (where: string, owner: string, known: readonly string[], likely?: string) =>
    raise({
      code: 'hardware/unknown-option',
      where,
      got: 'an unknown option',
      wanted: `an option of ${owner}: ${known.join(', ')}`,
      ...didYouMean(likely),
    }),
  /** @param other the architecture that has the option */
  hardwareOtherOption: (where: string, owner: string, known: readonly string[], other: string) =>
    raise({
      code: 'hardware/other-option',
      where,
      got: `an option of the ${other} architecture`,
      wanted: `an option of the ${owner} architecture: ${known.join(', ')}`,
      hint: known.includes('engine')
        ? `leave it out, or choose engine ${other} for the layer`
        : `leave it out, or choose hardware.architecture ${other} (--architecture ${other})`,
    }),
  parallelTooLarge: (network: string, luts: number, limit: number) =>
    raise({
      code: 'hardware/parallel-too-large',
      where: `${network}: hardware.architecture parallel`,
      got: `a network of about ${luts} LUTs when it is unrolled`,
      wanted: `at most ${limit} LUTs (hardware.maxLuts)`,
      hint: 'use hardware.architecture serial, prune further, or raise hardware.maxLuts (--max-luts)',
    }),
  scaledTooWide: (where: string) =>
    raise({
      code: 'hardware/scaled-too-wide',
      where: `${where}: hardware.architecture parallel`,
      got: 'a sum times its multiplier beyond ±2^53, which no shorter multiplier gives the codes of',
      wanted: 'a product of at most 54 bits, sign included',
      hint: 'use hardware.architecture serial, or a multiplier with fewer bits and a smaller shift',
    }),
  intervalOfBeats: (where: string, interval: number, beats: number) =>
    raise({
      code: 'hardware/interval',
      where,
      got: String(interval),
      wanted: `at least ${beats}, the beats of a sample`,
      hint: 'raise hardware.stream.width (--beat)',
    }),
  intervalOfMaps: (where: string, interval: number, least: number) =>
    raise({
      code: 'hardware/map-interval',
      where,
      got: String(interval),
      wanted: `at least ${least}: a map comes in cell by cell, and goes out position by position`,
    }),
  hardwareAlternatives: (where: string, got: string, other: string) =>
    raise({
      code: 'hardware/alternatives',
      where,
      got: `${got}, and ${other} beside it`,
      wanted: 'one of the two: each takes the place of the other',
    }),
  balanceAim: () =>
    raise({
      code: 'hardware/balance-aim',
      where: 'hardware',
      got: 'nothing that the balanced architecture could aim at',
      wanted: 'interval, maxLuts or maxDsps, or several of them',
    }),
  /**
   * @param shortest interval within the limits
   * @param smallest what the fewest LUTs come to
   */
  balanceLimits: (
    limits: Readonly<Partial<Record<'interval' | 'maxLuts' | 'maxDsps', number | undefined>>>,
    shortest: number | undefined,
    smallest: { readonly luts: number; readonly dsps: number; readonly interval: number },
  ) =>
    raise({
      code: 'hardware/balance-limits',
      where: 'hardware',
      got: (['interval', 'maxLuts', 'maxDsps'] as const)
        .flatMap((name) => (limits[name] === undefined ? [] : [`${name} ${limits[name]}`]))
        .join(', '),
      wanted:
        shortest === undefined
          ? `at least ${counted(smallest.luts, 'LUT')} and ${counted(smallest.dsps, 'DSP block')}: what takes the fewest LUTs, a sample in ${counted(smallest.interval, 'cycle')}`
          : `an interval of at least ${shortest}, or higher limits: nothing within these is faster`,
    }),
  hardwareLayer: (where: string, name: string, known: readonly string[], likely?: string) =>
    raise({
      code: 'hardware/layer',
      where,
      got: JSON.stringify(name),
      wanted: `one of the layers ${known.join(', ')}`,
      ...didYouMean(likely),
    }),
};
