import { type Board, buttons, leds, pins } from '../board.js';

export const de1Soc: Board = {
  name: 'de1-soc',
  title: 'Terasic DE1-SoC',
  part: '5CSEMA5F31C6',
  clock: { pin: 'AF14', standard: '3.3-V LVTTL', hertz: 50_000_000 },
  reset: { label: 'KEY0', pin: 'AA14', standard: '3.3-V LVTTL', active: 0 },
  buttons: buttons('3.3-V LVTTL', 0, 'KEY1:AA15 KEY2:W15 KEY3:Y16'),
  switches: pins('3.3-V LVTTL', 'AB12 AC12 AF9 AF10 AD11 AD12 AE11 AC9 AD10 AE12'),
  leds: leds(
    '3.3-V LVTTL',
    1,
    'LEDR0:V16 LEDR1:W16 LEDR2:V17 LEDR3:V18 LEDR4:W17 LEDR5:W19 LEDR6:Y19 LEDR7:W20 LEDR8:W21 LEDR9:Y21',
  ),
  sevenSegment: {
    kind: 'direct',
    digits: [
      pins('3.3-V LVTTL', 'AE26 AE27 AE28 AG27 AF28 AG28 AH28'),
      pins('3.3-V LVTTL', 'AJ29 AH29 AH30 AG30 AF29 AF30 AD27'),
      pins('3.3-V LVTTL', 'AB23 AE29 AD29 AC28 AD30 AC29 AC30'),
      pins('3.3-V LVTTL', 'AD26 AC27 AD25 AC25 AB28 AB25 AB22'),
      pins('3.3-V LVTTL', 'AA24 Y23 Y24 W22 W24 V23 W25'),
      pins('3.3-V LVTTL', 'V25 AA28 Y27 AB27 AB26 AA26 AA25'),
    ],
    active: 0,
  },
  uart: {
    rx: { pin: 'Y17', standard: '3.3-V LVTTL' },
    tx: { pin: 'AC18', standard: '3.3-V LVTTL' },
    by: { header: 'GPIO-0, JP1: pin 2 receives, pin 1 sends' },
  },
  links: ['uart', 'avalon-st', 'avalon-mm', 'gpio'],
  sources: [
    { by: 'maker', document: 'Terasic, DE1_SOC_golden_top.qsf' },
    { by: 'other', document: 'LiteX-Boards, terasic_de1soc.py (2026-07-22)' },
    { by: 'other', document: 'amaranth-boards, de1_soc.py (2026-06-17)' },
  ],
};
