import { type Board, buttons, leds, pins } from '../board.js';

export const basys3: Board = {
  name: 'basys3',
  title: 'Digilent Basys 3',
  part: 'xc7a35tcpg236-1',
  clock: { pin: 'W5', standard: 'LVCMOS33', hertz: 100_000_000 },
  reset: { label: 'BTNC', pin: 'U18', standard: 'LVCMOS33', active: 1 },
  buttons: buttons('LVCMOS33', 1, 'BTNU:T18 BTNL:W19 BTNR:T17 BTND:U17'),
  switches: pins('LVCMOS33', 'V17 V16 W16 W17 W15 V15 W14 W13 V2 T3 T2 R3 W2 U1 T1 R2'),
  leds: leds(
    'LVCMOS33',
    1,
    'LD0:U16 LD1:E19 LD2:U19 LD3:V19 LD4:W18 LD5:U15 LD6:U14 LD7:V14 LD8:V13 LD9:V3 LD10:W3 LD11:U3 LD12:P3 LD13:N3 LD14:P1 LD15:L1',
  ),
  sevenSegment: {
    kind: 'multiplexed',
    segments: pins('LVCMOS33', 'W7 W6 U8 V8 U5 V5 U7'),
    point: { pin: 'V7', standard: 'LVCMOS33' },
    digits: pins('LVCMOS33', 'U2 U4 V4 W4'),
    active: { segments: 0, digits: 0 },
  },
  uart: {
    rx: { pin: 'B18', standard: 'LVCMOS33' },
    tx: { pin: 'A18', standard: 'LVCMOS33' },
    by: 'usb',
  },
  links: ['uart', 'gpio'],
  sources: [
    { by: 'maker', document: 'Digilent, Basys-3-Master.xdc, board rev. B (digilent-xdc, 2024-11-12)' },
    { by: 'other', document: 'LiteX-Boards, digilent_basys3.py (2026-07-22)' },
  ],
};
