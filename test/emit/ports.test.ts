import { describe, expect, it } from 'vitest';
import { describeDifference } from '../../src/cosim/record.js';
import { simulate } from '../../src/cosim/simulate.js';
import type { HardwareConfig } from '../../src/emit/hardware-config.js';
import { readDesign } from '../../src/emit/read-design.js';
import type { QuantizedNetwork } from '../../src/network/types.js';
import { CACHE, complaints, edit, emitTo, proveFolder } from '../prove/designs.js';
import { conv, DENSE, FLAT, mapNetwork, POOL, SECOND } from './map-networks.js';

/** A convolution, a pool, and a dense layer behind the map. */
const STUDENT = mapNetwork([4, 6, 1], [conv(1), POOL, FLAT, DENSE]);
/** Three channels, so that cells and beats do not begin together. */
const COLOURED = mapNetwork([4, 6, 3], [conv(1, 3), POOL, FLAT, DENSE], 'ufixed<7,7>');
/** Three channels of other widths, one of them without a sign. */
const UNEVEN = mapNetwork(
  [4, 6, 3],
  [conv(1, 3), POOL, FLAT, DENSE],
  ['fixed<4,4>', 'ufixed<7,7>', 'fixed<2,2>'],
);
/** Rows and columns that no window reads: it has given all before the map has come. */
const CUT = mapNetwork([5, 5, 1], [POOL], 'ufixed<8,8>');
const BYTES = mapNetwork([3, 3, 1], [{ ...POOL, strides: [1, 1] }], 'ufixed<8,8>');

const inBeats = (width: number, options: object = { architecture: 'parallel' }): HardwareConfig =>
  ({ ...options, stream: { width } }) as HardwareConfig;

async function expectRight(folder: string, engine: 'embedded' | 'icarus'): Promise<void> {
  const { manifest } = readDesign(folder);
  expect(manifest.frames).toBeDefined();
  const options = { traceLayers: true, cacheFolder: CACHE, engine, random: 20, seed: 3 };
  const record = await simulate(folder, options);
  expect(record.difference === null ? 'no difference' : describeDifference(record.difference)).toBe(
    'no difference',
  );
  expect(record.stress.wrongLengths).toBeGreaterThan(0);
  const measured = (predicted: number) => ({
    predicted,
    measured: { least: predicted, greatest: predicted },
  });
  expect(record.interval).toEqual(measured(manifest.timing.interval));
  expect(record.latency).toEqual(measured(manifest.timing.latency));
  expect(record.passed).toBe(true);
}

/** A convolution and a pool that gives its cells in bursts, for which there is a FIFO before the second convolution. */
const BURSTS = mapNetwork([10, 10, 1], [conv(1), POOL, SECOND], 'fixed<8,8>');
const QUEUED = inBeats(8, { architecture: 'serial', interval: 420 });

describe('cells that wait between layers', () => {
  it('equal the reference, measured as predicted, and are proved', async () => {
    const folder = emitTo(BURSTS, QUEUED);
    expect(readDesign(folder).manifest.fifos).toEqual([{ layer: 'second', width: 12, depth: 2 }]);
    await expectRight(folder, 'embedded');
    const certificate = await proveFolder(folder);
    expect([certificate.status, ...complaints(certificate)]).toEqual(['proved']);
    expect(certificate.segments.map(({ from, to }) => `${from} to ${to}`)).toContain('pool to second queue');
  });

  it.each([
    ['one cell too few', 'rtl/espalier_fifo.v', 'DEPTH - 1', 'DEPTH'],
    ['cells that change', 'rtl/espalier_fifo.v', 'if (put) bits_q', 'if (s_valid_i) bits_q'],
    ['cells of another order', 'rtl/espalier_fifo.v', 'bits_q[oldest_q]', 'bits_q[0]'],
  ])('are not proved with %s', async (_, file, from, to) => {
    const folder = emitTo(BURSTS, QUEUED);
    edit(folder, file, (text) => {
      expect(text).toContain(from);
      return text.replace(from, to);
    });
    expect((await proveFolder(folder)).status).not.toBe('proved');
  });
});

describe('maps that go on as their beats come', () => {
  it.each([
    ['two cells a beat', STUDENT, inBeats(8), 'embedded'],
    ['three beats a cell', COLOURED, inBeats(8), 'embedded'],
    ['three beats for two cells', COLOURED, inBeats(16), 'icarus'],
    ['two beats a cell of uneven codes', UNEVEN, inBeats(8), 'embedded'],
    ['two cells of uneven codes a beat', UNEVEN, inBeats(32), 'embedded'],
    [
      'a cell of uneven codes a beat, on lanes',
      UNEVEN,
      inBeats(16, { architecture: 'serial', lanes: 4 }),
      'embedded',
    ],
    ['a cell a beat, with cells that nobody reads', BYTES, inBeats(8), 'embedded'],
    ['cells that nobody reads', CUT, inBeats(8), 'embedded'],
    ['on lanes', STUDENT, inBeats(16, { architecture: 'serial', lanes: 4 }), 'embedded'],
    [
      'registers between layers only',
      STUDENT,
      inBeats(8, { architecture: 'parallel', adderLevelsPerStage: 'none' }),
      'embedded',
    ],
  ] as [string, QuantizedNetwork, HardwareConfig, 'embedded' | 'icarus'][])(
    'equal the reference, measured as predicted, and are proved: %s',
    async (_, network, config, engine) => {
      const folder = emitTo(network, config);
      await expectRight(folder, engine);
      const certificate = await proveFolder(folder);
      expect([certificate.status, ...complaints(certificate)]).toEqual(['proved']);
    },
  );

  it('do so too where codes one behind the other would not begin with beats', () => {
    const odd = mapNetwork([1, 3, 1], [{ ...POOL, window: [1, 2] }], 'ufixed<6,6>');
    expect(readDesign(emitTo(odd, inBeats(16))).manifest.frames).toBeDefined();
  });

  it('have no register for a whole map', () => {
    const folder = emitTo(STUDENT, inBeats(8));
    const { manifest, files } = readDesign(folder);
    expect(manifest.samples).toBeUndefined();
    expect([...files.keys()].filter((file) => file.includes('gather'))).toEqual([]);
  });

  it.each([
    ['a short map that is not filled up', 'rtl/espalier_fill.v', '(fill_q | s_last_i)', 'fill_q'],
    ['a long map that is not cut', 'rtl/espalier_fill.v', '~s_last_i & (drop_q | at_last)', "1'b0"],
    ['marks that say nothing', 'rtl/espalier_fill.v', 'fill_q | ~s_last_i;', 'fill_q;'],
    ['marks that nobody looks at', 'rtl/espalier_judge.v', 'mark_valid_i & ~mark_spoilt_i', 'mark_valid_i'],
    ['marks that stay', 'rtl/espalier_judge.v', 'goes & s_valid_i', "1'b0"],
    ['a mark for which there is no room', 'rtl/espalier_fill.v', '~at_last | mark_ready_i', "1'b1"],
    ['errors that are not said', 'rtl/espalier_fill.v', '~drop_q & (s_last_i != at_last)', "1'b0"],
    [
      'a map that is counted a beat too long',
      'rtl/student_pool_maps.v',
      '.BEATS       (12)',
      '.BEATS       (13)',
    ],
    [
      'cells in another order',
      'rtl/student_pool_maps.v',
      'assign map = x_i;',
      'assign map = {x_i[3:0], x_i[7:4]};',
    ],
    [
      'a whole map that waits for its last cell',
      'rtl/student_pool_maps.v',
      '.HELD        (1)',
      '.HELD        (0)',
    ],
  ])('are not proved with %s', async (_, file, from, to) => {
    const folder = emitTo(STUDENT, inBeats(8));
    edit(folder, file, (text) => {
      expect(text).toContain(from);
      return text.replace(from, to);
    });
    expect((await proveFolder(folder)).status).not.toBe('proved');
  });
});
