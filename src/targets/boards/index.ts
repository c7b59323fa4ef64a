import type { Board } from '../board.js';
import { artyA735t } from './arty-a7-35t.js';
import { artyA7100t } from './arty-a7-100t.js';
import { basys3 } from './basys3.js';
import { cmodA735t } from './cmod-a7-35t.js';
import { coraZ707s } from './cora-z7-07s.js';
import { coraZ710 } from './cora-z7-10.js';
import { de0Nano } from './de0-nano.js';
import { de1Soc } from './de1-soc.js';
import { de2115 } from './de2-115.js';
import { de10Lite } from './de10-lite.js';
import { de10Nano } from './de10-nano.js';
import { ice40Hx8k } from './ice40-hx8k.js';
import { icebreaker } from './icebreaker.js';
import { kv260 } from './kv260.js';
import { nexysA7100t } from './nexys-a7-100t.js';
import { pynqZ2 } from './pynq-z2.js';
import { ulx3s85f } from './ulx3s-85f.js';
import { zyboZ720 } from './zybo-z7-20.js';

/** Every board, one line each. */
export const BOARDS: readonly Board[] = [
  basys3,
  artyA735t,
  artyA7100t,
  nexysA7100t,
  zyboZ720,
  cmodA735t,
  coraZ707s,
  coraZ710,
  pynqZ2,
  kv260,
  de10Lite,
  de10Nano,
  de0Nano,
  de1Soc,
  de2115,
  icebreaker,
  ice40Hx8k,
  ulx3s85f,
];
