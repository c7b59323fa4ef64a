import type { Board } from '../board.js';
import { artyA735t } from './arty-a7-35t.js';

/** The same board with another chip. */
export const artyA7100t: Board = {
  ...artyA735t,
  name: 'arty-a7-100t',
  title: 'Digilent Arty A7-100T',
  part: 'xc7a100tcsg324-1',
  sources: [
    {
      by: 'maker',
      document: 'Digilent, Arty-A7-100-Master.xdc, boards rev. D and E (digilent-xdc, 2024-11-12)',
    },
    { by: 'other', document: 'LiteX-Boards, digilent_arty.py (2026-07-22)' },
  ],
};
