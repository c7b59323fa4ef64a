import { type Board, buttons, leds, pins } from '../board.js';

export const pynqZ2: Board = {
  name: 'pynq-z2',
  title: 'TUL PYNQ-Z2',
  part: 'xc7z020clg400-1',
  clock: { pin: 'H16', standard: 'LVCMOS33', hertz: 125_000_000 },
  reset: { label: 'BTN3', pin: 'L19', standard: 'LVCMOS33', active: 1 },
  buttons: buttons('LVCMOS33', 1, 'BTN0:D19 BTN1:D20 BTN2:L20'),
  switches: pins('LVCMOS33', 'M20 M19'),
  leds: leds('LVCMOS33', 1, 'LD0:R14 LD1:P14 LD2:N16 LD3:M14'),
  links: ['axi-stream', 'axi-lite', 'gpio'],
  boardFiles: 'tul.com.tw:pynq-z2:part0',
  sources: [
    { by: 'maker', document: 'TUL, pynq-z2_v1.0.xdc' },
    { by: 'other', document: 'LiteX-Boards, tul_pynq_z2.py (2026-07-22)' },
  ],
};
