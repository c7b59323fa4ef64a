import { type Board, buttons, leds, pins } from '../board.js';

export const artyA735t: Board = {
  name: 'arty-a7-35t',
  title: 'Digilent Arty A7-35T',
  part: 'xc7a35ticsg324-1L',
  clock: { pin: 'E3', standard: 'LVCMOS33', hertz: 100_000_000 },
  reset: { label: 'RESET', pin: 'C2', standard: 'LVCMOS33', active: 0 },
  buttons: buttons('LVCMOS33', 1, 'BTN0:D9 BTN1:C9 BTN2:B9 BTN3:B8'),
  switches: pins('LVCMOS33', 'A8 C11 C10 A10'),
  leds: leds('LVCMOS33', 1, 'LD4:H5 LD5:J5 LD6:T9 LD7:T10'),
  uart: {
    rx: { pin: 'A9', standard: 'LVCMOS33' },
    tx: { pin: 'D10', standard: 'LVCMOS33' },
    by: 'usb',
  },
  links: ['uart', 'gpio'],
  sources: [
    {
      by: 'maker',
      document: 'Digilent, Arty-A7-35-Master.xdc, boards rev. D and E (digilent-xdc, 2024-11-12)',
    },
    { by: 'other', document: 'LiteX-Boards, digilent_arty.py (2026-07-22)' },
  ],
};
