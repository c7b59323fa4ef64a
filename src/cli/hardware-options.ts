import type { Command } from 'commander';
import { assignments, beatWidth, megahertz, wholeNumber } from './option-parsers.js';

/** The options that say how a network becomes hardware; each wins over `hardware` of a configuration. */
export const declareHardware = (command: Command): Command =>
  command
    .option(
      '--architecture <name>',
      'micro-architecture: serial or parallel; balanced: chosen for each layer',
    )
    .option(
      '--beat <bits>',
      'bits of a beat of both streams: 8, 16, 32, 64; all: a sample is one beat (default: all, up to 1024 bits; for larger maps as many as a position fits in, else 32)',
      beatWidth('--beat'),
    )
    .option(
      '--inputs <what>',
      'codes: the host quantizes (default); raw: features go in as whole numbers, and hardware quantizes them',
    )
    .option('--board <name>', 'put the design on a board: its top module, link, constraints, projects')
    .option(
      '--link <name>',
      'how a host reaches it on the board (default: the first that `espalier boards` lists)',
    )
    .option('--clock <MHz>', "of the design on the board (default: its oscillator's)", megahertz('--clock'))
    .option('--baud <rate>', 'of a serial line (default: 115200)', wholeNumber('--baud', 1200, 12_000_000))
    .option('--lanes <n>', 'serial: multipliers per layer', wholeNumber('--lanes', 1))
    .option(
      '--interval <n>',
      'serial, balanced: cycles from one sample to the next, on the fewest multipliers that reach it',
      wholeNumber('--interval', 1),
    )
    .option('--effort <n>', 'parallel: how long to search for fewer LUTs', wholeNumber('--effort', 0, 3))
    .option(
      '--max-luts <n>',
      'parallel: the largest network that is unrolled, by a rough estimate (default: 100000); balanced: of the whole design',
      wholeNumber('--max-luts', 1),
    )
    .option('--max-dsps <n>', 'balanced: DSP blocks of the whole design', wholeNumber('--max-dsps', 0))
    .option(
      '--multipliers <where>',
      'serial: dsp or luts, where lanes multiply (default: dsp); balanced: auto, dsp or luts (default: auto)',
    )
    .option(
      '--operands <where>',
      'serial: memory, registers or auto, where lanes have their operands (default: auto, whatever is smaller)',
    )
    .option(
      '--layer <layer=engine>',
      'another engine for a layer, and options of it: hidden=serial,lanes=4; repeatable',
      assignments('--layer', 'LAYER=ENGINE,OPTION=VALUE,…, such as hidden=serial,lanes=4'),
    );
