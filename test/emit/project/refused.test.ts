import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import { emitDesign } from '../../../src/emit/design.js';
import { BOARDS } from '../../../src/targets/boards/index.js';
import { randomNetwork } from '../../support/networks.js';
import { RANDOM_ARCHITECTURES, randomDesign } from '../../support/random-designs.js';

interface Refused {
  readonly what: string;
  readonly pattern: { test(text: string): boolean };
  /** Who refuses it, and where that is said. */
  readonly source: string;
  /** Text that has it. */
  readonly example: string;
}

const VIVADO = 'AMD UG901, Verilog language support';
const QUARTUS = 'Intel Quartus Prime, Verilog-2001 support';

/** Constructs of Verilog that a maker's synthesis refuses, or takes for something else than simulators do. */
const REFUSED: readonly Refused[] = [
  {
    what: 'a delay',
    pattern: /#\s*\d/,
    source: `${VIVADO}: ignored; ${QUARTUS}: ignored`,
    example: 'assign #1 a = b;',
  },
  { what: 'wait', pattern: /\bwait\s*\(/, source: `${VIVADO}: unsupported`, example: 'wait (a);' },
  {
    what: 'fork',
    pattern: /\bfork\b/,
    source: `${VIVADO}: unsupported; ${QUARTUS}: unsupported`,
    example: 'fork join',
  },
  {
    what: 'force, release',
    pattern: /\b(force|release)\b/,
    source: `${VIVADO}: unsupported`,
    example: 'force a = 1;',
  },
  {
    what: 'deassign',
    pattern: /\bdeassign\b/,
    source: `${VIVADO}: unsupported; ${QUARTUS}: unsupported`,
    example: 'deassign a;',
  },
  {
    what: 'event',
    pattern: /\bevent\b|->(?!>)/,
    source: `${VIVADO}: unsupported; ${QUARTUS}: unsupported`,
    example: 'event e;',
  },
  {
    what: 'real',
    pattern: /\b(real|realtime|time)\b/,
    source: `${QUARTUS}: unsupported`,
    example: 'real a;',
  },
  {
    what: 'user-defined primitives',
    pattern: /\b(primitive|table)\b/,
    source: `${VIVADO}: unsupported (Synth 8-1027)`,
    example: 'primitive p (a, b);',
  },
  {
    what: 'switches',
    pattern: /\b(r?tran(if[01])?|r?[np]mos|r?cmos|pull(up|down))\b/,
    source: `${VIVADO}: unsupported; ${QUARTUS}: unsupported`,
    example: 'tran (a, b);',
  },
  {
    what: 'strengths, trireg',
    pattern: /\b(trireg|supply[01]|strong[01]|weak[01]|pull[01])\b/,
    source: `${VIVADO}: ignored`,
    example: 'trireg a;',
  },
  { what: 'specify', pattern: /\bspecify\b/, source: `${VIVADO}: ignored`, example: 'specify endspecify' },
  {
    what: 'defparam',
    pattern: /\bdefparam\b/,
    source: 'IEEE 1800-2017, annex C.4.1: to be removed; not across generate blocks in Quartus',
    example: 'defparam a.B = 1;',
  },
  {
    what: 'comparisons with x',
    pattern: /[!=]==/,
    source: `${QUARTUS}: taken for == and !=`,
    example: 'assign a = b === c;',
  },
  {
    what: 'casex',
    pattern: /\bcasex\b/,
    source: 'simulation and synthesis differ; AMD UG901, coding',
    example: 'casex (a)',
  },
  {
    what: 'an unknown constant',
    pattern: /'s?[bhod][0-9a-f_]*[xz?]/i,
    source: `${VIVADO}, ${QUARTUS}: its value is chosen freely`,
    example: "assign a = 4'bxx01;",
  },
  {
    what: 'both edges of a clock',
    pattern: /posedge\s+(\w+)\s+or\s+negedge\s+\1\b/,
    source: `${VIVADO}: Synth 8-434; ${QUARTUS}: Error 10239`,
    example: 'always @(posedge a or negedge a)',
  },
  {
    what: 'nothing repeated',
    pattern: /\{\s*0\s*\{/,
    source: `${VIVADO}: Synth 8-693, ignored`,
    example: "assign a = {0{1'b1}};",
  },
  {
    what: 'a generate block without a name',
    pattern: { test: hasUnnamedBlock },
    source: `${QUARTUS}: Error 10644, this block requires a name`,
    example: 'generate if (A) begin assign a = b; end endgenerate',
  },
  {
    what: 'a genvar in its loop',
    pattern: /for\s*\(\s*(genvar|integer|int)\b/,
    source: `${QUARTUS}: SystemVerilog alone`,
    example: 'for (genvar i = 0; i < 4; i = i + 1)',
  },
  {
    what: '$clog2',
    pattern: /\$clog2/,
    source: `${QUARTUS}: Error 10174 in Verilog-2001`,
    example: 'localparam A = $clog2(8);',
  },
  {
    what: 'SystemVerilog',
    pattern:
      /\b(logic|always_ff|always_comb|always_latch|typedef|enum|struct|interface|modport|package|import|unique|priority|bit|byte|shortint|longint|inside)\b/,
    source: `${QUARTUS} and ${VIVADO}: a .v file is Verilog-2001`,
    example: 'logic a;',
  },
  {
    what: 'a vector from its low end',
    pattern: /\b(?:wire|reg|input|output)\b[^;,)]*\[\s*0\s*:\s*[1-9]\d*\s*\]\s*\w+\s*[;,=]/,
    source: 'AMD UG901: allowed, and packed the other way by VHDL',
    example: 'wire [0:7] a;',
  },
  {
    what: 'an escaped name',
    pattern: /\\[^\s"\\]+\s/,
    source: 'Intel: names of reports and constraints cannot hold them',
    example: 'wire \\a+b ;',
  },
  {
    what: 'more than one driver by a wired net',
    pattern: /\b(wand|wor|triand|trior)\b/,
    source: `${QUARTUS}: on chip there is none`,
    example: 'wand a;',
  },
  {
    what: 'a path into another module',
    pattern: /^(?!\s*\.).*\b[a-z_]\w*\.[a-z_]\w*(?=\s*[;)&|^+])/m,
    source: `${VIVADO}: only by hierarchical names of SystemVerilog; ${QUARTUS}: Error 10207`,
    example: 'assign a = core.b;',
  },
  {
    what: 'a file of another kind',
    pattern: /\$(fopen|fscanf|fgetc|fread|value\$plusargs|test\$plusargs|random|time)\b/,
    source: `${QUARTUS}: Error 10174`,
    example: 'initial a = $fopen("b");',
  },
];

/** What synthesis sees: no comments, and nothing that is for simulations alone. */
const seen = (text: string): string =>
  text
    .replace(
      /`ifndef SYNTHESIS[\s\S]*?`endif[^\n]*\n(?=\s*(?:\n|\/\/|always|assign|generate|initial|end|\S))/g,
      (part) => (part.includes('`else') ? part : ''),
    )
    .replace(/\/\/ synthesis translate_off[\s\S]*?\/\/ synthesis translate_on/g, '')
    .replace(/\/\/.*$/gm, '')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\(\*[\s\S]*?\*\)(?!\))/g, '')
    .replace(/"[^"\n]*"/g, '""');

const faultsOf = (text: string): string[] =>
  REFUSED.filter(({ pattern }) => pattern.test(seen(text))).map(({ what }) => what);

/** Whether a block of a generate has no name; blocks of statements need none. */
function hasUnnamedBlock(text: string): boolean {
  const words = text.match(/[A-Za-z_]\w*|[:;]/g) ?? [];
  let inside = false;
  let statement = false;
  let depth = 0;
  for (const [at, word] of words.entries()) {
    if (word === 'generate' || word === 'endgenerate') inside = word === 'generate';
    else if (/^(always|initial|task|function)$/.test(word)) statement = true;
    else if (word === 'endtask' || word === 'endfunction') statement = false;
    else if (word === ';' && depth === 0 && statement) statement = words[at + 1] === 'else';
    else if (statement && word === 'begin') depth += 1;
    else if (statement && word === 'end') {
      depth -= 1;
      if (depth === 0) statement = words[at + 1] === 'else';
    } else if (inside && word === 'begin' && words[at + 1] !== ':') return true;
  }
  return false;
}

const GENERATOR = { version: '0', command: 'test' };

/** Reads every file of Verilog that synthesis is given. */
function expectTaken(files: ReadonlyMap<string, string>): void {
  const sources = [...files].filter(([file]) => /^(board\/)?rtl\/.*\.v$|^vendor\/.*\.v$/.test(file));
  for (const [file, text] of sources) {
    expect([file, faultsOf(text)]).toEqual([file, []]);
    const names = [...seen(text).matchAll(/\b[A-Za-z_]\w*/g)].map(([name]) => name.length);
    // Names of more than 1024 characters are cut by Vivado.
    expect(Math.max(...names)).toBeLessThan(256);
  }
}

describe('constructs that makers’ synthesis refuses', () => {
  it.each(REFUSED)('$what is found where it is', ({ what, example }) => {
    expect(faultsOf(`module m;\n  ${example}\nendmodule\n`)).toContain(what);
  });

  describe.each(RANDOM_ARCHITECTURES)('are not in designs, %s', (architecture) => {
    it.each([1, 2, 3, 4, 5, 6, 7, 8])('design %d', (seed) => {
      const { network, hardware } = randomDesign(new Random(seed, 'refused'), architecture);
      expectTaken(emitDesign(network, hardware, GENERATOR));
    });
  });

  it.each(BOARDS.filter(({ links }) => links.includes('uart')).map(({ name }) => name))(
    'are not on %s',
    (name) => {
      const network = randomNetwork(new Random(3, 'board'));
      const clock = name.startsWith('ulx3s') ? {} : { clock: name.startsWith('i') ? 48 : 50 };
      expectTaken(
        emitDesign(network, { architecture: 'serial', board: { name, link: 'uart', ...clock } }, GENERATOR),
      );
    },
  );
});
