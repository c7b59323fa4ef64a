import { type Operator, parameter } from './operator.js';

/** Faults of what moves maps: windows, the lines that they keep, and the ends of maps. */
export const MAP_OPERATORS: readonly Operator[] = [
  parameter('padding off by one', 'TOP|LEFT'),
  {
    kind: 'code of the padding changed',
    pattern: /(\.PADDING\s*\(\s*\d+'[dh])(\w+)(?=\s*\))/g,
    replace: ([, head, digits]) => `${head}${/^0+$/.test(digits) ? '1' : '0'}`,
  },
  parameter('stride off by one', 'STRIDE_[YX]'),
  parameter('repeats off by one', 'FACTOR_[YX]'),
  {
    kind: 'next cell enters before one has been repeated',
    pattern: /\bs_ready_o = first & m_ready_i\b/g,
    replace: () => 's_ready_o = m_ready_i',
  },
  {
    kind: 'row read again from another column',
    pattern: /\bfirst \? s_data_i : line\[column_q\]/g,
    replace: () => `first ? s_data_i : line[column_q + 1'b1]`,
  },
  {
    kind: 'band begins one cell late',
    pattern: /\b(row|column)_q >= BEGINS_/g,
    replace: ([, place]) => `${place}_q > BEGINS_`,
  },
  {
    kind: 'place in another zone',
    pattern: /(\.MEMBERS\s*\(\s*)(\d+)'([dh])(\w+)(?=\s*\))/g,
    replace: ([, head, width, base, digits], random) => {
      const members = BigInt(base === 'h' ? `0x${digits}` : digits);
      const changed = members ^ (1n << BigInt(random.integer(0, Number(width) - 1)));
      return `${head}${width}'h${changed.toString(16)}`;
    },
  },
  {
    kind: 'zones exchanged',
    pattern: /\bMEMBERS\[zone\*/g,
    replace: () => 'MEMBERS[(ZONES-1-zone)*',
  },
  {
    kind: 'cell in every zone',
    pattern: /\blies\[zone\] \? s_data_i : \{WIDTH\{1'b0\}\}/g,
    replace: () => 's_data_i',
  },
  parameter('positions off by one', 'OUT_(?:ROWS|COLUMNS)'),
  {
    kind: 'position counted too far',
    pattern: /\b(?:top|left)_q \+ STRIDE_[YX]\[COUNT_WIDTH-1:0\](?=;)/g,
    replace: ([step]) => `${step} + 1'b1`,
  },
  {
    kind: 'line kept for some cells only',
    pattern: /\bif \((step|first)\) (?=lines?\[)/g,
    replace: ([, when]) => `if (${when} & ~s_data_i[0]) `,
  },
  {
    kind: 'line of another column',
    pattern: /\blines\[column_q(?=\[ADDRESS_WIDTH-1:0\]\] <=)/g,
    replace: () => 'lines[left_q',
  },
  {
    kind: 'map ends before its last window',
    pattern: /\bstep & all_in & all_out\b/g,
    replace: () => 'step & all_in',
  },
  {
    kind: 'frame or row ends one early',
    pattern: /== (LAST_(?:BEAT|COLUMN)\[COUNT_WIDTH-1:0\])/g,
    replace: ([, last]) => `== ${last} - 1'b1`,
  },
  {
    kind: 'FIFO one word shorter',
    // One of a single word has none to lose.
    pattern: /(\.DEPTH\s*\(\s*)([2-9]|\d{2,})(?=\s*\))/g,
    replace: ([, head, depth]) => `${head}${Number(depth) - 1}`,
  },
];
