import type { DesignFolder } from '../emit/read-design.js';
import { problems } from './problems.js';

/** None of these opens a file that the design does not name, or runs a program, as `$system` does. */
const HARMLESS: ReadonlySet<string> = new Set(
  `$signed $unsigned $clog2 $bits $display $write $error $fatal $warning $info $finish $finish_and_return $stop $time $stime $realtime
  $random $urandom $readmemh $readmemb`.split(/\s+/),
);

/** None of these makes text of text, or brings in other files or another language; no design can define the last. */
const DIRECTIVES: ReadonlySet<string> = new Set(
  '`ifdef `ifndef `elsif `else `endif `timescale `default_nettype `resetall `ESPALIER_ROM_DIR'.split(' '),
);

/** Comments, texts, and whatever a simulator could take for more than a description of hardware; all else is skipped. */
const TOKEN = /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|"(?:[^"\\\n]|\\.)*"|[`$]\w*|\\|"|\b(?:import|export)\b/g;

/**
 * A simulator is a program that is compiled from the Verilog: Verilog that does more than describe hardware is not run.
 *
 * @throws cosim/verilog
 */
export function checkText({ manifest, files }: Pick<DesignFolder, 'manifest' | 'files'>): void {
  for (const { file } of manifest.sources) {
    const text = files.get(file) as string;
    for (const { 0: token, index } of text.matchAll(TOKEN)) {
      if (isHarmless(token)) continue;
      const line = text.slice(0, index).split('\n').length;
      throw problems.cosimVerilog(`${file}:${line}`, token);
    }
  }
}

function isHarmless(token: string): boolean {
  if (token.startsWith('//') || token.startsWith('/*')) return true;
  if (token.length > 1 && token.startsWith('"')) return !/^"[\w.~/-]*\/[\w.~/-]*"$/.test(token);
  return HARMLESS.has(token) || DIRECTIVES.has(token);
}
