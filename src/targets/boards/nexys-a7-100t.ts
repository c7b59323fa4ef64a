import { type Board, buttons, leds, pins } from '../board.js';

export const nexysA7100t: Board = {
  name: 'nexys-a7-100t',
  title: 'Digilent Nexys A7-100T',
  part: 'xc7a100tcsg324-1',
  clock: { pin: 'E3', standard: 'LVCMOS33', hertz: 100_000_000 },
  reset: { label: 'CPU RESET', pin: 'C12', standard: 'LVCMOS33', active: 0 },
  buttons: buttons('LVCMOS33', 1, 'BTNC:N17 BTNU:M18 BTNL:P17 BTNR:M17 BTND:P18'),
  switches: [
    ...pins('LVCMOS33', 'J15 L16 M13 R15 R17 T18 U18 R13'),
    ...pins('LVCMOS18', 'T8 U8'),
    ...pins('LVCMOS33', 'R16 T13 H6 U12 U11 V10'),
  ],
  leds: leds(
    'LVCMOS33',
    1,
    'LD0:H17 LD1:K15 LD2:J13 LD3:N14 LD4:R18 LD5:V17 LD6:U17 LD7:U16 LD8:V16 LD9:T15 LD10:U14 LD11:T16 LD12:V15 LD13:V14 LD14:V12 LD15:V11',
  ),
  sevenSegment: {
    kind: 'multiplexed',
    segments: pins('LVCMOS33', 'T10 R10 K16 K13 P15 T11 L18'),
    point: { pin: 'H15', standard: 'LVCMOS33' },
    digits: pins('LVCMOS33', 'J17 J18 T9 J14 P14 T14 K2 U13'),
    active: { segments: 0, digits: 0 },
  },
  uart: {
    rx: { pin: 'C4', standard: 'LVCMOS33' },
    tx: { pin: 'D4', standard: 'LVCMOS33' },
    by: 'usb',
  },
  links: ['uart', 'gpio'],
  sources: [
    { by: 'maker', document: 'Digilent, Nexys-A7-100T-Master.xdc (digilent-xdc, 2024-11-12)' },
    {
      by: 'other',
      document: 'LiteX-Boards, digilent_nexys4ddr.py, the same board under its former name (2026-07-22)',
    },
  ],
};
