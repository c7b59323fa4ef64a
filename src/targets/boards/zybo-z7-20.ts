import { type Board, buttons, leds, pins } from '../board.js';

export const zyboZ720: Board = {
  name: 'zybo-z7-20',
  title: 'Digilent Zybo Z7-20',
  part: 'xc7z020clg400-1',
  clock: { pin: 'K17', standard: 'LVCMOS33', hertz: 125_000_000 },
  reset: { label: 'BTN3', pin: 'Y16', standard: 'LVCMOS33', active: 1 },
  buttons: buttons('LVCMOS33', 1, 'BTN0:K18 BTN1:P16 BTN2:K19'),
  switches: pins('LVCMOS33', 'G15 P15 W13 T16'),
  leds: leds('LVCMOS33', 1, 'LD0:M14 LD1:M15 LD2:G14 LD3:D18'),
  links: ['axi-stream', 'axi-lite', 'gpio'],
  boardFiles: 'digilentinc.com:zybo-z7-20:part0',
  sources: [
    { by: 'maker', document: 'Digilent, Zybo-Z7-Master.xdc, board rev. B (digilent-xdc, 2024-11-12)' },
    { by: 'other', document: 'LiteX-Boards, digilent_zybo_z7.py (2026-07-22)' },
  ],
};
