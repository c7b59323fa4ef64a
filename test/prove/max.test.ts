import { describe, expect, it } from 'vitest';
import { networkFromJson } from '../../src/network/json.js';
import type { QuantizedNetwork } from '../../src/network/types.js';
import { complaints, edit, emitTo, proveFolder } from './designs.js';

/** The largest code of each 2x2 of a 3x3 map, signed, and of both channels' own. */
const POOL: QuantizedNetwork = networkFromJson(
  JSON.stringify({
    schema: 'espalier/network',
    version: 2,
    name: 'pooled',
    input: { shape: [3, 3, 2], format: ['fixed<4,4>', 'ufixed<3,3>'] },
    layers: [{ kind: 'max_pool', name: 'pool', window: [2, 2], strides: [1, 1] }],
    head: { kind: 'values' },
  }),
);

describe.each(['serial', 'parallel'])('largest codes in the %s form', (architecture) => {
  it('are proved by the orders of the codes', async () => {
    const certificate = await proveFolder(emitTo(POOL, { architecture }));
    expect([certificate.status, ...complaints(certificate)]).toEqual(['proved']);
    const methods = certificate.segments
      .filter(({ to }) => to === 'pool')
      .flatMap(({ fields }) => fields)
      .map(({ outcome }) => (outcome.kind === 'proved' ? outcome.method : outcome.kind));
    // Of a map that streams one position stands for all four.
    expect(methods).toEqual(['orders', 'orders']);
  });

  it.each([
    ['the smaller one is chosen', / > /, ' < '],
    ['a sign is not looked at', /\$signed\(/g, '('],
    ['the wrong bits are chosen', / \? /, ' ? ~'],
  ])('are refuted where %s', async (_, pattern, replacement) => {
    const folder = emitTo(POOL, { architecture });
    edit(folder, 'rtl/pooled_pool.v', (text) => text.replace(pattern, replacement));
    expect((await proveFolder(folder)).status).toBe('refuted');
  });
});
