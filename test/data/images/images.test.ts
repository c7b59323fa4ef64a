import { mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import { decodePicture } from '../../../src/data/images/decode.js';
import { listPictures } from '../../../src/data/images/folder.js';
import { resizeBilinear } from '../../../src/data/images/resize.js';
import { LEVEL_PARTS, storePictures } from '../../../src/data/images/store.js';
import { splitRows } from '../../../src/data/split.js';
import { messageOf, messageOfAsync } from '../../support/messages.js';

const newFolder = () => mkdtempSync(path.join(os.tmpdir(), 'pictures-'));

const RGB = { color: 'rgb', orientation: 'apply' } as const;
const GREY = { color: 'grey', orientation: 'apply' } as const;

/** 3 x 2 pixels: red, green, blue; white, grey, black. */
const PIXELS = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, 128, 128, 128, 0, 0, 0];
const picture = (pixels: readonly number[] = PIXELS, channels: 1 | 2 | 3 | 4 = 3, width = 3) =>
  sharp(Uint8Array.from(pixels), {
    raw: { width, height: pixels.length / channels / width, channels },
  });

/** A bottom-up BMP file. */
function bmp(
  bits: number,
  width: number,
  rows: readonly (readonly number[])[],
  palette: readonly number[] = [],
) {
  const stride = Math.ceil((width * bits) / 32) * 4;
  const bytes = new Uint8Array(54 + palette.length + stride * rows.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(10, 54 + palette.length, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, width, true);
  view.setInt32(22, rows.length, true);
  view.setUint16(28, bits, true);
  bytes.set(palette, 54);
  rows.toReversed().forEach((row, at) => {
    bytes.set(row, 54 + palette.length + at * stride);
  });
  return bytes;
}

describe('a picture', () => {
  it.each(['png', 'webp'] as const)('without loss is read as it was written: %s', async (format) => {
    const bytes = await picture().toFormat(format, { lossless: true }).toBuffer();
    const { levels, ...rest } = await decodePicture(bytes, 'a', RGB);
    expect([...levels]).toEqual(PIXELS);
    expect(rest).toEqual({ width: 3, height: 2, channels: 3, turned: false, alphaDropped: false });
  });

  it('in JPEG is read to within what JPEG loses', async () => {
    const flat = Array.from({ length: 64 * 3 }, (_, at) => [200, 100, 50][at % 3]);
    const bytes = await picture(flat, 3, 8).jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer();
    const { levels } = await decodePicture(bytes, 'a.jpg', RGB);
    expect(Math.max(...levels.map((level, at) => Math.abs(level - flat[at])))).toBeLessThanOrEqual(2);
  });

  it.each([
    [
      24,
      bmp(24, 2, [
        [3, 2, 1, 6, 5, 4],
        [9, 8, 7, 12, 11, 10],
      ]),
    ],
    [
      32,
      bmp(32, 2, [
        [3, 2, 1, 0, 6, 5, 4, 0],
        [9, 8, 7, 0, 12, 11, 10, 0],
      ]),
    ],
    [
      8,
      bmp(
        8,
        2,
        [
          [0, 1],
          [2, 3],
        ],
        [3, 2, 1, 0, 6, 5, 4, 0, 9, 8, 7, 0, 12, 11, 10, 0],
      ),
    ],
    [4, bmp(4, 2, [[0x01], [0x23]], [3, 2, 1, 0, 6, 5, 4, 0, 9, 8, 7, 0, 12, 11, 10, 0])],
  ])('in BMP of %i bits is read', async (_, bytes) => {
    const { levels } = await decodePicture(bytes, 'a.bmp', RGB);
    expect([...levels]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  it('of colours becomes grey by the weights of television, a grey one stays what it is', async () => {
    const bytes = await picture().png().toBuffer();
    const { levels } = await decodePicture(bytes, 'a', GREY);
    expect([...levels]).toEqual([76.2195, 149.685, 29.07, 255, 128, 0].map(Math.fround));
    const grey = await picture([7, 200], 1, 2).png().toColourspace('b-w').toBuffer();
    expect([...(await decodePicture(grey, 'a', RGB)).levels]).toEqual([7, 7, 7, 200, 200, 200]);
  });

  it('that is transparent shows its colours, and says so', async () => {
    const bytes = await picture([10, 20, 30, 0, 40, 50, 60, 255], 4, 2).png().toBuffer();
    const { levels, alphaDropped } = await decodePicture(bytes, 'a', RGB);
    expect([[...levels], alphaDropped]).toEqual([[10, 20, 30, 40, 50, 60], true]);
  });

  it('is turned as its camera says, or not', async () => {
    const bytes = await picture().withMetadata({ orientation: 6 }).png().toBuffer();
    const turned = await decodePicture(bytes, 'a', GREY);
    expect([turned.height, turned.width, turned.turned]).toEqual([3, 2, true]);
    expect([...turned.levels].map(Math.round)).toEqual([255, 76, 128, 150, 0, 29]);
    const plain = await decodePicture(bytes, 'a', { ...GREY, orientation: 'ignore' });
    expect([plain.height, plain.width, plain.turned]).toEqual([2, 3, false]);
  });

  it('that is cut off or none at all is refused by name', async () => {
    const noise = Array.from({ length: 64 * 64 * 3 }, (_, at) => (at * 7919) % 256);
    const jpeg = await picture(noise, 3, 64).jpeg().toBuffer();
    const cut = await messageOfAsync(() =>
      decodePicture(jpeg.subarray(0, jpeg.length / 2), 'cats/1.jpg', RGB),
    );
    expect(cut).toMatch(
      /^cats\/1\.jpg: got .*premature end.*, wanted a whole JPEG, PNG, WebP or BMP picture/i,
    );
    expect(await messageOfAsync(() => decodePicture(new TextEncoder().encode('<svg>'), 'a.png', RGB))).toBe(
      'a.png: got bytes that begin with 3c7376673e, wanted a whole JPEG, PNG, WebP or BMP picture ' +
        '(`broken: skip` leaves such pictures out, and counts them) [data/image-broken]',
    );
    expect(await messageOfAsync(() => decodePicture(bmp(24, 2, []), 'a.bmp', RGB))).toContain(
      'got a BMP picture of 2 x 0 pixels',
    );
    const huge = bmp(24, 2, [[0, 0, 0, 0, 0, 0]]);
    new DataView(huge.buffer).setInt32(18, 2 ** 30, true);
    expect(await messageOfAsync(() => decodePicture(huge, 'a.bmp', RGB))).toBe(
      'a.bmp: got a picture of 1073741824 x 1 pixels, wanted at most 100,000,000 pixels [data/image-too-large]',
    );
  });
});

describe('resizing', () => {
  it("equals TensorFlow's bilinear one with half-pixel centres", async () => {
    await tf.setBackend('cpu');
    const random = new Random(1, 'resize');
    for (let round = 0; round < 30; round++) {
      const [height, width, channels] = [random.integer(1, 9), random.integer(1, 9), random.pick([1, 3])];
      const to = { height: random.integer(1, 12), width: random.integer(1, 12) };
      const levels = Float32Array.from({ length: height * width * channels }, () => random.integer(0, 255));
      const wanted = tf.image
        .resizeBilinear(tf.tensor4d(levels, [1, height, width, channels]), [to.height, to.width], false, true)
        .dataSync();
      const got = resizeBilinear(levels, { height, width, channels }, to);
      const worst = Math.max(...got.map((level, at) => Math.abs(level - wanted[at])));
      expect(worst / 255, `${height}x${width} to ${to.height}x${to.width}`).toBeLessThan(1e-5);
    }
  });

  it('with antialiasing weighs all that a place covers', () => {
    const row = Float32Array.of(7, 14, 28, 70);
    const one = { height: 1, width: 4, channels: 1 };
    // Triangles of radius 2 about 1 and 3: weights 3, 3, 1 and 1, 3, 3 sevenths.
    const got = resizeBilinear(row, one, { height: 1, width: 2 }, true);
    expect([...got]).toEqual([13, 44].map((wanted) => expect.closeTo(wanted, 4)));
    // Without it the places beside the centres alone count.
    expect([...resizeBilinear(row, one, { height: 1, width: 2 })]).toEqual([10.5, 49]);
  });
});

async function pictureFolder(files: readonly string[]): Promise<string> {
  const folder = newFolder();
  for (const [index, file] of files.entries()) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    const pixels = PIXELS.map((level) => (level + index) % 256);
    writeFileSync(path.join(folder, file), await picture(pixels).png().toBuffer());
  }
  return folder;
}

describe('a folder of pictures', () => {
  it('has a class for every folder, sorted as Keras does', async () => {
    const folder = await pictureFolder([
      'dog/b.png',
      'dog/a.png',
      'Cat/10.png',
      'Cat/9.png',
      'Cat/more/1.png',
    ]);
    writeFileSync(path.join(folder, 'dog', 'notes.txt'), 'x');
    writeFileSync(path.join(folder, '.hidden'), 'x');
    expect(listPictures(folder)).toEqual({
      classes: ['Cat', 'dog'],
      files: ['Cat/10.png', 'Cat/9.png', 'Cat/more/1.png', 'dog/a.png', 'dog/b.png'],
      labels: [0, 0, 0, 1, 1],
      otherFiles: ['dog/notes.txt'],
    });
  });

  it('may have a part for training and one for tests', async () => {
    const folder = await pictureFolder(['train/a/1.png', 'train/b/1.png', 'test/a/2.png', 'test/b/2.png']);
    expect(listPictures(folder)).toMatchObject({
      labels: [0, 1, 0, 1],
      parts: { train: [0, 1], test: [2, 3] },
    });
  });

  it('is refused where something would be guessed', async () => {
    const one = await pictureFolder(['a/1.png']);
    expect(messageOf(() => listPictures(one))).toBe(
      `${one}: got one folder, "a", wanted a folder of pictures for every class, two at least [data/image-folder]`,
    );
    const folded = await pictureFolder(['a/1.png', 'A/1.png']);
    expect(messageOf(() => listPictures(folded))).toBe(
      `${folded}: got the classes "A", "a", wanted names that differ in more than case [data/image-class]`,
    );
    const bare = await pictureFolder(['a/1.png', 'b/1.png']);
    mkdirSync(path.join(bare, 'c'));
    expect(messageOf(() => listPictures(bare))).toBe(
      `${bare}/c: got no files, wanted pictures: .jpg, .jpeg, .png, .webp or .bmp [data/image-class]`,
    );
    symlinkSync('/etc', path.join(bare, 'd'));
    expect(messageOf(() => listPictures(bare))).toBe(
      `${bare}/d: got a symbolic link, wanted files and folders (copy what it leads to) [data/image-folder]`,
    );
    const parts = await pictureFolder(['train/a/1.png', 'train/b/1.png', 'test/a/2.png', 'test/c/2.png']);
    expect(messageOf(() => listPictures(parts))).toBe(
      `${parts}/test: got the classes "a", "c", wanted the classes of train: "a", "b" [data/image-class]`,
    );
    expect(messageOf(() => listPictures(path.join(one, 'none')))).toContain(
      'got ENOENT, wanted a folder of pictures',
    );
  });

  it("is split as Keras splits it: numpy's shuffle, the end for validation", () => {
    // RandomState(123).shuffle(list(range(10))) gives 4 0 7 5 8 3 1 6 9 2.
    const rows = { labels: Array(10).fill(0), classes: ['a'] };
    expect(splitRows(rows, { method: 'keras', seed: 123, test: 0.25 })).toEqual({
      validation: [],
      train: [4, 0, 7, 5, 8, 3, 1, 6],
      test: [9, 2],
    });
  });
});

describe('stored pictures', () => {
  const options = { ...RGB, antialias: false, broken: 'refuse' } as const;

  it('are kept by content, and only new ones are read again', async () => {
    const folder = await pictureFolder(['a/1.png', 'b/1.png', 'b/2.png']);
    const { files } = listPictures(folder);
    const place = path.join(newFolder(), 'pictures.json');
    const first = await storePictures(folder, files, place, options);
    expect([first.store.shape, first.store.count, first.kept]).toEqual([[2, 3, 3], 3, [0, 1, 2]]);
    expect([...first.store.levels(1)]).toEqual(PIXELS.map((level) => ((level + 1) % 256) * LEVEL_PARTS));
    first.store.close();
    writeFileSync(
      path.join(folder, 'a/1.png'),
      await picture(PIXELS.map(() => 9))
        .png()
        .toBuffer(),
    );
    const second = await storePictures(folder, files, place, options);
    expect([0, 1, 2].map((row) => second.store.levels(row)[3])).toEqual(
      [9, 1, 2].map((level) => level * LEVEL_PARTS),
    );
    second.store.close();
    // The levels of before are gone.
    expect(readdirSync(path.dirname(place))).toHaveLength(2);
  });

  it('are brought to one size, or must have one', async () => {
    const folder = await pictureFolder(['a/1.png', 'b/1.png']);
    writeFileSync(path.join(folder, 'b/2.png'), await picture([1, 2, 3], 1).png().toBuffer());
    const { files } = listPictures(folder);
    const place = path.join(newFolder(), 'pictures.json');
    expect(await messageOfAsync(() => storePictures(folder, files, place, options))).toBe(
      'b/2.png: got a picture of 1 x 3 pixels, wanted 2 x 3 pixels, as a/1.png has ' +
        '(`size: [height, width]` brings all pictures to one size) [data/image-sizes]',
    );
    const { store, report } = await storePictures(folder, files, place, { ...options, size: [1, 1] });
    expect([store.shape, report.resized]).toEqual([[1, 1, 3], 3]);
    store.close();
  });

  it('leave broken ones out where that is wanted, and name them', async () => {
    const folder = await pictureFolder(['a/1.png', 'b/1.png', 'b/3.png']);
    writeFileSync(path.join(folder, 'b/2.png'), 'no picture');
    const { files } = listPictures(folder);
    const place = path.join(newFolder(), 'pictures.json');
    expect(await messageOfAsync(() => storePictures(folder, files, place, options))).toContain(
      `${folder}/b/2.png: got bytes that begin with`,
    );
    expect(readdirSync(path.dirname(place))).toEqual([]);
    const { store, kept, report } = await storePictures(folder, files, place, { ...options, broken: 'skip' });
    expect([store.count, kept]).toEqual([3, [0, 1, 3]]);
    expect(report.skipped).toEqual([{ file: 'b/2.png', reason: 'bytes that begin with 6e6f207069637475' }]);
    store.close();
  });
});
