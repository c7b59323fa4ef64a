import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Problem } from '../../src/core/errors.js';
import { STAGE_NAMES } from '../../src/pipeline/stages/index.js';
import { cliHere as cli, newFolder } from '../support/cli.js';

describe('the command line', () => {
  it('prints help on stdout, with every command and examples', async () => {
    const { status, stdout, stderr } = await cli('--help');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('Usage: espalier [options] [command]');
    expect(stdout).toMatch(
      /\n {2}compile +Verilog from a trained network: a file of another tool, or weights in CSV files\n/,
    );
    expect(stdout).toContain('\nExamples:\n  espalier run models/wdbc');
  });

  it('prints the version', async () => {
    expect(await cli('--version')).toEqual({ status: 0, stdout: '0.1.0\n', stderr: '' });
  });

  it('prints an error as a block on stderr, and nothing on stdout', async () => {
    expect(await cli('compile', '--weights', '/no/such/folder')).toEqual({
      status: 1,
      stdout: '',
      stderr: [
        'error file/unreadable',
        '  where   /no/such/folder',
        '  got     no such file or folder',
        '  wanted  a readable file',
        '',
      ].join('\n'),
    });
  });

  it('prints the same error as JSON on stdout, and nothing on stderr', async () => {
    const { status, stdout, stderr } = await cli('compile', '--weights', '/no/such/folder', '--json');
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      schema: 'espalier/result',
      version: 1,
      command: 'compile',
      ok: false,
      error: {
        code: 'file/unreadable',
        where: '/no/such/folder',
        got: 'no such file or folder',
        wanted: 'a readable file',
      },
    });
  });

  it.each([
    [['compil'], 'espalier', "unknown command 'compil'", '(Did you mean compile?)'],
    [
      ['compile', '--weight', 'w'],
      'espalier compile',
      "unknown option '--weight'",
      '(Did you mean --weights?)',
    ],
    [['compile'], 'espalier compile', 'no model and no --weights', undefined],
    [
      ['compile', '--weights'],
      'espalier compile',
      "option '--weights <paths...>' argument missing",
      undefined,
    ],
    [
      ['compile', '--rounding', 'UP'],
      'espalier compile',
      "option '--rounding <mode>' argument 'UP' is invalid. Allowed choices are TRN, RND, RND_CONV.",
      undefined,
    ],
    [
      ['compile', '--rounding', 'rnd'],
      'espalier compile',
      "option '--rounding <mode>' argument 'rnd' is invalid. Allowed choices are TRN, RND, RND_CONV.",
      '(Did you mean RND?)',
    ],
    [
      ['run', '--from', 'quantise'],
      'espalier run',
      `option '--from <stage>' argument 'quantise' is invalid. Allowed choices are ${STAGE_NAMES.join(', ')}.`,
      '(Did you mean quantize?)',
    ],
  ])('refuses %j', async (argv, where, got, hint) => {
    const { status, stdout, stderr } = await cli(...argv);
    const lines = [
      'error cli/usage',
      `  where   ${where}`,
      `  got     ${got}`,
      `  wanted  a command line as in \`${where} --help\``,
      ...(hint === undefined ? [] : [`  hint    ${hint.slice(1, -1)}`]),
      '',
    ];
    expect({ status, stdout, stderr }).toEqual({ status: 2, stdout: '', stderr: lines.join('\n') });
  });

  it('takes --json before the command too', async () => {
    const after = await cli('compile', '--weights', '/no/such/folder', '--json');
    expect(await cli('--json', 'compile', '--weights', '/no/such/folder')).toEqual(after);
    expect(JSON.parse((await cli('--json')).stdout)).toMatchObject({
      ok: false,
      error: { where: 'espalier', got: 'no command' },
    });
  });

  it('reports a wrong option value as JSON too', async () => {
    const { status, stdout } = await cli('compile', '--json', '--weights', 'w', '--bits', 'many');
    expect(status).toBe(2);
    expect(JSON.parse(stdout).error).toEqual({
      code: 'cli/option-value',
      where: '--bits',
      got: '"many"',
      wanted: 'a whole number from 1 to 32',
    });
  });

  it.each([
    [
      '--activation',
      'output=gauss',
      '"output=gauss"',
      'LAYER=KIND, the kind linear, relu, relu6, clip:BOUND, or leaky_relu:SLOPE with a slope of m/2^s, such as 1/8; ' +
        'or by a table sigmoid, tanh, hard_sigmoid, hard_swish, silu, elu, selu, gelu, gelu_tanh, mish, softplus, softsign',
    ],
    ['--scale', '2^x', '"2^x"', 'a factor above 0, such as 2^-8 or 0.5'],
    ['--scale', 'bias=-1', '"bias=-1"', 'a factor above 0, such as 2^-8 or 0.5'],
  ])('refuses %s %s', async (option, text, got, wanted) => {
    const stderr = `error cli/option-value\n  where   ${option}\n  got     ${got}\n  wanted  ${wanted}\n`;
    expect(await cli('compile', '--weights', 'w', option, text)).toEqual({ status: 2, stdout: '', stderr });
  });

  it('refuses a format for a tensor that has one', async () => {
    const formats = ['--format', 'hidden.weights=fixed<8,2>', '--format', 'hidden.weights=fixed<9,2>'];
    expect(await cli('compile', '--weights', 'w', ...formats)).toEqual({
      status: 2,
      stdout: '',
      stderr: [
        'error cli/option-value',
        '  where   --format',
        '  got     "hidden.weights=fixed<9,2>"',
        '  wanted  hidden.weights once: it is fixed<8,2> already',
        '',
      ].join('\n'),
    });
  });
});

describe('compile', () => {
  /** One weight of 1e30 beside others of about one. */
  function weights(): { folder: string; argv: string[] } {
    const folder = newFolder('weights');
    writeFileSync(path.join(folder, 'w1.csv'), '0.5\n0.7\n1e30\n');
    writeFileSync(path.join(folder, 'b1.csv'), '0\n');
    const argv = [
      'compile',
      '--weights',
      folder,
      '--input',
      'unit',
      '--bits',
      '8',
      '--name',
      'net',
      '--quiet',
    ];
    return { folder, argv: [...argv, '--out', newFolder('design')] };
  }

  it('says what rounding lost, tensor by tensor, and warns on stderr', async () => {
    const { status, stdout, stderr } = await cli(...weights().argv);
    expect(status).toBe(0);
    expect(stdout.split('\n').slice(0, 8)).toEqual([
      'output: weights rounded by at most 2.6e+26; biases exact; outputs exact',
      '',
      'layer   tensor   format         from   largest error  saturated  became zero',
      '──────  ───────  ─────────────  ─────  ─────────────  ─────────  ───────────',
      'input   input    ufixed<8,0>    unit',
      'output  weights  ufixed<8,100>  range        2.6e+26          0       2 of 3',
      'output  bias     fixed<1,85>    range         0.0e+0          0       0 of 0',
      'output  output   exact          exact',
    ]);
    expect(stderr).toBe(
      [
        'warning quantize/disagreement',
        '  where   net',
        '  got     another class than the weights give for 12.1 % of 1,000 random samples',
        '  wanted  at most 1.0 %',
        '  hint    output.weights, ufixed<8,100>: 11.4 % by it alone; more bits (--bits, or --format ' +
          "'output.weights=…')",
        'warning quantize/vanished',
        '  where   output.weights',
        '  got     2 of 3 values that are not zero rounded to zero',
        '  wanted  less than a tenth of them',
        '  hint    is the largest weight of output, 1e+30, right? if so: more bits (--bits, or --format ' +
          "'output.weights=…')",
        'warning quantize/untried',
        '  where   net',
        '  got     no samples: its formats were tried on random ones, as if inputs were all that ufixed<8,0> holds',
        '  wanted  samples of what it will see: with inputs in another range it loses what it knows',
        '  hint    --data FILE tells the accuracy; --calibration FILE takes the ranges from samples, too',
        '',
      ].join('\n'),
    );
  });

  it('has the same in its JSON document, and nothing on stderr', async () => {
    const { status, stdout, stderr } = await cli(...weights().argv, '--json');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const { ok, warnings, result } = JSON.parse(stdout);
    expect({ ok, codes: warnings.map(({ code }: Problem) => code) }).toEqual({
      ok: true,
      codes: ['quantize/disagreement', 'quantize/vanished', 'quantize/untried'],
    });
    expect(result.tensors[1]).toMatchObject({
      layer: 'output',
      saturated: 0,
      vanished: 2,
      nonZeros: 3,
      largest: 1e30,
    });
    expect(result.tensors[1].maxError).toBeGreaterThan(1e26);
    expect(result).not.toHaveProperty('warnings');
  });
});
