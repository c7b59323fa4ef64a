import { type Board, buttons, leds, pins } from '../board.js';

export const de10Lite: Board = {
  name: 'de10-lite',
  title: 'Terasic DE10-Lite',
  part: '10M50DAF484C7G',
  clock: { pin: 'P11', standard: '3.3-V LVTTL', hertz: 50_000_000 },
  reset: { label: 'KEY0', pin: 'B8', standard: '3.3 V SCHMITT TRIGGER', active: 0 },
  buttons: buttons('3.3 V SCHMITT TRIGGER', 0, 'KEY1:A7'),
  switches: pins('3.3-V LVTTL', 'C10 C11 D12 C12 A12 B12 A13 A14 B14 F15'),
  leds: leds(
    '3.3-V LVTTL',
    1,
    'LEDR0:A8 LEDR1:A9 LEDR2:A10 LEDR3:B10 LEDR4:D13 LEDR5:C13 LEDR6:E14 LEDR7:D14 LEDR8:A11 LEDR9:B11',
  ),
  sevenSegment: {
    kind: 'direct',
    digits: [
      pins('3.3-V LVTTL', 'C14 E15 C15 C16 E16 D17 C17 D15'),
      pins('3.3-V LVTTL', 'C18 D18 E18 B16 A17 A18 B17 A16'),
      pins('3.3-V LVTTL', 'B20 A20 B19 A21 B21 C22 B22 A19'),
      pins('3.3-V LVTTL', 'F21 E22 E21 C19 C20 D19 E17 D22'),
      pins('3.3-V LVTTL', 'F18 E20 E19 J18 H19 F19 F20 F17'),
      pins('3.3-V LVTTL', 'J20 K20 L18 N18 M20 N19 N20 L19'),
    ],
    active: 0,
  },
  uart: {
    rx: { pin: 'W10', standard: '3.3-V LVTTL' },
    tx: { pin: 'V10', standard: '3.3-V LVTTL' },
    by: { header: 'GPIO, JP1: pin 2 receives, pin 1 sends' },
  },
  links: ['uart', 'gpio'],
  sources: [
    { by: 'maker', document: 'Terasic, DE10_LITE_Golden_Top.qsf (System Builder)' },
    { by: 'other', document: 'LiteX-Boards, terasic_de10lite.py (2026-07-22)' },
    { by: 'other', document: 'amaranth-boards, de10_lite.py (2026-06-17)' },
  ],
};
