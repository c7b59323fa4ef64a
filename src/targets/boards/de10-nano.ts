import { type Board, buttons, leds, pins } from '../board.js';

export const de10Nano: Board = {
  name: 'de10-nano',
  title: 'Terasic DE10-Nano',
  part: '5CSEBA6U23I7',
  clock: { pin: 'V11', standard: '3.3-V LVTTL', hertz: 50_000_000 },
  reset: { label: 'KEY0', pin: 'AH17', standard: '3.3-V LVTTL', active: 0 },
  buttons: buttons('3.3-V LVTTL', 0, 'KEY1:AH16'),
  switches: pins('3.3-V LVTTL', 'Y24 W24 W21 W20'),
  leds: leds('3.3-V LVTTL', 1, 'LED0:W15 LED1:AA24 LED2:V16 LED3:V15 LED4:AF26 LED5:AE26 LED6:Y16 LED7:AA23'),
  uart: {
    rx: { pin: 'AG13', standard: '3.3-V LVTTL' },
    tx: { pin: 'AF13', standard: '3.3-V LVTTL' },
    by: { header: 'Arduino: IO0 receives, IO1 sends' },
  },
  links: ['uart', 'avalon-st', 'avalon-mm', 'gpio'],
  sources: [
    { by: 'maker', document: 'Terasic, DE10-Nano project of the System Builder (.qsf)' },
    { by: 'other', document: 'LiteX-Boards, terasic_de10nano.py (2026-07-22)' },
    { by: 'other', document: 'amaranth-boards, de10_nano.py (2026-06-17)' },
  ],
};
