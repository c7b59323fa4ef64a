import { describe, expect, it } from 'vitest';
import { complaints, edit, emitTo, proveFolder, smallNetwork } from './designs.js';

/** Letters: their outputs have more orders than anybody goes through. */
const CLASSES = 26;

describe.each(['serial', 'parallel'])('a class out of many in a %s design', (architecture) => {
  it('is proved', async () => {
    const certificate = await proveFolder(
      emitTo(smallNetwork('argmax', { classes: CLASSES }), { architecture }),
    );
    expect(complaints(certificate)).toEqual([]);
    expect(certificate.status).toBe('proved');
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
