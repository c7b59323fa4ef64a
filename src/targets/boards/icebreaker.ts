import { type Board, leds } from '../board.js';

export const icebreaker: Board = {
  name: 'icebreaker',
  title: '1BitSquared iCEBreaker',
  part: 'up5k-sg48',
  clock: { pin: '35', standard: 'LVCMOS33', hertz: 12_000_000, ofPll: true },
  reset: { label: 'UBUTTON', pin: '10', standard: 'LVCMOS33', active: 0 },
  buttons: [],
  switches: [],
  leds: leds('LVCMOS33', 0, 'LEDR_N:11 LEDG_N:37'),
  uart: {
    rx: { pin: '6', standard: 'LVCMOS33' },
    tx: { pin: '9', standard: 'LVCMOS33' },
    by: 'usb',
  },
  links: ['uart'],
  sources: [
    { by: 'maker', document: '1BitSquared, icebreaker-verilog-examples, icebreaker.pcf' },
    { by: 'other', document: 'LiteX-Boards, icebreaker.py (2026-07-22)' },
    { by: 'other', document: 'amaranth-boards, icebreaker.py (2026-06-17)' },
  ],
};
