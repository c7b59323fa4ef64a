import { describe, expect, it } from 'vitest';
import { describeDifference } from '../../src/cosim/record.js';
import { simulate } from '../../src/cosim/simulate.js';
import { planDesign } from '../../src/emit/plan.js';
import { CACHE, complaints, edit, emitTo, proveFolder } from '../prove/designs.js';
import { conv, mapNetwork, POOL } from './map-networks.js';

/** Two convolutions of two channels, and a sum with what goes round the second one. */
const RESIDUAL = mapNetwork(
  [3, 4, 1],
  [
    { ...conv(1), name: 'before' },
    { ...conv(1, 2), name: 'conv' },
    {
      ...{ kind: 'add', name: 'sum', from: ['conv', 'before'], units: 2, signs: [1, 1] },
      finish: conv(1).finish,
    },
  ],
);

const MEMORY = { architecture: 'serial', operands: 'memory', lanes: 2, stream: { width: 8 } } as const;

describe('codes under windows in operand memories', () => {
  it.each([1, 2, 5])(
    'are those of the reference, as fast as predicted, and proved: lanes %i',
    async (lanes) => {
      const folder = emitTo(RESIDUAL, { ...MEMORY, lanes });
      for (const stalls of ['none', 'random'] as const) {
        const options = { traceLayers: true, cacheFolder: CACHE, random: 20, seed: 5 };
        const { difference, passed } = await simulate(folder, { ...options, engine: 'embedded', stalls });
        expect(difference === null ? 'no difference' : describeDifference(difference)).toBe('no difference');
        expect(passed).toBe(true);
      }
      const certificate = await proveFolder(folder);
      expect([certificate.status, ...complaints(certificate)]).toEqual(['proved']);
      expect(certificate.segments.map(({ from, to }) => `${from} to ${to}`)).toEqual(
        expect.arrayContaining(['conv window to conv operands', 'conv operands to conv']),
      );
    },
  );

  it.each([
    ['words in another order', 'rtl/espalier_cut.v', '.index_i (beat_q)', '.index_i (~beat_q)'],
    [
      'a word that is left out',
      'rtl/espalier_cut.v',
      'wire at_last = beat_q ==',
      'wire at_last = beat_q + 1 ==',
    ],
    [
      'a page that is read before it is full',
      'rtl/espalier_pages.v',
      'assign sample_o  = next ? full[1] : full[0];',
      "assign sample_o  = 1'b1;",
    ],
    [
      'a page that is free a step early',
      'rtl/espalier_sequencer.v',
      'read_q <= issue_o & at_last;',
      'read_q <= issue_o & (step_q == LAST_STEP[STEP_WIDTH-1:0] - 1);',
    ],
    [
      'operands of the other page',
      'rtl/espalier_operands.v',
      'assign place = {page_i,',
      'assign place = {~page_i,',
    ],
  ])('are not proved with %s', async (_, file, from, to) => {
    const folder = emitTo(RESIDUAL, MEMORY);
    edit(folder, file, (text) => {
      expect(text).toContain(from);
      return text.replace(from, to);
    });
    expect((await proveFolder(folder)).status).not.toBe('proved');
  });

  it('lie there where that takes less than registers and a choice for each lane', () => {
    const wide = mapNetwork([6, 6, 8], [{ ...conv(1, 8), name: 'conv' }]);
    const narrow = mapNetwork([6, 6, 1], [conv(1), POOL]);
    const readers = (network: typeof wide, operands?: 'memory' | 'registers') => {
      const { facts } = planDesign(network, { ...MEMORY, operands });
      return (facts.operands ?? []).map(({ layer }) => layer);
    };
    expect([readers(wide), readers(wide, 'registers')]).toEqual([['conv'], []]);
    expect([readers(narrow), readers(narrow, 'memory')]).toEqual([[], ['conv']]);
  });
});
