import { type Board, leds } from '../board.js';

/** No button: the design resets at power-up. */
export const ice40Hx8k: Board = {
  name: 'ice40-hx8k',
  title: 'Lattice iCE40-HX8K Breakout Board',
  part: 'hx8k-ct256',
  clock: { pin: 'J3', standard: 'LVCMOS33', hertz: 12_000_000 },
  buttons: [],
  switches: [],
  leds: leds('LVCMOS33', 1, 'D2:C3 D3:B3 D4:C4 D5:C5 D6:A1 D7:A2 D8:B4 D9:B5'),
  uart: {
    rx: { pin: 'B10', standard: 'LVCMOS33' },
    tx: { pin: 'B12', standard: 'LVCMOS33' },
    by: 'usb',
  },
  links: ['uart', 'gpio'],
  sources: [
    { by: 'other', document: 'Project IceStorm, examples/hx8kboard/hx8kboard.pcf' },
    { by: 'other', document: 'amaranth-boards, ice40_hx8k_b_evn.py (2026-06-17)' },
  ],
};
