import { type Board, buttons, leds, pins } from '../board.js';

export const ulx3s85f: Board = {
  name: 'ulx3s-85f',
  title: 'Radiona ULX3S-85F',
  part: 'LFE5U-85F-6BG381C',
  clock: { pin: 'G2', standard: 'LVCMOS33', hertz: 25_000_000 },
  reset: { label: 'FIRE1', pin: 'R1', standard: 'LVCMOS33', active: 1 },
  buttons: buttons('LVCMOS33', 1, 'FIRE2:T1 UP:R18 DOWN:V1 LEFT:U1 RIGHT:H16'),
  switches: pins('LVCMOS33', 'E8 D8 D7 E7'),
  leds: leds('LVCMOS33', 1, 'D0:B2 D1:C2 D2:C1 D3:D2 D4:D1 D5:E2 D6:E1 D7:H3'),
  uart: {
    rx: { pin: 'M1', standard: 'LVCMOS33' },
    tx: { pin: 'L4', standard: 'LVCMOS33' },
    by: 'usb',
  },
  links: ['uart', 'gpio'],
  sources: [
    { by: 'other', document: 'LiteX-Boards, radiona_ulx3s.py (2026-07-22)' },
    { by: 'other', document: 'amaranth-boards, ulx3s.py (2026-06-17)' },
  ],
};
