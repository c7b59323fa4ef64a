import { describe, expect, it } from 'vitest';
import { complaints, edit, emitTo, proveFolder, smallNetwork } from './designs.js';
import { replace } from './mutations.js';

const SKID = 'rtl/espalier_skid_buffer.v';
const SEQUENCER = 'rtl/espalier_sequencer.v';
const DATA = 'assign m_data_o  = data_q;';
const VALID = 'assign m_valid_o = valid_q;';
const ADVANCE = 'wire advance = m_ready_i | ~valid_q;';

interface Edit {
  readonly what: string;
  readonly change: (text: string) => string;
  readonly complaint: RegExp;
}

/** More logic in the register that every design ends in, and a statement that uses it. */
const withLogic = (logic: string, from: string, to: string) => (text: string) =>
  text.replace(ADVANCE, `${ADVANCE}\n  ${logic}`).replace(from, to);

const UNKNOWN_DATA =
  /^output: .*hangs on|^output (unit|class).*: it may hang on an unknown value or on another sample$/;
const UNKNOWN_VALID = /^output: whether the output is valid hangs on data or on an unknown value$/;
const VALID_IN_RESET = /^output: the output may be valid in reset$/;

const RESET_EDITS: readonly Edit[] = [
  {
    what: 'a register that remembers a second reset, in the data',
    change: withLogic(
      `reg up_q, again_q;
  always @(posedge aclk) begin
    if (aresetn) up_q <= 1'b1;
    if (!aresetn & up_q) again_q <= 1'b1;
  end`,
      DATA,
      "assign m_data_o  = data_q ^ {{(WIDTH-1){1'b0}}, again_q};",
    ),
    complaint: UNKNOWN_DATA,
  },
  {
    what: 'a register that remembers a second reset, in the control',
    change: withLogic(
      `reg up_q, again_q;
  always @(posedge aclk) begin
    if (aresetn) up_q <= 1'b1;
    if (!aresetn & up_q) again_q <= 1'b1;
  end`,
      VALID,
      'assign m_valid_o = valid_q & ~again_q;',
    ),
    complaint: UNKNOWN_VALID,
  },
  {
    what: 'a register set when valid is 1 during reset',
    change: withLogic(
      'reg odd_q;\n  always @(posedge aclk) if (!aresetn) odd_q <= s_valid_i;',
      DATA,
      "assign m_data_o  = data_q ^ {{(WIDTH-1){1'b0}}, odd_q};",
    ),
    complaint: UNKNOWN_DATA,
  },
  {
    what: 'a register set when ready is 1 during reset',
    change: withLogic(
      'reg odd_q;\n  always @(posedge aclk) if (!aresetn) odd_q <= m_ready_i;',
      VALID,
      'assign m_valid_o = valid_q & ~odd_q;',
    ),
    complaint: UNKNOWN_VALID,
  },
  {
    what: 'data of the reset that come out later',
    change: withLogic(
      'reg [WIDTH-1:0] early_q;\n  always @(posedge aclk) if (!aresetn) early_q <= s_data_i;',
      DATA,
      'assign m_data_o  = data_q ^ early_q;',
    ),
    complaint: UNKNOWN_DATA,
  },
  {
    what: 'a register that is not reset',
    change: (text) => text.replace("      skid_valid_q <= 1'b0;\n", ''),
    complaint: UNKNOWN_VALID,
  },
  {
    what: 'a reset that only the first one is',
    change: withLogic(
      `reg done_q;
  always @(posedge aclk) if (aresetn) done_q <= 1'b1;`,
      'if (!aresetn) begin',
      'if (!aresetn & !done_q) begin',
    ),
    complaint: VALID_IN_RESET,
  },
  {
    what: 'a reset that takes eight cycles',
    change: withLogic(
      `reg [2:0] cycles_q;
  always @(posedge aclk) cycles_q <= aresetn ? 3'd0 : cycles_q + 1'b1;`,
      'if (!aresetn) begin',
      "if (!aresetn & (cycles_q == 3'd7)) begin",
    ),
    complaint: VALID_IN_RESET,
  },
  {
    what: 'a reset of two cycles',
    change: withLogic(
      'reg before_q;\n  always @(posedge aclk) before_q <= aresetn;',
      'if (!aresetn) begin',
      'if (!aresetn & !before_q) begin',
    ),
    complaint: VALID_IN_RESET,
  },
  {
    what: 'a sample of the reset that comes out',
    change: replace("valid_q      <= 1'b0;", 'valid_q      <= s_valid_i;'),
    complaint: VALID_IN_RESET,
  },
];

const HANDSHAKE_EDITS: readonly Edit[] = [
  {
    what: 'a valid that waits for ready',
    change: replace(VALID, 'assign m_valid_o = valid_q & m_ready_i;'),
    complaint: /^output: whether the output is valid hangs on ready$/,
  },
  {
    what: 'a valid that is there only without ready at first',
    change: (text) =>
      text
        .replace(
          ADVANCE,
          `reg shown_q;
  wire advance = (m_ready_i & m_valid_o) | ~valid_q;
  always @(posedge aclk) shown_q <= aresetn & valid_q & ~advance;`,
        )
        .replace(VALID, 'assign m_valid_o = valid_q & (shown_q | ~m_ready_i);'),
    complaint: /^output: whether the output is valid hangs on ready$/,
  },
  {
    what: 'a valid that waits for a ready of the cycles before',
    change: (text) =>
      text
        .replace(
          ADVANCE,
          `reg armed_q;
  wire advance = (m_ready_i & m_valid_o) | ~valid_q;
  always @(posedge aclk) armed_q <= aresetn & valid_q & ~advance & (armed_q | m_ready_i);`,
        )
        .replace(VALID, 'assign m_valid_o = valid_q & armed_q;'),
    complaint: /^output: the design can come to a standstill$/,
  },
  {
    what: 'a sample that is taken only once the sink is ready',
    change: (text) =>
      text
        .replaceAll('| s_valid_i', '| (s_valid_i & s_ready_o)')
        .replace('s_ready_o = ~skid_valid_q', 's_ready_o = ~skid_valid_q & (m_ready_i | valid_q)'),
    complaint: /^output: the design can come to a standstill$/,
  },
  {
    what: 'a sample that comes out only when another follows',
    change: (text) =>
      text
        .replace(ADVANCE, 'wire advance = (m_ready_i & m_valid_o) | ~valid_q;')
        .replace(VALID, 'assign m_valid_o = valid_q & skid_valid_q;'),
    complaint: /^output: the design can come to a standstill$/,
  },
  {
    what: 'data from when valid was 0',
    change: withLogic(
      'reg [WIDTH-1:0] idle_q;\n  always @(posedge aclk) if (!s_valid_i) idle_q <= s_data_i;',
      DATA,
      'assign m_data_o  = data_q ^ (idle_q & ~idle_q[0]);',
    ),
    complaint: UNKNOWN_DATA,
  },
  {
    what: 'a control that looks at data while valid is 0',
    change: withLogic(
      'reg odd_q;\n  always @(posedge aclk) odd_q <= aresetn & ~s_valid_i & s_data_i[0];',
      VALID,
      'assign m_valid_o = valid_q & ~odd_q;',
    ),
    complaint: UNKNOWN_VALID,
  },
];

/** Legal, if unusual. */
const RIGHT: readonly Omit<Edit, 'complaint'>[] = [
  {
    what: 'ready that waits for valid',
    change: (text) =>
      text.replace('assign s_ready_o = ~skid_valid_q;', 'assign s_ready_o = ~skid_valid_q & s_valid_i;'),
  },
  {
    what: 'valid held down by reset itself',
    change: replace(VALID, 'assign m_valid_o = valid_q & aresetn;'),
  },
];

describe.each(['serial', 'parallel'])('the streams of a %s design', (architecture) => {
  const emitted = (change: Edit['change'], file = SKID): string => {
    const folder = emitTo(smallNetwork('argmax', { inputs: 3, hidden: 2 }), { architecture });
    edit(folder, file, change);
    return folder;
  };

  it.each([...RESET_EDITS, ...HANDSHAKE_EDITS])('$what', async ({ change, complaint }) => {
    const certificate = await proveFolder(emitted(change));
    expect(complaints(certificate).join('\n')).toMatch(new RegExp(complaint, 'm'));
    expect(certificate.status).not.toBe('proved');
  });

  it.each(RIGHT)('$what is proved', async ({ change }) => {
    const certificate = await proveFolder(emitted(change));
    expect(complaints(certificate)).toEqual([]);
    expect(certificate.status).toBe('proved');
  });
});

describe('between two serial layers', () => {
  const changed = async (...changes: Edit['change'][]): Promise<string[]> => {
    const folder = emitTo(smallNetwork('argmax', { inputs: 3, hidden: 2 }), {
      architecture: 'serial',
      operands: 'registers',
    });
    for (const change of changes) edit(folder, SEQUENCER, change);
    return complaints(await proveFolder(folder));
  };
  const validWaits = replace('assign y_valid_o = y_valid_q;', 'assign y_valid_o = y_valid_q & y_ready_i;');
  const readyWaits = replace(
    'assign x_ready_o = idle & ~stall;',
    'assign x_ready_o = idle & ~stall & x_valid_i;',
  );

  it('ready may wait for valid', async () => {
    expect(await changed(readyWaits)).toEqual([]);
  });

  it('valid may not wait for ready', async () => {
    const rule = 'whether the output is valid hangs on ready';
    expect(await changed(validWaits)).toEqual([`hidden: ${rule}`, `output: ${rule}`]);
  });

  it('two that wait for each other in registers stand still', async () => {
    const armed = (text: string) =>
      text
        .replace(
          'assign y_valid_o = y_valid_q;',
          `reg armed_q;
  always @(posedge aclk) armed_q <= aresetn & y_valid_q & (armed_q | y_ready_i);
  assign y_valid_o = y_valid_q & armed_q;`,
        )
        .replace('else if (y_ready_i)', 'else if (y_ready_i & y_valid_o)');
    expect(await changed(readyWaits, armed)).toContain('hidden: the design can come to a standstill');
  });
});
