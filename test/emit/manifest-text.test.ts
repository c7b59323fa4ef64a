import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { emitDesign } from '../../src/emit/design.js';
import type { Manifest } from '../../src/emit/manifest.js';
import type { Field } from '../../src/emit/manifest-buses.js';
import { countFields, MAX_FIELDS, printManifest, spreadFields } from '../../src/emit/manifest-text.js';
import { parseManifest } from '../../src/emit/read-design.js';
import { randomMapGraph } from '../support/map-graphs.js';
import { conv, mapNetwork } from './map-networks.js';

const field = (unit: number, lsb: number, more: Partial<Field> = {}): Field => ({
  ...{ kind: 'value', unit, lsb, width: 6, signed: false, format: 'ufixed<6,0>' },
  ...more,
});
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** What the text has for the fields of a bus. */
function runsOf(fields: readonly Field[]): object[] {
  const bus = { stream: { input: { fields } } } as unknown as Manifest;
  const text = JSON.parse(printManifest(bus));
  expect(spreadFields(text)).toEqual(bus);
  expect(countFields(text)).toBe(fields.length);
  return text.stream.input.fields;
}

describe('fields in the text of a manifest', () => {
  it('are one entry where they stand side by side', () => {
    expect(runsOf(times(9, (unit) => field(unit, 6 * unit)))).toEqual([{ ...field(0, 0), count: 9 }]);
  });

  it('are one entry where words have a few of them each, and one for a last word with fewer', () => {
    const fields = times(23, (unit) => field(unit, 32 * Math.floor(unit / 5) + 6 * (unit % 5)));
    expect(runsOf(fields)).toEqual([
      { ...field(0, 0), count: 5, groups: 4, pitch: 32 },
      { ...field(20, 128), count: 3 },
    ]);
  });

  it('are one entry where each has a word of its own', () => {
    expect(runsOf(times(7, (unit) => field(unit, 8 * unit)))).toEqual([
      { ...field(0, 0), groups: 7, pitch: 8 },
    ]);
  });

  it.each<[string, Field[]]>([
    ['their own names', times(4, (unit) => field(unit, 6 * unit, { name: `feature ${unit}` }))],
    ['units in another order', [field(1, 0), field(0, 6), field(2, 12)]],
    ['other formats', [field(0, 0), field(1, 6, { format: 'ufixed<6,1>' })]],
    ['other steps', [field(0, 0, { steps: [6, 2] }), field(1, 6, { steps: [6, 3] })]],
    [
      'codes of other layers',
      times(3, (unit) => field(unit, 6 * unit, { handedOn: { layer: 'conv', unit: 2 * unit } })),
    ],
    ['a gap behind the first', [field(0, 0), field(1, 8), field(2, 14)]],
    ['words in falling order', [field(0, 64), field(1, 32)]],
  ])('are told apart with %s', (what, fields) => {
    expect(runsOf(fields)).toHaveLength(what.startsWith('a gap') ? 2 : fields.length);
  });

  it('come back as they were, whatever lies on a bus', () => {
    const random = new Random(1, 'manifest text');
    for (let round = 0; round < 200; round++) {
      let [unit, lsb] = [0, 0];
      const fields = times(random.integer(0, 40), () => {
        const width = random.integer(0, 9) === 0 ? random.integer(1, 9) : 6;
        const made = field(unit, lsb, { width });
        unit = random.integer(0, 9) === 0 ? random.integer(0, 50) : unit + 1;
        lsb += width + (random.integer(0, 3) === 0 ? random.integer(0, 3) : 0);
        return made;
      });
      runsOf(fields);
    }
  });
});

it.each(times(6, (index) => index + 1))('a design over maps is read as it was planned: graph %i', (seed) => {
  const network = randomMapGraph(new Random(seed, 'manifest text of maps'));
  const files = emitDesign(network, { architecture: 'serial' }, { version: '0', command: 'test' });
  const manifest = parseManifest(files.get('manifest.json') as string);
  expect(JSON.parse(printManifest(manifest))).toEqual(JSON.parse(files.get('manifest.json') as string));
});

it('the text does not grow with the pixels of a picture', () => {
  const sizeFor = (side: number) => {
    const network = mapNetwork([side, side, 1], [conv(1)]);
    const files = emitDesign(network, { architecture: 'parallel' }, { version: '0', command: 'test' });
    return (files.get('manifest.json') as string).length;
  };
  expect(sizeFor(24)).toBeLessThan(1.05 * sizeFor(12));
  expect(MAX_FIELDS).toBeGreaterThan(224 * 224 * 3);
});
