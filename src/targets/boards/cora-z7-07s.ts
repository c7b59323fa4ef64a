import { type Board, buttons, leds } from '../board.js';

/** The two LEDs are of three colours: six in all. */
export const coraZ707s: Board = {
  name: 'cora-z7-07s',
  title: 'Digilent Cora Z7-07S',
  part: 'xc7z007sclg400-1',
  clock: { pin: 'H16', standard: 'LVCMOS33', hertz: 125_000_000 },
  reset: { label: 'BTN1', pin: 'D19', standard: 'LVCMOS33', active: 1 },
  buttons: buttons('LVCMOS33', 1, 'BTN0:D20'),
  switches: [],
  leds: leds('LVCMOS33', 1, 'LD0-R:N15 LD0-G:G17 LD0-B:L15 LD1-R:M15 LD1-G:L14 LD1-B:G14'),
  links: ['axi-stream', 'axi-lite', 'gpio'],
  boardFiles: 'digilentinc.com:cora-z7-07s:part0',
  sources: [
    { by: 'maker', document: 'Digilent, Cora-Z7-07S-Master.xdc, board rev. B (digilent-xdc, 2024-11-12)' },
    {
      by: 'other',
      document: 'amaranth-boards, cora_z7.py: the same pins, the two buttons in the other order (2026-06-17)',
    },
  ],
};
