import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { ReportData } from '../../src/report/data.js';
import { markdownOf } from '../../src/report/markdown.js';
import type { DrawnMap } from '../../src/report/pictures-data.js';
import { sheetOf } from '../../src/report/png.js';
import { pictures } from '../../src/report/sections/pictures.js';

const grey = (...levels: number[]): DrawnMap => ({
  height: 1,
  width: levels.length,
  channels: 1,
  levels: Uint8Array.from(levels),
});

const pixelsOf = (address: string) =>
  sharp(Buffer.from(address.replace('data:image/png;base64,', ''), 'base64'))
    .raw()
    .toBuffer({ resolveWithObject: true });

describe('a sheet of maps', () => {
  it('has them beside and below each other, a transparent pixel between', async () => {
    const { width, height, address } = sheetOf([grey(1, 2), grey(3, 4), grey(5, 6)], 2);
    expect([width, height]).toEqual([5, 3]);
    const { data, info } = await pixelsOf(address);
    expect(info).toMatchObject({ width: 5, height: 3, channels: 4 });
    const cells = Array.from({ length: 15 }, (_, at) => [...data.subarray(at * 4, at * 4 + 4)].join(' '));
    const [none, of] = ['0 0 0 0', (level: number) => `${level} ${level} ${level} 255`];
    expect(cells).toEqual([
      ...[of(1), of(2), none, of(3), of(4)],
      ...Array(5).fill(none),
      ...[of(5), of(6), none, none, none],
    ]);
  });

  it('keeps the colours of three channels', async () => {
    const levels = Uint8Array.of(10, 20, 30, 40, 50, 60);
    const { address } = sheetOf([{ height: 2, width: 1, channels: 3, levels }], 1);
    const { data } = await pixelsOf(address);
    expect([...data]).toEqual([10, 20, 30, 255, 40, 50, 60, 255]);
  });
});

describe('the section of pictures', () => {
  const one = grey(0, 255);
  const report = {
    samples: [{ name: 'cats', pictures: [one] }],
    confused: [
      {
        picture: one,
        name: 'cats',
        answers: [
          { name: 'dogs', probability: 0.75 },
          { name: 'cats', probability: 0.25 },
        ],
      },
    ],
    features: {
      name: 'cats',
      picture: one,
      layers: [{ layer: 'conv1', shape: [1, 2, 1], float: [one], integer: [one] }],
    },
  };

  it('is absent from runs without pictures', async () => {
    expect(await pictures({} as ReportData)).toBeUndefined();
  });

  it('names what was taken for what, with probabilities, and every layer', async () => {
    const section = await pictures({ pictures: report } as unknown as ReportData);
    const text = markdownOf(section!.body);
    expect(text).toContain('|  | cats | dogs 75.0 %, cats 25.0 % |');
    expect(text).toContain('| conv1 | 1x2x1 |  |  |');
    expect(
      section!.body.text.match(/<img class="map" width="64" height="32" alt="[^"]+" src="data:/g),
    ).toHaveLength(5);
  });

  it('says so where nothing was mistaken', async () => {
    const section = await pictures({ pictures: { ...report, confused: [] } } as unknown as ReportData);
    expect(markdownOf(section!.body)).toContain('None of the test pictures that were looked at.');
  });
});
