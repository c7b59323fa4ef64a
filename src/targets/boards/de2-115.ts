import { type Board, buttons, leds, pins } from '../board.js';

/** The banks of keys and switches have the voltage that jumper JP7 chooses: 2.5 V as the board is shipped. */
export const de2115: Board = {
  name: 'de2-115',
  title: 'Terasic DE2-115',
  part: 'EP4CE115F29C7',
  clock: { pin: 'Y2', standard: '3.3-V LVTTL', hertz: 50_000_000 },
  reset: { label: 'KEY0', pin: 'M23', standard: '2.5 V', active: 0 },
  buttons: buttons('2.5 V', 0, 'KEY1:M21 KEY2:N21 KEY3:R24'),
  switches: pins(
    '2.5 V',
    'AB28 AC28 AC27 AD27 AB27 AC26 AD26 AB26 AC25 AB25 AC24 AB24 AB23 AA24 AA23 AA22 Y24 Y23',
  ),
  leds: leds(
    '2.5 V',
    1,
    'LEDR0:G19 LEDR1:F19 LEDR2:E19 LEDR3:F21 LEDR4:F18 LEDR5:E18 LEDR6:J19 LEDR7:H19 LEDR8:J17 LEDR9:G17 LEDR10:J15 LEDR11:H16 LEDR12:J16 LEDR13:H17 LEDR14:F15 LEDR15:G15 LEDR16:G16 LEDR17:H15',
  ),
  uart: {
    rx: { pin: 'G12', standard: '3.3-V LVTTL' },
    tx: { pin: 'G9', standard: '3.3-V LVTTL' },
    by: 'rs232',
  },
  links: ['uart', 'gpio'],
  sources: [
    { by: 'maker', document: 'Terasic, DE2_115.qsf (System Builder)' },
    { by: 'other', document: 'LiteX-Boards, terasic_de2_115.py (2026-07-22)' },
  ],
};
