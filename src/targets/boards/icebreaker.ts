import { type Board, buttons, leds } from '../board.js';

/** LD2 to LD6 and BTN1 to BTN3 are on the part that can be broken off; they keep their pins as PMOD 2. */
export const icebreaker: Board = {
  name: 'icebreaker',
  title: '1BitSquared iCEBreaker',
  part: 'up5k-sg48',
  clock: { pin: '35', standard: 'LVCMOS33', hertz: 12_000_000, ofPll: true },
  reset: { label: 'UBUTTON', pin: '10', standard: 'LVCMOS33', active: 0 },
  buttons: buttons('LVCMOS33', 1, 'BTN1:20 BTN2:19 BTN3:18'),
  switches: [],
  leds: [
    ...leds('LVCMOS33', 0, 'LEDR_N:11 LEDG_N:37'),
    ...leds('LVCMOS33', 1, 'LD2:26 LD3:27 LD4:25 LD5:23 LD6:21'),
  ],
  uart: {
    rx: { pin: '6', standard: 'LVCMOS33' },
    tx: { pin: '9', standard: 'LVCMOS33' },
    by: 'usb',
  },
  links: ['uart', 'gpio'],
  sources: [
    { by: 'maker', document: '1BitSquared, icebreaker-verilog-examples, icebreaker.pcf' },
    { by: 'other', document: 'LiteX-Boards, icebreaker.py (2026-07-22)' },
    { by: 'other', document: 'amaranth-boards, icebreaker.py (2026-06-17)' },
  ],
};
