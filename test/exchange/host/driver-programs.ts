import { execFile, execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { HOST_LANGUAGES, type HostLanguage } from '../../../src/exchange/host/encoder.js';
import { writeForSimulation } from '../../support/uart-line.js';
import { STRICT } from '../c/harness.js';

export const LANGUAGES = Object.keys(HOST_LANGUAGES) as HostLanguage[];

/** What a line of a program's input is: features; or height, width, channels and samples of a picture. */
export type Question = 'features' | 'picture';

const FILES: Record<HostLanguage, string> = { python: 'main.py', typescript: 'main.ts', c: 'main.c' };

/** Programs that read lines of questions, and print class, codes and how often they tried again. */
const PROGRAMS: Record<HostLanguage, (name: string, question: Question) => string> = {
  python: (name, question) => `
import os, select, sys, termios, tty
import ${name}_driver as driver

class Line:
    def __init__(self, name):
        self.end = os.open(name, os.O_RDWR | os.O_NOCTTY)
        tty.setraw(self.end)
    def read(self, count):
        return os.read(self.end, count) if select.select([self.end], [], [], 0.02)[0] else b""
    def write(self, data):
        os.write(self.end, data)

try:
    with driver.Board(Line(sys.argv[1]), timeout=float(sys.argv[2]), retries=20) as board:
        for text in sys.stdin:
            ${question === 'features' ? 'said = board.infer([float(one) for one in text.split()])' : 'height, width, channels, *samples = (int(one) for one in text.split())\n            said = board.infer_picture(samples, height, width, channels)'}
            print(said.class_number or 0, *said.codes, *(f"{value:.17g}" for value in said.values))
        print("retried", board.retried)
except driver.BoardError as error:
    print(type(error).__name__, error)
`,
  typescript: (name, question) => `
import { createWriteStream, openSync, readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { ReadStream } from 'node:tty';
import { Board, BoardError } from './${name}_driver.js';

const [terminal, timeout] = process.argv.slice(2);
execFileSync('stty', ['-F', terminal, 'raw', '-echo']);
const end = openSync(terminal, 'r+');
const reading = new ReadStream(end);
const writing = createWriteStream(terminal, { fd: end, autoClose: false });
const line = {
  write: (bytes: Uint8Array) => writing.write(bytes),
  on: (event: 'data', listener: (bytes: Uint8Array) => void) => reading.on(event, listener),
};
try {
  const board = await Board.open(line, { timeout: 1000 * Number(timeout), retries: 20 });
  for (const text of readFileSync(0, 'utf8').trim().split('\\n').filter(Boolean)) {
    const numbers = text.split(' ').map(Number);
    const said = await ${question === 'features' ? 'board.infer(numbers)' : 'board.inferPicture(Uint8Array.from(numbers.slice(3)), numbers[0], numbers[1], numbers[2])'};
    console.log(said.classNumber ?? 0, ...said.codes, ...said.values);
  }
  console.log('retried', board.retried);
} catch (error) {
  if (!(error instanceof BoardError)) throw error;
  console.log(error.constructor.name, error.message);
}
process.exit(0);
`,
  c: (name, question) => `#define _DEFAULT_SOURCE
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>
#include "${name}_driver.h"

static int get(void *context, uint8_t *byte, uint32_t milliseconds) {
    struct pollfd end = { *(int *)context, POLLIN, 0 };
    if (poll(&end, 1, (int)milliseconds) <= 0) { return 0; }
    return (read(end.fd, byte, 1) == 1) ? 1 : -1;
}
static int put(void *context, const uint8_t *bytes, uint32_t count) {
    return (write(*(int *)context, bytes, count) == (ssize_t)count) ? 0 : -1;
}
static const char *const NAMES[] = { "OK", "NoAnswer", "OtherNetwork", "LineFailed", "NoSample" };
int main(int argc, char **argv) {
    int end = open(argv[1], O_RDWR | O_NOCTTY);
    struct termios raw;
    if (argc != 3 || end < 0 || tcgetattr(end, &raw) != 0) { return 2; }
    cfmakeraw(&raw);
    (void)tcsetattr(end, TCSANOW, &raw);
    ${name}_board_t board = { get, put, &end, (uint32_t)(1000.0 * atof(argv[2])), 20U, 0U, 0U };
    ${name}_status_t status = ${name}_identify(&board);
    while (status == ${name.toUpperCase()}_OK) {
        ${name}_result_t said;
${question === 'features' ? askFeaturesInC(name) : askPictureInC(name)}
        if (status != ${name.toUpperCase()}_OK) { break; }
        printf("%" PRIu32, said.class_number);
        for (uint32_t i = 0; i < ${name.toUpperCase()}_VALUES; i++) { printf(" %" PRId64, said.codes[i]); }
        for (uint32_t i = 0; i < ${name.toUpperCase()}_VALUES; i++) { printf(" %.17g", said.values[i]); }
        printf("\\n");
    }
done:
    if (status != ${name.toUpperCase()}_OK) { printf("%s\\n", NAMES[status]); return 0; }
    printf("retried %" PRIu32 "\\n", board.retried);
    return 0;
}
`,
};

const askFeaturesInC = (name: string) => `        double features[${name.toUpperCase()}_INPUTS];
        for (uint32_t at = 0U; at < ${name.toUpperCase()}_INPUTS; at++) {
            if (scanf("%lf", &features[at]) != 1) { goto done; }
        }
        status = ${name}_infer(&board, features, &said);`;

const askPictureInC = (name: string) => `        static uint8_t samples[1U << 16];
        ${name}_picture_t picture = { samples, 0U, 0U, 0U };
        if (scanf("%" SCNu32 " %" SCNu32 " %" SCNu32, &picture.height, &picture.width, &picture.channels) != 3) { goto done; }
        for (uint32_t at = 0U; at < picture.height * picture.width * picture.channels; at++) {
            if (scanf("%" SCNu8, &samples[at]) != 1) { goto done; }
        }
        status = ${name}_infer_picture(&board, &picture, &said);`;

/** The driver of a network with a program, built; gives the command that runs it. */
export function buildDriver(
  language: HostLanguage,
  driver: ReadonlyMap<string, string>,
  name: string,
  folder: string,
  question: Question = 'features',
): readonly [string, readonly string[]] {
  const file = FILES[language];
  writeForSimulation(folder, new Map([...driver, [file, PROGRAMS[language](name, question)]]));
  if (language === 'python') return ['python3', ['-W', 'error', '-B', path.join(folder, file)]];
  if (language === 'c') {
    const flags = [...STRICT, '-O2', '-fsanitize=undefined,address', '-fno-sanitize-recover=all'];
    const driver = [`${name}_driver.c`, `${name}_encoder.c`];
    execFileSync('gcc', [...flags, '-c', ...driver], { cwd: folder, stdio: 'pipe' });
    const objects = driver.map((one) => one.replace('.c', '.o'));
    const link = ['-std=gnu99', '-fsanitize=undefined,address', '-o', 'run', ...objects, file];
    execFileSync('gcc', link, { cwd: folder, stdio: 'pipe' });
    return [path.join(folder, 'run'), []];
  }
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
  const tsc = path.resolve('node_modules/typescript/bin/tsc');
  const types = ['--skipLibCheck', '--types', 'node', '--typeRoots', path.resolve('node_modules/@types')];
  const flags = ['--strict', '--noUnusedLocals', '--target', 'es2022', '--module', 'nodenext', ...types];
  execFileSync(process.execPath, [tsc, ...flags, file], { cwd: folder, stdio: 'pipe' });
  return [process.execPath, [path.join(folder, 'main.js')]];
}

/** What a program prints, when it has been asked over a terminal. */
export async function ask(
  [command, words]: readonly [string, readonly string[]],
  terminal: string,
  timeout: number,
  questions: readonly (readonly number[])[],
): Promise<string> {
  const child = promisify(execFile)(command, [...words, terminal, String(timeout)]);
  child.child.stdin?.end(`${questions.map((numbers) => numbers.join(' ')).join('\n')}\n`);
  return (await child).stdout;
}

export const lines = (text: string): string[] => text.trim().split('\n');

/** A line of class, codes and values, whatever the language writes numbers like. */
export const numbersOf = (line: string): string => line.split(' ').map(Number).join(' ');
