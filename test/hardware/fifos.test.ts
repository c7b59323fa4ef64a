import { describe, expect, it } from 'vitest';
import { mapsOnLanes, mapsWithin } from '../../src/emit/serial/maps.js';
import { streamOf } from '../../src/emit/stream.js';
import { firstPart } from '../../src/hardware/part.js';
import { groupTiming, placesAtPace } from '../../src/hardware/window/schedule.js';
import { lowerGraph } from '../../src/lower/lower.js';
import { lowerNetwork } from '../../src/network/affine.js';
import { conv, mapNetwork, POOL, SECOND } from '../emit/map-networks.js';

/** The pool gives its cells in every second row only, and the second convolution needs several cycles for each. */
const BURSTS = mapNetwork([10, 10, 1], [conv(1), POOL, SECOND], 'fixed<8,8>');

const affine = lowerNetwork(BURSTS);
const source = {
  lowered: lowerGraph(BURSTS, 'read'),
  part: firstPart(affine, affine.layers.length),
  input: streamOf(affine, 8).input,
};
const LANES = { multipliers: 'dsp', operands: 'registers' } as const;
const intervalOf = (group: Parameters<typeof groupTiming>[0]) => groupTiming(group).interval;

describe('FIFOs between layers over maps', () => {
  it.each([408, 420, 210])('are as deep as they must be for %i cycles', (interval) => {
    const [group] = mapsWithin(source, interval, LANES, 'interval');
    const { fifos = [] } = group;
    const reached = intervalOf(group);
    expect(reached).toBeLessThanOrEqual(interval);
    expect(intervalOf({ stages: group.stages })).toBeGreaterThan(interval);
    expect(fifos.filter((depth) => depth > 0)).toHaveLength(1);
    fifos.forEach((depth, at) => {
      if (depth === 0) return;
      expect(intervalOf({ ...group, fifos: fifos.with(at, depth - 1) })).toBeGreaterThan(interval);
    });
  });

  it('stand where fewer lanes reach an interval by them', () => {
    const [group] = mapsWithin(source, 420, LANES, 'interval');
    const lanes = group.stages.map(({ body: { layer } }) =>
      layer.kind === 'lanes' ? layer.lanes.length : 0,
    );
    expect({ lanes, fifos: group.fifos, interval: intervalOf(group) }).toEqual({
      lanes: [4, 0, 1],
      fifos: [0, 0, 2],
      interval: 408,
    });
  });

  it('are as full as they get at the pace that they are made for, and no faster one is kept', () => {
    const [group] = mapsWithin(source, 408, LANES, 'interval');
    expect(placesAtPace(group, intervalOf(group))).toEqual(group.fifos);
    expect(placesAtPace(group, intervalOf(group) - 1)).toBeUndefined();
  });

  it('that fill for many maps do not hide how often maps leave', () => {
    const [{ stages }] = mapsWithin(source, 420, LANES, 'interval');
    const last = stages[2];
    const slow = { kind: 'lanes', steps: 46, firstResult: 45, pipeline: 5 } as const;
    const slower = [...stages.slice(0, 2), { ...last, body: { ...last.body, control: slow } }];
    const positions = last.positions[0] * last.positions[1];
    expect(intervalOf({ stages: slower, fifos: [0, 0, 256] })).toBe(46 * positions);
  });

  it('are not there where nothing is gained', () => {
    const [group] = mapsOnLanes(source, 4, LANES);
    expect(group.fifos).toBeUndefined();
  });
});
