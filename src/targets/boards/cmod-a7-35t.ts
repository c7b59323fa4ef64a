import { type Board, buttons, leds } from '../board.js';

export const cmodA735t: Board = {
  name: 'cmod-a7-35t',
  title: 'Digilent Cmod A7-35T',
  part: 'xc7a35tcpg236-1',
  clock: { pin: 'L17', standard: 'LVCMOS33', hertz: 12_000_000 },
  reset: { label: 'BTN0', pin: 'A18', standard: 'LVCMOS33', active: 1 },
  buttons: buttons('LVCMOS33', 1, 'BTN1:B18'),
  switches: [],
  leds: leds('LVCMOS33', 1, 'LD1:A17 LD2:C16'),
  uart: {
    rx: { pin: 'J17', standard: 'LVCMOS33' },
    tx: { pin: 'J18', standard: 'LVCMOS33' },
    by: 'usb',
  },
  links: ['uart', 'gpio'],
  sources: [
    { by: 'maker', document: 'Digilent, Cmod-A7-Master.xdc, board rev. B (digilent-xdc, 2024-11-12)' },
    { by: 'other', document: 'LiteX-Boards, digilent_cmod_a7.py (2026-07-22)' },
  ],
};
