import type { Board } from '../board.js';
import { coraZ707s } from './cora-z7-07s.js';

/** The same board with another chip. */
export const coraZ710: Board = {
  ...coraZ707s,
  name: 'cora-z7-10',
  title: 'Digilent Cora Z7-10',
  part: 'xc7z010clg400-1',
  boardFiles: 'digilentinc.com:cora-z7-10:part0',
  sources: [
    { by: 'maker', document: 'Digilent, Cora-Z7-10-Master.xdc, board rev. B (digilent-xdc, 2024-11-12)' },
    {
      by: 'other',
      document: 'amaranth-boards, cora_z7.py: the same pins, the two buttons in the other order (2026-06-17)',
    },
  ],
};
