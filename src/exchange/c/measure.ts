import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { withScratchFolder } from '../../core/early-exit.js';
import { firstLines, type ProcessOptions, runProcess } from '../../core/process.js';
import type { QuantizedNetwork } from '../../network/types.js';
import { type CMemory, estimateMemory } from './cost.js';
import { nameInC } from './names.js';
import { exportC } from './source.js';
import type { CStyle } from './style.js';

/** A compiler in the manner of GCC, and the options that choose the processor. */
export interface Compiler {
  readonly command: string;
  readonly options: readonly string[];
}

/** A microcontroller's first; the host's gives an idea where there is none. */
export const COMPILERS: readonly Compiler[] = [
  { command: 'arm-none-eabi-gcc', options: ['-mcpu=cortex-m0plus', '-mthumb'] },
  { command: 'gcc', options: [] },
];

const OPTIONS = ['-std=c99', '-Os', '-fno-asynchronous-unwind-tables'];

/**
 * Flash and RAM of the exported C: measured with the first compiler that can be run, else estimated.
 *
 * @throws Error when a compiler is there and refuses the code, which is a defect of ours
 */
export async function measureMemory(
  network: QuantizedNetwork,
  style: CStyle = 'tables',
  compilers: readonly Compiler[] = COMPILERS,
): Promise<CMemory> {
  for (const compiler of compilers) {
    if (await isThere(compiler)) return compileAndMeasure(network, style, compiler);
  }
  return estimateMemory(network, style);
}

async function isThere({ command }: Compiler): Promise<boolean> {
  const { status } = await runProcess(command, ['--version'], { timeoutSeconds: 20 });
  return status === 0;
}

/** Its output. @throws Error */
async function run(command: string, args: readonly string[], options: ProcessOptions = {}): Promise<string> {
  const result = await runProcess(command, args, options);
  if (result.status !== 0) throw new Error(`${command}: ${firstLines(result)}`);
  return result.stdout;
}

async function compileAndMeasure(
  network: QuantizedNetwork,
  style: CStyle,
  { command, options }: Compiler,
): Promise<CMemory> {
  return withScratchFolder(async (folder) => {
    for (const [name, text] of exportC(network, { version: '', command: '' }, style)) {
      await writeFile(path.join(folder, name), text);
    }
    const flags = [...OPTIONS, ...options];
    // A compiler that is killed leaves its temporary files.
    const inFolder = { cwd: folder, env: { TMPDIR: folder } };
    const source = `${nameInC(network.name)}.c`;
    await run(command, [...flags, '-fstack-usage', '-c', source, '-o', 'network.o'], inFolder);
    const size = (await run(command, ['-print-prog-name=size'])).trim();
    const sections = (await run(size, ['network.o'], inFolder)).split('\n')[1];
    const [text, data, bss] = sections.trim().split(/\s+/).map(Number);
    return {
      basis: 'measured',
      compiler: [command, ...flags].join(' '),
      flash: text + data,
      ram: data + bss + (await stackBytes(folder)),
    };
  });
}

/** The sum of all frames, which no chain of calls exceeds: there is no recursion. */
async function stackBytes(folder: string): Promise<number> {
  const file = (await readdir(folder)).find((name) => name.endsWith('.su')) as string;
  const lines = (await readFile(path.join(folder, file), 'utf8')).trim().split('\n');
  return lines.reduce((sum, line) => sum + Number(line.split('\t')[1]), 0);
}
