import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const RTL = path.resolve('rtl');
const PROPERTIES = path.join(RTL, 'properties');
const folder = mkdtempSync(path.join(tmpdir(), 'espalier-properties-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Primitive {
  readonly needs?: string[];
  readonly parameters: Parameters[];
  /** What must be noticed. */
  readonly breaks: [from: string, to: string][];
  /** Breaks show within so many cycles: where proofs take long, a run that shows one is found far sooner. */
  readonly frames?: number;
}

/** Every primitive with properties: parameters to prove them for, and breaks that must show. */
const PRIMITIVES: Readonly<Record<string, Primitive>> = {
  espalier_skid_buffer: {
    parameters: [{ WIDTH: 1 }, { WIDTH: 3 }],
    breaks: [
      ['wire advance = m_ready_i | ~valid_q;', 'wire advance = m_ready_i;'],
      ['wire advance = m_ready_i | ~valid_q;', "wire advance = 1'b1;"],
      ['skid_valid_q ? skid_data_q : s_data_i', 's_data_i'],
      ['if (s_ready_o) skid_data_q', 'skid_data_q'],
      ["      skid_valid_q <= 1'b0;\n", ''],
      ['assign m_valid_o = valid_q;', 'assign m_valid_o = valid_q & m_ready_i;'],
      ['assign s_ready_o = ~skid_valid_q;', "assign s_ready_o = 1'b1;"],
    ],
  },
  espalier_bypass: {
    parameters: [
      { WIDTH: 2, DEPTH: 2, INDEX_WIDTH: 1 },
      { WIDTH: 2, DEPTH: 3, INDEX_WIDTH: 2 },
      { WIDTH: 1, DEPTH: 4, INDEX_WIDTH: 2 },
    ],
    breaks: [
      ['filled_q ? oldest_q + 1', '1 ? oldest_q + 1'],
      ['filled_q <= ~last;', "filled_q <= 1'b1;"],
      ['end else if (get_i & ~put_i) begin', 'end else if (get_i) begin'],
      ['last ? oldest_q : oldest_q - 1', '0 ? oldest_q : oldest_q - 1'],
      ['if (put_i) bits_q', 'bits_q'],
      ["      filled_q <= 1'b0;\n", ''],
    ],
  },
  espalier_fifo: {
    parameters: [
      { WIDTH: 2, DEPTH: 1, INDEX_WIDTH: 1, MEMORY: 0 },
      { WIDTH: 2, DEPTH: 2, INDEX_WIDTH: 1, MEMORY: 0 },
      { WIDTH: 2, DEPTH: 3, INDEX_WIDTH: 2, MEMORY: 0 },
      { WIDTH: 1, DEPTH: 4, INDEX_WIDTH: 2, MEMORY: 0 },
      { WIDTH: 2, DEPTH: 2, INDEX_WIDTH: 1, MEMORY: 1 },
      { WIDTH: 1, DEPTH: 3, INDEX_WIDTH: 2, MEMORY: 1 },
    ],
    breaks: [
      ['if (put) in_q <=', 'if (s_valid_i) in_q <='],
      ['if (get) out_q <=', 'if (m_ready_i) out_q <='],
      ['(out_q == LAST', '(out_q == DEPTH'],
      ['if (put) words[', 'words['],
      ["          out_q <= {INDEX_WIDTH{1'b0}};\n", ''],
      ['filled_q ? oldest_q + 1', '1 ? oldest_q + 1'],
      ['filled_q <= ~last;', "filled_q <= 1'b1;"],
      ['end else if (get & ~put) begin', 'end else if (get) begin'],
      ['last ? oldest_q : oldest_q - 1', '0 ? oldest_q : oldest_q - 1'],
      ['if (put) bits_q', 'bits_q'],
      ['~filled_q | (oldest_q != LAST', '(oldest_q != LAST'],
      ['assign m_valid_o = filled_q;', "assign m_valid_o = 1'b1;"],
      ["      filled_q <= 1'b0;\n", ''],
    ],
  },
  espalier_fill: {
    parameters: [
      { BEATS: 2, COUNT_WIDTH: 1 },
      { BEATS: 3, COUNT_WIDTH: 2 },
      { BEATS: 5, COUNT_WIDTH: 3 },
    ],
    breaks: [
      ['wire room    = ~at_last | mark_ready_i;', "wire room    = 1'b1;"],
      ['drop_q | (~fill_q & room & m_ready_i)', 'drop_q | (room & m_ready_i)'],
      ['drop_q | (~fill_q & room & m_ready_i)', '~fill_q & room & m_ready_i'],
      ['room & (fill_q | (s_valid_i & ~drop_q))', 'room & (s_valid_i & ~drop_q)'],
      ['room & (fill_q | (s_valid_i & ~drop_q))', 'room & (fill_q | s_valid_i)'],
      ['assign mark_valid_o  = give & at_last;', 'assign mark_valid_o  = give;'],
      ['assign mark_spoilt_o = fill_q | ~s_last_i;', 'assign mark_spoilt_o = ~s_last_i;'],
      ['take & ~drop_q & (s_last_i != at_last)', 'take & (s_last_i != at_last)'],
      ['drop_q <= ~s_last_i & (drop_q | at_last);', 'drop_q <= ~s_last_i & at_last;'],
      ['fill_q <= ~at_last & (fill_q | s_last_i);', 'fill_q <= ~at_last & s_last_i;'],
      ["      fill_q <= 1'b0;\n", ''],
      ["      drop_q <= 1'b0;\n", ''],
    ],
  },
  espalier_judge: {
    parameters: [{ WIDTH: 1 }],
    breaks: [
      ['(m_ready_i | mark_spoilt_i)', 'm_ready_i'],
      ['(m_ready_i | mark_spoilt_i)', "1'b1"],
      ['goes & s_valid_i;', 'goes;'],
      ['mark_valid_i & ~mark_spoilt_i', 'mark_valid_i'],
      ['assign m_valid_o    = s_valid_i & mark_valid_i', 'assign m_valid_o    = s_valid_i'],
    ],
  },
  espalier_collect: {
    parameters: [
      { WIDTH: 2, BEATS: 1, COUNT_WIDTH: 1, HELD: 0 },
      { WIDTH: 2, BEATS: 3, COUNT_WIDTH: 2, HELD: 0 },
      { WIDTH: 2, BEATS: 1, COUNT_WIDTH: 1, HELD: 1 },
      { WIDTH: 2, BEATS: 2, COUNT_WIDTH: 1, HELD: 1 },
      { WIDTH: 1, BEATS: 5, COUNT_WIDTH: 3, HELD: 1 },
    ],
    breaks: [
      ['assign s_ready_o = ~full_q | m_ready_i;', 'assign s_ready_o = ~full_q;'],
      ['assign s_ready_o = ~full_q | m_ready_i;', "assign s_ready_o = 1'b1;"],
      ['(take & at_last) | (full_q & ~m_ready_i)', '(take & at_last) | full_q'],
      ['(take & at_last) | (full_q & ~m_ready_i)', 'take & at_last'],
      ["if (!aresetn) full_q <= 1'b0;\n        else full_q", 'full_q'],
      ['assign s_ready_o = m_ready_i | ~at_last;', 'assign s_ready_o = m_ready_i;'],
      ['assign m_valid_o = s_valid_i & at_last;', 'assign m_valid_o = s_valid_i;'],
      ['if (take) data_q <= {s_data_i', 'if (s_valid_i) data_q <= {s_data_i'],
      ['if (take) data_q <= m_data_o', 'if (s_valid_i) data_q <= m_data_o'],
    ],
  },
  espalier_window: {
    parameters: [
      { ROWS: 3, COLUMNS: 3, SIZE_Y: 2, SIZE_X: 2, OUT_ROWS: 2, OUT_COLUMNS: 2 },
      { ROWS: 3, COLUMNS: 3, SIZE_Y: 3, SIZE_X: 3, OUT_ROWS: 3, OUT_COLUMNS: 3, TOP: 1, LEFT: 1 },
      { ROWS: 3, COLUMNS: 4, SIZE_Y: 2, SIZE_X: 2, OUT_ROWS: 1, OUT_COLUMNS: 2, STRIDE_Y: 2, STRIDE_X: 2 },
      { ROWS: 3, COLUMNS: 3, SIZE_Y: 2, SIZE_X: 2, OUT_ROWS: 2, OUT_COLUMNS: 2, STRIDE_Y: 2, STRIDE_X: 2 },
      {
        ROWS: 4,
        COLUMNS: 3,
        SIZE_Y: 2,
        SIZE_X: 2,
        OUT_ROWS: 3,
        OUT_COLUMNS: 1,
        DILATION_X: 2,
        TOP: 1,
        STRIDE_X: 2,
      },
      { ROWS: 1, COLUMNS: 4, SIZE_Y: 1, SIZE_X: 3, OUT_ROWS: 1, OUT_COLUMNS: 4, LEFT: 2 },
      { ROWS: 3, COLUMNS: 1, SIZE_Y: 2, SIZE_X: 1, OUT_ROWS: 3, OUT_COLUMNS: 1, ADDRESS_WIDTH: 1 },
    ],
    breaks: [
      ['| ~enters) & (m_ready_i | ~gives)', '| ~enters)'],
      ['gives & (s_valid_i | ~enters)', 'gives'],
      ['if (!aresetn | restart)', 'if (!aresetn)'],
      ['wire restart  = step & all_in & all_out;', 'wire restart  = step & all_in;'],
      ['if (step) lines[', 'lines['],
      ['if (step) before_q', 'before_q'],
      ['row_inside[y] & column_inside[x] ?', 'row_inside[y] ?'],
      ['row_inside[y] & column_inside[x] ?', 'column_inside[x] ?'],
      ['left_q + STRIDE_X[', 'left_q + DILATION_X['],
      ['top_q + STRIDE_Y[', 'top_q + DILATION_Y['],
      ["+ {{COUNT_WIDTH-1{1'b0}}, over}", ''],
      ['(y*SIZE_X + x)*WIDTH', '(x*SIZE_Y + y)*WIDTH'],
    ],
  },
  espalier_repeat: {
    parameters: [
      { WIDTH: 1, COLUMNS: 3, FACTOR_Y: 2, FACTOR_X: 2, COUNT_WIDTH: 1, ADDRESS_WIDTH: 2 },
      { WIDTH: 1, COLUMNS: 2, FACTOR_Y: 3, FACTOR_X: 1, COUNT_WIDTH: 2, ADDRESS_WIDTH: 1 },
      { WIDTH: 2, COLUMNS: 1, FACTOR_Y: 2, FACTOR_X: 3, COUNT_WIDTH: 2, ADDRESS_WIDTH: 1 },
      { WIDTH: 1, COLUMNS: 3, FACTOR_Y: 1, FACTOR_X: 2, COUNT_WIDTH: 1, ADDRESS_WIDTH: 2 },
    ],
    breaks: [
      ['s_ready_o = first & m_ready_i', 's_ready_o = m_ready_i'],
      ['s_ready_o = first & m_ready_i', 's_ready_o = first'],
      [" & (across_q == {COUNT_WIDTH{1'b0}});", ';'],
      ['assign m_valid_o = ~first | s_valid_i;', 'assign m_valid_o = s_valid_i;'],
      ['LAST_DOWN   = FACTOR_Y - 1;', 'LAST_DOWN   = FACTOR_Y - 2;'],
      ['LAST_COLUMN = COLUMNS - 1;', 'LAST_COLUMN = COLUMNS - 2;'],
      ['cell_ends & (column_q == ', '(column_q == '],
      ['else if (give) begin', 'else if (m_valid_o) begin'],
      ['if (first) line[column_q]', 'if (~first) line[column_q]'],
      ['if (first) cell_q', 'cell_q'],
      ["      down_q   <= {COUNT_WIDTH{1'b0}};\n", ''],
    ],
  },
  espalier_zones: {
    parameters: [
      // Corners, edges and the inside; rows of which the last one is of no zone; a row alone.
      {
        BANDS_Y: 3,
        BEGINS_Y: 0b110100,
        BANDS_X: 3,
        BEGINS_X: 0b100100,
        ZONES: 3,
        MEMBERS: 0x415545,
        ZONE_OF: 0x119644,
      },
      {
        ...{ ROWS: 3, BANDS_Y: 2, BEGINS_Y: 0b1000, COLUMNS: 2, BANDS_X: 1, BEGINS_X: 0 },
        ...{ ZONES: 1, MEMBERS: 0b01, ZONE_OF: 0xf00 },
      },
      {
        ...{
          ROWS: 1,
          BANDS_Y: 1,
          BEGINS_Y: 0,
          COLUMNS: 5,
          BANDS_X: 3,
          BEGINS_X: 0b100001000,
          COUNT_WIDTH: 3,
        },
        ...{ ZONES: 2, MEMBERS: 0b010101, ZONE_OF: 0x54 },
      },
    ],
    breaks: [
      ['step     = s_valid_i & m_ready_i', 'step     = s_valid_i'],
      ['step     = s_valid_i & m_ready_i', 'step     = m_ready_i'],
      ['LAST_COLUMN = COLUMNS - 1;', 'LAST_COLUMN = COLUMNS;'],
      ['LAST_ROW    = ROWS - 1;', 'LAST_ROW    = ROWS;'],
      ['if (row_ends) row_q', 'row_q'],
      ['row_q >= BEGINS_Y', 'row_q > BEGINS_Y'],
      ['column_q >= BEGINS_X', 'column_q > BEGINS_X'],
      ['from_row[y] & ~from_row[y+1]', 'from_row[y]'],
      [' & ~from_column[BANDS_X:1]', ''],
      ["lies[zone] ? s_data_i : {WIDTH{1'b0}}", 's_data_i'],
      ['(zone+1)*WIDTH +: WIDTH] = ', '(ZONES-zone)*WIDTH +: WIDTH] = '],
      ["      column_q <= {COUNT_WIDTH{1'b0}};\n", ''],
    ],
  },
  espalier_sequencer: {
    parameters: [
      { STEPS: 3, STEP_WIDTH: 2, PIPELINE: 3, FIRST_RESULT: 1, LOOK_AHEAD: 0 },
      { STEPS: 1, STEP_WIDTH: 1, PIPELINE: 4, FIRST_RESULT: 0, LOOK_AHEAD: 1 },
      { STEPS: 5, STEP_WIDTH: 3, PIPELINE: 2, FIRST_RESULT: 4, LOOK_AHEAD: 0 },
      { STEPS: 4, STEP_WIDTH: 2, PIPELINE: 5, FIRST_RESULT: 0, LOOK_AHEAD: 1 },
    ],
    breaks: [
      ['assign x_ready_o = idle & ~stall;', 'assign x_ready_o = idle;'],
      ['assign enable_o  = ~stall;', "assign enable_o  = 1'b1;"],
      ['localparam LAST_STEP  = STEPS - 1;', 'localparam LAST_STEP  = STEPS - 2;'],
      ['assign issue_o   = ~idle | x_valid_i;', "assign issue_o   = 1'b1;"],
      ['issue_o & at_last};', 'issue_o & idle};'],
      ["else if (y_ready_i) y_valid_q <= 1'b0;", "else y_valid_q <= 1'b0;"],
      ["          last_q  <= {PIPELINE{1'b0}};\n", ''],
    ],
  },
  espalier_pages: {
    needs: ['espalier_frame'],
    parameters: [
      { PAGES: 1, WORDS: 1, ADDRESS_WIDTH: 1, MARKS: 0 },
      { PAGES: 1, WORDS: 3, ADDRESS_WIDTH: 2, MARKS: 0 },
      { PAGES: 2, WORDS: 1, ADDRESS_WIDTH: 1, MARKS: 0 },
      { PAGES: 2, WORDS: 2, ADDRESS_WIDTH: 1, MARKS: 0 },
      { PAGES: 2, WORDS: 3, ADDRESS_WIDTH: 2, MARKS: 0 },
      { PAGES: 1, WORDS: 2, ADDRESS_WIDTH: 1, MARKS: 1 },
      { PAGES: 2, WORDS: 1, ADDRESS_WIDTH: 1, MARKS: 1 },
      { PAGES: 2, WORDS: 3, ADDRESS_WIDTH: 2, MARKS: 1 },
    ],
    breaks: [
      ['= valid & x_at_last_o & x_ready_o', '= x_valid_i & x_at_last_o & x_ready_o'],
      ['= valid & x_at_last_o & x_ready_o', '= valid & x_at_last_o'],
      ['(valid & x_at_last_o & x_ready_o)', '(x_valid_i & x_at_last_o & x_ready_o)'],
      ['complete = waits_q | ', 'complete = '],
      ['complete & mark_valid_i & ~mark_spoilt_i', 'complete & ~mark_spoilt_i'],
      ['complete & mark_valid_i & ~mark_spoilt_i', 'complete & mark_valid_i'],
      ['room & ~waits_q', 'room'],
      ['assign mark_ready_o = complete;', 'assign mark_ready_o = ends;'],
      ['waits_q <= complete & ~mark_valid_i;', 'waits_q <= complete & ~ends;'],
      ["if (!aresetn) waits_q <= 1'b0;\n        else waits_q", 'waits_q'],
      ['assign write_o = x_valid_i & x_ready_o;', 'assign write_o = x_valid_i;'],
      ['assign room      = ~full_q;', "assign room      = 1'b1;"],
      ['full & ~release_i;', 'full;'],
      ['~(fill_q ? full_q[1] : full_q[0])', '~full_q[0]'],
      ['fill_q ^ room', '~fill_q'],
      ['read_q ^ release_i', 'read_q'],
      ['next ? full[1] : full[0]', 'read_q ? full[1] : full[0]'],
      ['next ? full[1] : full[0]', 'next ? full_q[1] : full_q[0]'],
      ['fill_q <= fill_q ^ ends;', 'fill_q <= fill_q ^ write_o;'],
      ["          fill_q <= 1'b0;\n", ''],
      ['full & ~freed', 'full & freed'],
    ],
  },
  espalier_frame: {
    parameters: [
      { BEATS: 1, COUNT_WIDTH: 1 },
      { BEATS: 2, COUNT_WIDTH: 1 },
      { BEATS: 3, COUNT_WIDTH: 2 },
      { BEATS: 5, COUNT_WIDTH: 3 },
    ],
    breaks: [
      ['assign valid_o   = valid_i & ~drop_q & right;', 'assign valid_o   = valid_i & right;'],
      ['assign valid_o   = valid_i & ~drop_q & right;', 'assign valid_o   = valid_i & ~drop_q;'],
      ['assign error_o   = take & ~drop_q & ~right;', 'assign error_o   = take & ~right;'],
      ['begins = last_i | at_last_q | drop_q;', 'begins = last_i | at_last_q;'],
      ['begins = last_i | at_last_q | drop_q;', 'begins = at_last_q | drop_q;'],
      ['at_last_q <= ~begins & (', 'at_last_q <= ('],
      ['wire take  = valid_i & ready_i;', 'wire take = valid_i;'],
      ['drop_q <= ~last_i & (drop_q | at_last_o);', "drop_q <= 1'b0;"],
      ['localparam BEFORE_LAST = BEATS - 2;', 'localparam BEFORE_LAST = BEATS - 1;'],
      ["if (!aresetn) drop_q <= 1'b0;\n    else if (take)", 'if (take)'],
      ["          beat_q    <= {COUNT_WIDTH{1'b0}};\n", ''],
      ["          at_last_q <= 1'b0;\n", ''],
    ],
  },
  espalier_gather: {
    needs: ['espalier_frame'],
    parameters: [
      { WIDTH: 2, BEATS: 1, COUNT_WIDTH: 1 },
      { WIDTH: 2, BEATS: 2, COUNT_WIDTH: 1 },
      { WIDTH: 2, BEATS: 3, COUNT_WIDTH: 2 },
      { WIDTH: 1, BEATS: 5, COUNT_WIDTH: 3 },
    ],
    breaks: [
      ['assign s_ready_o = m_ready_i | ~m_valid_o;', "assign s_ready_o = 1'b1;"],
      ['assign s_ready_o = m_ready_i | ~m_valid_o;', 'assign s_ready_o = m_ready_i;'],
      ['assign m_valid_o = valid & at_last;', 'assign m_valid_o = valid;'],
      ['assign m_valid_o = valid & at_last;', 'assign m_valid_o = s_valid_i & at_last;'],
      ['if (s_valid_i & s_ready_o) data_q', 'if (s_valid_i) data_q'],
      ['m_data_o[BEATS*WIDTH-1:WIDTH];', 'm_data_o[BEATS*WIDTH-1:WIDTH] ^ 1;'],
      ['assign m_data_o = s_data_i;', 'assign m_data_o = ~s_data_i;'],
    ],
  },
  espalier_results: {
    parameters: [
      { WIDTH: 2, BEATS: 1, COUNT_WIDTH: 1 },
      { WIDTH: 2, BEATS: 2, COUNT_WIDTH: 1 },
      { WIDTH: 2, BEATS: 3, COUNT_WIDTH: 2 },
      { WIDTH: 1, BEATS: 4, COUNT_WIDTH: 2 },
    ],
    breaks: [
      ['assign s_ready_o = idle & m_ready_i;', 'assign s_ready_o = m_ready_i;'],
      ['(idle ? s_end_i : end_q)', 's_end_i'],
      ['at_end & (idle ? s_last_i : last_q)', 'at_end & s_last_i'],
      ['at_end & (idle ? s_last_i : last_q)', 'idle ? s_last_i : last_q'],
      ['else if (give) beat_q', 'else if (m_valid_o) beat_q'],
      ['if (give) data_q', 'if (m_valid_o) data_q'],
      ["if (!aresetn) beat_q <= {COUNT_WIDTH{1'b0}};\n        else if (give)", 'if (give)'],
    ],
  },
  espalier_spread: {
    parameters: [
      { WIDTH: 2, BEATS: 1, COUNT_WIDTH: 1 },
      { WIDTH: 2, BEATS: 2, COUNT_WIDTH: 1 },
      { WIDTH: 2, BEATS: 3, COUNT_WIDTH: 2 },
      { WIDTH: 1, BEATS: 5, COUNT_WIDTH: 3 },
    ],
    breaks: [
      ['assign s_ready_o = idle & m_ready_i;', 'assign s_ready_o = m_ready_i;'],
      ['assign s_ready_o = idle & m_ready_i;', 'assign s_ready_o = idle;'],
      ['assign m_last_o  = at_last;', 'assign m_last_o  = idle;'],
      ['else if (give) beat_q', 'else if (m_valid_o) beat_q'],
      ['if (give) data_q', 'if (m_valid_o) data_q'],
      ["if (!aresetn) beat_q <= {COUNT_WIDTH{1'b0}};\n    else if (give)", 'if (give)'],
    ],
  },
  espalier_cut: {
    needs: ['espalier_choose'],
    parameters: [
      { WIDTH: 2, BEATS: 2, COUNT_WIDTH: 1 },
      { WIDTH: 2, BEATS: 3, COUNT_WIDTH: 2 },
      { WIDTH: 1, BEATS: 5, COUNT_WIDTH: 3 },
    ],
    breaks: [
      ['assign s_ready_o = at_last & m_ready_i;', 'assign s_ready_o = m_ready_i;'],
      ['assign s_ready_o = at_last & m_ready_i;', 'assign s_ready_o = at_last;'],
      ['else if (give) beat_q', 'else if (s_valid_i) beat_q'],
      ['localparam LAST_BEAT = BEATS - 1;', 'localparam LAST_BEAT = BEATS - 2;'],
      ["if (!aresetn) beat_q <= {COUNT_WIDTH{1'b0}};\n    else if (give)", 'if (give)'],
    ],
  },
  espalier_store: {
    needs: ['espalier_pages', 'espalier_frame'],
    parameters: [
      { WIDTH: 1, WORDS: 2, ADDRESS_WIDTH: 1, MARKS: 0 },
      { WIDTH: 1, WORDS: 3, ADDRESS_WIDTH: 2, MARKS: 0 },
      { WIDTH: 1, WORDS: 2, ADDRESS_WIDTH: 1, MARKS: 1 },
    ],
    breaks: [
      ['reads_q & (~valid_q | m_ready_i)', 'reads_q & ~valid_q | m_ready_i'],
      ['reads_q & (~valid_q | m_ready_i)', 'reads_q'],
      ['valid_q <= fetch | (valid_q & ~m_ready_i);', 'valid_q <= fetch;'],
      ['.release_i     (fetch & at_last)', '.release_i     (fetch)'],
      ['words[{page, next_q}]', "words[{1'b0, next_q}]"],
      ['if (write) words', 'if (s_valid_i) words'],
      ['if (fetch) word_q', 'word_q'],
      ["      next_q  <= {ADDRESS_WIDTH{1'b0}};\n", ''],
    ],
  },
  espalier_uart_tx: {
    parameters: [
      { DIVIDER: 1, DIVIDER_WIDTH: 1 },
      { DIVIDER: 3, DIVIDER_WIDTH: 2 },
    ],
    breaks: [
      ["assign ready_o = idle | (at_end & (bits_q == 4'd1));", 'assign ready_o = idle | at_end;'],
      ["bits_q   <= 4'd10;", "bits_q   <= 4'd9;"],
      ["txd_q  <= (bits_q == 4'd1) | data_q[0];", 'txd_q  <= data_q[1];'],
      ["data_q <= {1'b1, data_i};", "data_q <= {1'b0, data_i};"],
      ['BEFORE_LAST = DIVIDER - 2;', 'BEFORE_LAST = DIVIDER - 1;'],
      ["      txd_q    <= 1'b1;\n", ''],
    ],
  },
  espalier_uart_rx: {
    needs: ['espalier_uart_tx'],
    // A byte takes 60, and some breaks show in the next one.
    frames: 150,
    parameters: [{ DIVIDER: 6, DIVIDER_WIDTH: 3 }],
    breaks: [
      ["(bit_q != 4'd9)) data_q", "(bit_q != 4'd8)) data_q"],
      ['localparam MIDDLE     = DIVIDER / 2;', 'localparam MIDDLE     = DIVIDER - 1;'],
      ['{level, data_q[7:1]}', '{data_q[6:0], level}'],
      ['valid_q <= aresetn & stop & level;', "valid_q <= aresetn & sample & (bit_q == 4'd8) & level;"],
      ['valid_q <= aresetn & stop & level;', 'valid_q <= aresetn & (valid_q | (stop & level));'],
      ["stop   = sample & (bit_q == 4'd9);", "stop   = sample & (bit_q == 4'd10);"],
    ],
  },
  espalier_link_rx: {
    needs: ['espalier_crc16'],
    frames: 40,
    parameters: [{ BYTES: 2, COUNT_WIDTH: 2, TIMEOUT: 5, TIMEOUT_WIDTH: 3 }],
    breaks: [
      ['assign good_o     = ends_q & right_q;', 'assign good_o     = ends_q;'],
      ['begins = header & fits & ~work_q;', 'begins = header & ~work_q;'],
      ["crc_q <= 16'hFFFF", "crc_q <= 16'h0000"],
      ['header_q[0] ? sequence_q : second_q', 'second_q'],
      ['valid_q | (|header_q)', 'valid_q | header_q[0]'],
      ['inside_q & ~ends & ~over', 'inside_q & ~ends'],
      ['if (~inside_q) sequence_q', 'sequence_q'],
      ['if (!aresetn | lost) {first_sync_q', 'if (!aresetn | error_i) {first_sync_q'],
      ["asks ? LENGTH[COUNT_WIDTH-1:0] : {COUNT_WIDTH{1'b0}}", "{COUNT_WIDTH{1'b0}}"],
      ['assign ask_o      = asks_q;', 'assign ask_o      = asks;'],
    ],
  },
  espalier_link_tx: {
    needs: ['espalier_crc16'],
    frames: 40,
    parameters: [
      { BYTES: 1, COUNT_WIDTH: 4 },
      { BYTES: 2, COUNT_WIDTH: 4 },
    ],
    breaks: [
      ["BEFORE_SYNC = 16'h47F3", "BEFORE_SYNC = 16'hFFFF"],
      ['~full_q & (~result | s_valid_i)', '~full_q'],
      ['(~result | s_valid_i)', '(~payload | s_valid_i)'],
      ["identity = {24'd0, IDENTITY}", "identity = {IDENTITY, 24'd0}"],
      ['LAST_BYTE     = BYTES - 1', 'LAST_BYTE     = BYTES'],
      ['full_q <= put | (full_q & ~m_ready_i)', 'full_q <= put'],
      ['wait_q ? bad_sequence_q : sequence_i', 'sequence_i'],
      ['s_ready_o    = result & ~full_q', 's_ready_o    = payload & ~full_q'],
      ['done    = put & (result | asked) & at_last', 'done    = put & payload & at_last'],
    ],
  },
  espalier_axi_lite: {
    parameters: [{ ADDRESS_WIDTH: 2 }],
    breaks: [
      ['& ~bvalid_q;', '& ~s_axi_bready;'],
      ['write_o         = address_valid_q & data_valid_q', 'write_o         = address_valid_q'],
      ['assign s_axi_awready   = ~address_valid_q;', "assign s_axi_awready   = 1'b1;"],
      ['assign s_axi_wready    = ~data_valid_q;', "assign s_axi_wready    = 1'b1;"],
      ["else if (s_axi_bready) bvalid_q <= 1'b0;", "else bvalid_q <= 1'b0;"],
      ["else if (s_axi_rready) rvalid_q <= 1'b0;", "else rvalid_q <= 1'b0;"],
      ['if (write_o) bok_q <= write_ok_i;', 'bok_q <= write_ok_i;'],
      ['read_ok_i ? OKAY', '~read_ok_i ? OKAY'],
      ["      rvalid_q        <= 1'b0;\n", ''],
    ],
  },
  espalier_avalon_mm: {
    parameters: [{ ADDRESS_WIDTH: 2 }],
    breaks: [
      ['assign write_o         = avs_write & aresetn;', 'assign write_o         = avs_write;'],
      ['read_q    <= read_o;', "read_q    <= 1'b1;"],
      ['written_q ? write_ok_q', 'read_q ? write_ok_q'],
      ['write_ok_q <= write_ok_i;', "write_ok_q <= 1'b1;"],
    ],
  },
  espalier_registers: {
    parameters: [
      { IN_BEATS: 1, IN_COUNT_WIDTH: 1, OUT_BEATS: 1, OUT_COUNT_WIDTH: 1, CLASS_BEAT: 0 },
      { IN_BEATS: 3, IN_COUNT_WIDTH: 2, OUT_BEATS: 2, OUT_COUNT_WIDTH: 1, CLASS_BEAT: 1 },
    ],
    breaks: [
      ['start       = asked & ~busy_q & ~reset;', 'start       = asked & ~reset;'],
      ['put         = write_i & is_input & ~loading_q;', 'put         = write_i & is_input;'],
      ['in_memory[in_next];', 'in_memory[in_index_q];'],
      ['take ? in_index_q', 'loading_q ? in_index_q'],
      ['localparam LAST_IN     = IN_BEATS - 1;', 'localparam LAST_IN     = IN_BEATS;'],
      ['finish  = give & out_end;', 'finish  = give;'],
      ['else if (take & at_last) loading_q', 'else if (at_last) loading_q'],
      ['if (give & (out_index_q == BEAT', 'if (give & (out_index_q != BEAT'],
      ['if (give) out_memory[out_index_q]', 'if (give) out_memory[0]'],
      ['assign core_aresetn_o = aresetn & ~reset_q;', 'assign core_aresetn_o = aresetn;'],
      ['assign interrupt_o    = done_q & enable_q;', 'assign interrupt_o    = done_q;'],
      ['if (!aresetn | reset | finish) out_index_q', 'if (!aresetn | finish) out_index_q'],
    ],
  },
  espalier_stream_registers: {
    parameters: [
      { OUT_BEATS: 1, OUT_COUNT_WIDTH: 1, CLASS_BEAT: 0 },
      { OUT_BEATS: 2, OUT_COUNT_WIDTH: 1, CLASS_BEAT: 1 },
    ],
    breaks: [
      ['assign core_aresetn_o = aresetn & ~reset_q;', 'assign core_aresetn_o = aresetn;'],
      ['else if (ends_i) done_q', 'else if (begins_i) done_q'],
      ['if (reset_q | begins_i) done_q', 'if (reset_q) done_q'],
      ['assign interrupt_o    = done_q & enable_q;', 'assign interrupt_o    = done_q;'],
      ['if (take_i & (beat_q == BEAT', 'if (take_i & (beat_q != BEAT'],
      ['if (!core_aresetn_o) beat_q', 'if (!aresetn) beat_q'],
      ['if (take_i & last_i) samples_q', 'if (take_i) samples_q'],
      ['is_value   = read_index <= FRAME_ERRORS;', 'is_value   = read_index < FRAME_ERRORS;'],
      ['write_ok_o     = is_control | is_status | is_enable;', 'write_ok_o     = is_control | is_status;'],
    ],
  },
  espalier_stream_link: {
    parameters: [
      { IN_BEATS: 1, IN_COUNT_WIDTH: 1, OUT_BEATS: 1 },
      { IN_BEATS: 1, IN_COUNT_WIDTH: 1, OUT_BEATS: 2 },
      { IN_BEATS: 2, IN_COUNT_WIDTH: 1, OUT_BEATS: 1 },
      { IN_BEATS: 3, IN_COUNT_WIDTH: 2, OUT_BEATS: 2 },
    ],
    breaks: [
      ['& ~skip_q & ~closing_q;', '& ~skip_q;'],
      ['(at_last ? whole : (s_axis_tlast | ~whole))', '(at_last ? whole : s_axis_tlast)'],
      ['(at_last ? whole : (s_axis_tlast | ~whole))', '(at_last | s_axis_tlast | ~whole)'],
      ['(at_last ? whole : (s_axis_tlast | ~whole))', '(at_last ? whole : ~whole)'],
      ["if (wrong & at_last) fill_q <= 1'b1;", "if (wrong & at_last) fill_q <= 1'b0;"],
      ["else if (x_ready_i) fill_q <= 1'b0;", "else fill_q <= 1'b0;"],
      ['if (wrong) skip_q <= ~s_axis_tlast;', "if (wrong) skip_q <= 1'b0;"],
      ['(skip_q & ~fill_q) | (open & x_ready_i)', 'skip_q | (open & x_ready_i)'],
      ['if (in_end) closing_q', 'if (take & s_axis_tlast) closing_q'],
      ['closing_q | (work_q > ONE)', "1'b1"],
      ['closing_q | (work_q > ONE)', 'closing_q'],
      ['ends_o    = leaves & closing_q & single;', 'ends_o    = leaves & closing_q;'],
      ['& (~valid_q | m_axis_tready);', '& ~valid_q;'],
      ['& (~valid_q | m_axis_tready);', ';'],
      ['y_ready_o = core_aresetn_i & ', 'y_ready_o = '],
      ['(at_last | wrong) ?', 'at_last ?'],
      ["if (!aresetn) valid_q <= 1'b0;", "if (!core_aresetn_i) valid_q <= 1'b0;"],
      ['begins_o      = take & ~inside_q;', 'begins_o      = take;'],
    ],
  },
  espalier_avalon_st: {
    parameters: [
      { WIDTH: 8, EMPTY_WIDTH: 1 },
      { WIDTH: 32, EMPTY_WIDTH: 2 },
    ],
    breaks: [
      ['asi_endofpacket & (|asi_empty)', '|asi_empty'],
      ['asi_endofpacket & (|asi_empty)', "1'b0"],
      ['~lacks & ~asi_error & ', '~lacks & '],
      ['(asi_startofpacket == in_first_q)', "1'b1"],
      ['in_first_q <= asi_endofpacket;', "in_first_q <= 1'b0;"],
      ['if (!core_aresetn_i) in_first_q', 'if (!aresetn) in_first_q'],
      ['aso_endofpacket | cut_q', 'aso_endofpacket'],
      ["if (aso_valid) cut_q <= 1'b1;\n      else out_first_q", 'out_first_q'],
      ['else if (aso_valid & aso_ready) begin', 'else if (aso_valid) begin'],
      ["      out_first_q <= 1'b1;\n", ''],
    ],
  },
};

/** Where a module of that name stands. */
const fileOf = (name: string): string =>
  [RTL, path.join(RTL, 'links')]
    .map((place) => path.join(place, `${name}.v`))
    .find((file) => existsSync(file)) ?? name;

type Parameters = Readonly<Record<string, number>>;

const REFUTED = /was asserted in frame/;
/** A proof takes up to 45 seconds, and minutes on a machine that is busy with others. */
const PROOF_TIMEOUT = 600_000;

/** A primitive's text and its properties as a circuit of gates; the file in which it is. */
function circuitOf(primitive: string, text: string, parameters: Parameters): string {
  const file = (extension: string) => path.join(folder, `${primitive}.${extension}`);
  const top = `${primitive}_properties`;
  const others = (PRIMITIVES[primitive].needs ?? []).map(fileOf);
  const settings = Object.entries(parameters).map(([key, value]) => `-set ${key} ${value}`);
  writeFileSync(file('v'), text);
  writeFileSync(
    file('ys'),
    [
      `read_verilog -formal ${[file('v'), ...others, path.join(PROPERTIES, `${primitive}.v`)].join(' ')}`,
      `chparam ${settings.join(' ')} ${top}`,
      `hierarchy -check -top ${top}`,
      'proc',
      'flatten',
      'setundef -undriven -anyseq',
      'opt -keepdc',
      'memory',
      'async2sync',
      'dffunmap',
      'opt_clean',
      // Registers may hold anything at power-up.
      'formalff -clk2ff -ff2anyinit',
      'techmap',
      'opt -fast',
      'abc -g AND -fast',
      'opt_clean',
      `write_aiger -I -B -zinit ${file('aig')}`,
    ].join('\n'),
  );
  execFileSync('yosys', ['-q', '-s', file('ys')], { stdio: 'pipe' });
  return file('aig');
}

const checked = (circuit: string, command: string): string =>
  execFileSync('yosys-abc', ['-c', `read_aiger ${circuit}; fold; ${command}`], {
    encoding: 'utf8',
    cwd: folder,
  });

/** Whether every property holds in every reachable state. */
function holds(circuit: string): boolean {
  const said = checked(circuit, 'pdr');
  const proved = said.includes('Property proved.');
  expect(proved || REFUTED.test(said), said).toBe(true);
  return proved;
}

/** Whether a property is lost within so many cycles. */
function isLost(circuit: string, frames: number): boolean {
  const said = checked(circuit, `bmc3 -F ${frames}`);
  const lost = REFUTED.test(said);
  expect(lost || said.includes(`No output asserted in ${frames} frames`), said).toBe(true);
  return lost;
}

describe.each(Object.entries(PRIMITIVES))('%s', (primitive, { parameters, breaks, frames }) => {
  const text = readFileSync(fileOf(primitive), 'utf8');

  it.each(parameters)('keeps its properties with %o', { timeout: PROOF_TIMEOUT }, (some) => {
    expect(holds(circuitOf(primitive, text, some))).toBe(true);
  });

  it.each(breaks)('loses one with %j → %j', (from, to) => {
    expect(text).toContain(from);
    const broken = text.replaceAll(from, to);
    const shows = parameters.some((some) => {
      const circuit = circuitOf(primitive, broken, some);
      return frames === undefined ? !holds(circuit) : isLost(circuit, frames);
    });
    expect(shows).toBe(true);
  });
});

it('every file of properties is proved', () => {
  expect(
    readdirSync(PROPERTIES)
      .map((file) => path.basename(file, '.v'))
      .sort(),
  ).toEqual(Object.keys(PRIMITIVES).sort());
});
