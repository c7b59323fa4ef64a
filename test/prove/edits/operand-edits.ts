import { type Edit, edits, replace } from './edit.js';

const PAGES = 'espalier_pages.v';
const OPERANDS = 'espalier_operands.v';
const SEQUENCER = 'espalier_sequencer.v';
const FRAME = 'espalier_frame.v';
const HIDDEN = 'tiny_hidden.v';
const OUTPUT = 'tiny_output.v';

const WRITE = 'assign write_o = x_valid_i & x_ready_o;';
const PAGE = 'assign page_o    = read_q;';
const SAMPLE = 'next ? full[1] : full[0]';
const RELEASE = 'assign x_ready_o = read_q & ~stall;';
const READ = 'if (enable_i) code_q <= words[place];';
const WORD = 'index_i[INDEX_WIDTH-1:INDEX_WIDTH-ADDRESS_WIDTH]';
const ONE = "{{(ADDRESS_WIDTH-1){1'b0}}, 1'b1}";

/** What fills a memory. */
const UNKNOWN_WORD = /^hidden operands unit \d: it may hang on an unknown value or on another sample/m;
const OTHER_WORD = /^hidden operands unit \d: differs/m;
const PAGES_TOLD = /^hidden operands: pages are told to be full that are not, or are not told/m;
/** What reads it. */
const UNKNOWN = /^hidden unit \d: it may hang on an unknown value or on another sample/m;
const DIFFERS = /^hidden unit \d: differs/m;
const NOT_THERE =
  /^hidden: (an output that belongs to no sample|a sample is lost or comes out twice|a sample is released that is not there)/m;

/** What can be wrong with operands that lie in a memory: where and when words are written, read, and given free. */
export const OPERAND_EDITS: readonly Edit[] = [
  ...edits('operands', UNKNOWN_WORD, [
    ['a write enable that is stuck at 0', OPERANDS, replace('if (write_i)', "if (write_i & 1'b0)")],
    ['a first word that is not written', PAGES, replace(WRITE, WRITE.replace(';', ' & (word != 0);'))],
    ['a last word that is not written', PAGES, replace(WRITE, WRITE.replace(';', ' & ~x_at_last_o;'))],
    ['a write address that does not move', PAGES, replace('{fill_q, word}', '{fill_q, word & ~word}')],
    ['the page that is read is written', PAGES, replace('{fill_q, word}', '{~fill_q, word}')],
    ['always the same page is written', PAGES, replace('{fill_q, word}', "{1'b0, word}")],
    ['words that are written and not taken', PAGES, replace(WRITE, 'assign write_o = x_valid_i;')],
  ]),
  ...edits('operands', OTHER_WORD, [
    ['a write address one too high', PAGES, replace('{fill_q, word}', `{fill_q, word ^ ${ONE}}`)],
    ['a word that is inverted', OPERANDS, replace('<= word_i;', '<= ~word_i;')],
    ['one bit of a word that is inverted', HIDDEN, replace(/\.word_i( +)\(x_i\)/, ".word_i$1(x_i ^ 6'd32)")],
  ]),
  ...edits('operands', PAGES_TOLD, [
    [
      'a page that is full a word too early',
      FRAME,
      replace('BEFORE_LAST = BEATS - 2', 'BEFORE_LAST = BEATS - 3'),
    ],
    ['a sample that is a word too short', HIDDEN, replace(/\.WORDS( +)\(4\)/, '.WORDS$1(3)')],
    ['a sample of another length is kept', PAGES, replace('= valid & x_at', '= x_valid_i & x_at')],

    [
      'the other page is told to be full',
      PAGES,
      replace('{ends & fill_q, ends & ~fill_q}', '{ends & ~fill_q, ends & fill_q}'),
    ],
    ['a page that is never free', PAGES, replace('full & ~freed', 'full')],
    ['both pages are freed', PAGES, replace('{release_i & oldest, release_i & ~oldest}', '{2{release_i}}')],
    ['the newer page is freed', PAGES, replace('fill_q ^ room', '~fill_q ^ room')],
    ['pages that are filled in turns by words', PAGES, replace('fill_q ^ ends;', 'fill_q ^ write_o;')],
    ['a page that is full after a reset', PAGES, replace("full_q <= 2'b00;", "full_q <= 2'b01;")],
    ['pages that are not reset', PAGES, replace("full_q <= 2'b00;", '')],
    ['words that are taken always', PAGES, replace('~(fill_q ? full_q[1] : full_q[0])', "1'b1")],
  ]),
  ...edits('operands', /^hidden operands: a sample of another length is not told once, when that is known/m, [
    ['a mark that is not looked at', HIDDEN, replace(/\(x_last_i\)/, '(hidden_last_word)')],
    [
      'an error that is not told',
      FRAME,
      replace('= take & ~drop_q & ~right;', "= take & ~drop_q & ~right & 1'b0;"),
    ],
  ]),
  ...edits('operands', /^output operands: /m, [
    ['words between layers that never end', OUTPUT, replace(/(\.x_last_i +)\(\w+\)/, "$1(1'b0)")],
  ]),
  ...edits('operands', UNKNOWN, [
    ['the page that is filled is read', PAGES, replace(PAGE, 'assign page_o    = ~read_q;')],
    ['always the same page is read', PAGES, replace(PAGE, "assign page_o    = 1'b0;")],

    [
      'a page that is freed with its first step',
      SEQUENCER,
      replace('read_q <= issue_o & at_last;', 'read_q <= issue_o & idle;'),
    ],
    [
      'a read register that never takes',
      OPERANDS,
      replace(READ, READ.replace('enable_i', "enable_i & 1'b0")),
    ],
    ['a read that does not stand still', OPERANDS, replace(READ, 'code_q <= words[place];')],
  ]),
  ...edits('operands', DIFFERS, [
    [
      'a read address without its lowest bit',
      OPERANDS,
      replace(`{page_i, ${WORD}}`, `{page_i, ${WORD} & ~${ONE}}`),
    ],
    ['a read address one too high', OPERANDS, replace(`{page_i, ${WORD}}`, `{page_i, ${WORD} ^ ${ONE}}`)],
    ['an operand that is inverted', OPERANDS, replace('assign code_o = code_q;', 'assign code_o = ~code_q;')],
  ]),
  ...edits('operands', /^hidden unit \d: it hangs on another sample too/m, [
    [
      'a page that is freed a step too early',
      SEQUENCER,
      replace(
        'read_q <= issue_o & at_last;',
        "read_q <= issue_o & (step_q == LAST_STEP[STEP_WIDTH-1:0] - 1'b1);",
      ),
    ],
    ['a page that is read on after it was freed', PAGES, replace(PAGE, 'assign page_o    = next;')],
  ]),
  ...edits('operands', NOT_THERE, [
    ['a page that does not change', PAGES, replace('read_q <= next;', 'read_q <= read_q;')],
    ['a page that is freed while it waits', SEQUENCER, replace(RELEASE, 'assign x_ready_o = read_q;')],
    ['steps of a sample that is not there', PAGES, replace(SAMPLE, "1'b1")],
  ]),
  ...edits('operands', /^hidden: whether a sample is released hangs on data or on an unknown value/m, [
    ['steps of a sample that is still coming in', PAGES, replace(SAMPLE, 'x_valid_i')],
  ]),
  ...edits('operands', /^hidden: /m, [
    [
      'a result that does not wait',
      SEQUENCER,
      replace('assign stall     = y_valid_o & ~y_ready_i;', "assign stall     = 1'b0;"),
    ],
    [
      'a result that waits for its sink',
      SEQUENCER,
      replace('word_i & ~fault_i;', 'word_i & ~fault_i & y_ready_i;'),
    ],
  ]),
];
