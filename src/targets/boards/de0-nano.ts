import { type Board, buttons, leds, pins } from '../board.js';

export const de0Nano: Board = {
  name: 'de0-nano',
  title: 'Terasic DE0-Nano',
  part: 'EP4CE22F17C6',
  clock: { pin: 'R8', standard: '3.3-V LVTTL', hertz: 50_000_000 },
  reset: { label: 'KEY0', pin: 'J15', standard: '3.3-V LVTTL', active: 0 },
  buttons: buttons('3.3-V LVTTL', 0, 'KEY1:E1'),
  switches: pins('3.3-V LVTTL', 'M1 T8 B9 M15'),
  leds: leds('3.3-V LVTTL', 1, 'LED0:A15 LED1:A13 LED2:B13 LED3:A11 LED4:D1 LED5:F3 LED6:B1 LED7:L3'),
  uart: {
    rx: { pin: 'B4', standard: '3.3-V LVTTL' },
    tx: { pin: 'B5', standard: '3.3-V LVTTL' },
    by: { header: 'GPIO-0, JP1: pin 8 receives, pin 10 sends' },
  },
  links: ['uart', 'gpio'],
  sources: [
    { by: 'maker', document: 'Terasic, DE0_NANO.qsf (System Builder)' },
    { by: 'other', document: 'LiteX-Boards, terasic_de0nano.py (2026-07-22)' },
    { by: 'other', document: 'amaranth-boards, de0nano.py (2026-06-17)' },
  ],
};
