import type { Board } from '../board.js';

/** The logic has no oscillator, button or LED of its own here: clock and reset come from the processor system. */
export const kv260: Board = {
  name: 'kv260',
  title: 'AMD Kria KV260',
  part: 'xck26-sfvc784-2LV-c',
  buttons: [],
  switches: [],
  leds: [],
  links: ['axi-stream', 'axi-lite'],
  boardFiles: 'xilinx.com:kv260_som:part0',
  sources: [
    { by: 'maker', document: 'AMD DS987, Kria K26 SOM Data Sheet' },
    { by: 'other', document: 'LiteX-Boards, xilinx_kv260.py (2026-07-22)' },
  ],
};
