import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exportC } from '../../../src/exchange/c/source.js';
import type { CStyle } from '../../../src/exchange/c/style.js';
import { layerFormats } from '../../../src/network/reference.js';
import type { Outcome, QuantizedNetwork } from '../../../src/network/types.js';

export const STRICT = ['-std=c99', '-Wall', '-Wextra', '-Wconversion', '-Wpedantic', '-Wshadow', '-Werror'];
const SANITIZE = ['-O1', '-fsanitize=undefined,address', '-fno-sanitize-recover=all'];
export const GENERATOR = { version: '0.0.0', command: 'espalier export c' };

/** What the compiled C says of one sample. */
export type CAnswer = Pick<Outcome, 'outputs' | 'class' | 'probability'>;

/** Runs `work` in a folder that is gone afterwards. */
export function inFolder<T>(files: ReadonlyMap<string, string>, work: (folder: string) => T): T {
  const folder = mkdtempSync(path.join(tmpdir(), 'espalier-'));
  try {
    for (const [name, text] of files) writeFileSync(path.join(folder, name), text);
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Compiles many networks, each under a name of its own, in one run of gcc, and gives every one its samples.
 *
 * @returns [network][sample]
 */
export function runAll(
  networks: readonly QuantizedNetwork[],
  samples: readonly (readonly (readonly number[])[])[],
  style: CStyle,
): CAnswer[][] {
  const named = networks.map((network, index) => ({ ...network, name: `${network.name}${index}` }));
  const files = new Map(named.flatMap((network) => [...exportC(network, GENERATOR, style)]));
  files.set('main.c', mainText(named));
  const bytes = BigInt64Array.from(
    samples.flatMap((list) => [BigInt(list.length), ...list.flatMap((codes) => codes.map(BigInt))]),
  );
  const answer = inFolder(files, (folder) => {
    const sources = [...files.keys()].filter((file) => file.endsWith('.c'));
    execFileSync('gcc', [...STRICT, ...SANITIZE, '-o', 'run', ...sources], { cwd: folder, stdio: 'pipe' });
    const input = new Uint8Array(bytes.buffer);
    return execFileSync(path.join(folder, 'run'), { input, maxBuffer: 2 ** 28, stdio: 'pipe' });
  });
  return unpack(named, samples, new BigInt64Array(new Uint8Array(answer).buffer));
}

function unpack(
  networks: readonly QuantizedNetwork[],
  samples: readonly (readonly unknown[])[],
  numbers: BigInt64Array,
): CAnswer[][] {
  let at = 0;
  const next = () => Number(numbers[at++]);
  const answers = networks.map((network, index) => {
    const outputs = layerFormats(network)[network.layers.length - 1].length;
    return samples[index].map((): CAnswer => {
      const codes = Array.from({ length: outputs }, next);
      const [hasClass, hasProbability] = speaks(network);
      return {
        outputs: codes,
        ...(hasClass ? { class: next() } : {}),
        ...(hasProbability ? { probability: next() } : {}),
      };
    });
  });
  if (at !== numbers.length) throw new Error(`${numbers.length} numbers came back, ${at} were expected`);
  return answers;
}

const speaks = ({ head }: QuantizedNetwork) => [
  head.kind !== 'values',
  head.kind === 'binary' && head.probability !== undefined,
];

function mainText(networks: readonly QuantizedNetwork[]): string {
  const one = (network: QuantizedNetwork) => {
    const { name } = network;
    const [hasClass, hasProbability] = speaks(network);
    return `
static void test_${name}(void) {
    ${name}_input_t input[${name.toUpperCase()}_INPUTS];
    ${name}_output_t output[${name.toUpperCase()}_OUTPUTS];
    for (int64_t sample = take(); sample > 0; sample--) {
        for (size_t i = 0; i < ${name.toUpperCase()}_INPUTS; i++) { input[i] = (${name}_input_t)take(); }
        ${name}_run(input, output);
        for (size_t i = 0; i < ${name.toUpperCase()}_OUTPUTS; i++) { give((int64_t)output[i]); }
        ${hasClass ? `give((int64_t)${name}_class(output));` : ''}
        ${hasProbability ? `give((int64_t)${name}_probability(output));` : ''}
    }
}`;
  };
  return `#include <stdio.h>
#include <stdlib.h>
${networks.map(({ name }) => `#include "${name}.h"`).join('\n')}
static int64_t take(void) {
    int64_t number = 0;
    if (fread(&number, sizeof number, 1, stdin) != 1U) { exit(3); }
    return number;
}
static void give(int64_t number) {
    if (fwrite(&number, sizeof number, 1, stdout) != 1U) { exit(4); }
}
${networks.map(one).join('\n')}
int main(void) {
${networks.map(({ name }) => `    test_${name}();`).join('\n')}
    return 0;
}
`;
}
