import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { MAP_OPERATORS } from '../../src/cosim/map-operators.js';
import type { Operator } from '../../src/cosim/operator.js';
import type { HardwareConfig } from '../../src/emit/hardware-config.js';
import { readDesign } from '../../src/emit/read-design.js';
import type { QuantizedNetwork } from '../../src/network/types.js';
import { conv, mapNetwork, mean, POOL, SECOND, UP } from '../emit/map-networks.js';
import { edit, emitTo, proveFolder, samplingFinds, timingDiffers } from '../prove/designs.js';

/** Cells come in beats; a pool gives them in bursts, for which there is a FIFO before the second convolution. */
const NETWORK = mapNetwork([10, 10, 1], [conv(1), POOL, SECOND], 'fixed<8,8>');
const HARDWARE: HardwareConfig = { architecture: 'serial', interval: 420, stream: { width: 8 } };
/** Here cells are repeated before the second convolution. */
const REPEATED = mapNetwork([4, 4, 1], [conv(1), UP, SECOND], 'fixed<8,8>');
/** Here each cell is multiplied by the weight of its zone. */
const ZONED = mapNetwork([4, 4, 1], [mean(1, [3, 3])], 'fixed<5,5>');
const DESIGNS: readonly [QuantizedNetwork, HardwareConfig][] = [
  [NETWORK, HARDWARE],
  [REPEATED, { architecture: 'serial', lanes: 2, stream: { width: 8 } }],
  [ZONED, { architecture: 'serial', lanes: 1, stream: { width: 8 } }],
];
/** A map takes longer with it, which is no part of what is proved. */
const SLOWER = 'FIFO one word shorter';

/** The design with the fault in one of the places where it may be, in turn. */
function* faults({ kind, pattern, replace }: Operator): Generator<string> {
  const random = new Random(1, kind);
  const files = DESIGNS.flatMap(([network, hardware]) =>
    readDesign(emitTo(network, hardware)).manifest.sources.map(({ file }) => ({ network, hardware, file })),
  );
  for (const { network, hardware, file } of files) {
    for (let place = 0, more = true; more; place++) {
      const folder = emitTo(network, hardware);
      let seen = 0;
      more = false;
      const changed = (text: string) =>
        text.replace(pattern, (...match) => {
          if (seen++ !== place) return match[0];
          more = true;
          return replace(match as unknown as RegExpMatchArray, random);
        });
      try {
        edit(folder, file, changed);
      } catch {
        // There is no such place.
        continue;
      }
      yield folder;
    }
  }
}

describe('faults of maps', () => {
  it.each(DESIGNS)('are none where nothing is changed: design %#', async (network, hardware) => {
    const folder = emitTo(network, hardware);
    expect([await samplingFinds(folder, 30), await timingDiffers(folder)]).toEqual([false, false]);
    expect((await proveFolder(folder)).status).toBe('proved');
  });

  it.each(MAP_OPERATORS.filter(({ kind }) => kind !== SLOWER))(
    'are found and refuted: $kind',
    async (operator) => {
      for (const folder of faults(operator)) {
        if (!(await samplingFinds(folder, 30))) continue;
        expect((await proveFolder(folder)).status).not.toBe('proved');
        return;
      }
      throw new Error('no place where it changes an answer');
    },
  );

  it(`are found by their cycles: ${SLOWER}`, async () => {
    const operator = MAP_OPERATORS.find(({ kind }) => kind === SLOWER) as Operator;
    const found: boolean[] = [];
    for (const folder of faults(operator)) {
      expect(await samplingFinds(folder, 30)).toBe(false);
      found.push(await timingDiffers(folder));
    }
    expect(found).toContain(true);
  });
});
