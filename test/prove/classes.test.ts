import { describe, expect, it } from 'vitest';
import { complaints, edit, emitTo, proveFolder, smallNetwork } from './designs.js';

/** Letters: their outputs have more orders than anybody goes through. */
const CLASSES = 26;

describe.each(['serial', 'parallel'])('a class out of many in a %s design', (architecture) => {
  it.each([CLASSES, 60])('is proved: of %i', async (classes) => {
    const certificate = await proveFolder(emitTo(smallNetwork('argmax', { classes }), { architecture }));
    expect(complaints(certificate)).toEqual([]);
    expect(certificate.status).toBe('proved');
    const { fields } = certificate.segments[certificate.segments.length - 1];
    expect(fields.find(({ field }) => field === 'class')?.outcome).toEqual({
      kind: 'proved',
      method: 'orders',
      points: classes,
    });
  });

  it.each([
    ['the first comparison', (text: string) => text.indexOf(' > ')],
    ['one in the middle', (text: string) => text.indexOf(' > ', text.length / 2)],
  ])('is not where %s takes the smaller value', async (_, placeOf) => {
    const folder = emitTo(smallNetwork('argmax', { classes: CLASSES }), { architecture });
    edit(folder, 'rtl/tiny_head.v', (text) => {
      const place = placeOf(text);
      return `${text.slice(0, place)} < ${text.slice(place + 3)}`;
    });
    expect((await proveFolder(folder)).status).toBe('refuted');
  });

  it('is not where the last comparison takes the second of equals', async () => {
    const folder = emitTo(smallNetwork('argmax', { classes: CLASSES }), { architecture });
    edit(folder, 'rtl/tiny_head.v', (text) => {
      const last = text.lastIndexOf(' > ');
      return `${text.slice(0, last)} >= ${text.slice(last + 3)}`;
    });
    const certificate = await proveFolder(folder);
    expect(complaints(certificate)).toEqual(['output class: differs']);
    expect(certificate.status).toBe('refuted');
  });
});
