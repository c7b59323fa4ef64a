import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type HostileCommand, refuseCommands } from '../support/hostile.js';
import { newVictim } from '../support/hostile-design.js';

const victim = newVictim('commands');
const PWNED = path.join(victim.folder, 'pwned');
const INJECTION = `bench\n!touch ${PWNED}\n`;
const DESIGN_COMMANDS = [
  ['prove', 'design'],
  ['simulate', 'design', '--engine', 'embedded'],
  ['simulate', 'design', '--engine', 'verilator'],
  ['synth', 'design'],
];

const onEach = (name: string, code: string, prepare: () => void): HostileCommand[] =>
  DESIGN_COMMANDS.map((argv) => ({ name: `${argv.join(' ')}: ${name}`, code, argv, prepare }));

refuseCommands('designs', victim, [
  ...onEach('a command in `top`', 'emit/manifest', () => victim.withMember('top', INJECTION)),
  ...onEach('a command in a signal', 'emit/manifest', () => victim.withMember('traces.0.signal', INJECTION)),
  ...onEach('a name that leads elsewhere', 'emit/manifest', () =>
    victim.withMember('name', '../../../escape'),
  ),
  ...onEach('a source elsewhere', 'emit/manifest', () => victim.withMember('sources.0.file', '../../x.v')),
  ...onEach('an interval below 0', 'emit/manifest', () => victim.withMember('timing.interval', -1)),
  ...onEach('a bus of 1e9 bits', 'emit/manifest', () => victim.withMember('stream.input.width', 1e9)),
  ...onEach('a network of 1e9 inputs', 'network/schema', () =>
    victim.withNetwork((network) => Object.assign(network.input as object, { size: 1e9 })),
  ),
  ...onEach('a source that leads to a device', 'emit/file-outside', () => {
    victim.withManifest((text) => text);
    const place = path.join(victim.design, 'rtl', 'bench.v');
    rmSync(place);
    symlinkSync('/dev/zero', place);
  }),
]);

/** A program of that name that does what a shell script says, before all others in the PATH. */
const withProgram = (name: string, script: string) => {
  const folder = path.join(victim.folder, 'bin');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(path.join(folder, name), 0o755);
};
const PATH_WITH_PROGRAM = `${path.join(victim.folder, 'bin')}:${process.env.PATH}`;
const VERSION = 'if [ "$1" = -V ]; then echo "Yosys 0.99"; exit 0; fi';

/** What a broken Yosys does when it is asked for a netlist. */
const BROKEN: Readonly<Record<string, string>> = {
  'prints rubbish and ends well': 'echo rubbish',
  'ends badly without a word': 'exit 3',
  'is killed': 'kill -SEGV $$',
  'writes no JSON': 'for f in netlist.json flat.json hierarchical.json modules.il; do echo "{" > $f; done',
  'writes other JSON':
    'for f in netlist.json flat.json hierarchical.json modules.il; do echo "[]" > $f; done',
  'writes no modules':
    'for f in netlist.json flat.json hierarchical.json modules.il; do echo \'{"modules":{}}\' > $f; done',
};

refuseCommands(
  'a Yosys that is broken',
  victim,
  Object.entries(BROKEN).flatMap(([what, script]) =>
    [DESIGN_COMMANDS[0], DESIGN_COMMANDS[1], DESIGN_COMMANDS[3]].map(
      (argv): HostileCommand => ({
        name: `${argv.join(' ')}: ${what}`,
        code: 'netlist/yosys-failed',
        argv,
        env: { PATH: PATH_WITH_PROGRAM },
        prepare: () => {
          victim.withManifest((text) => text);
          withProgram('yosys', `${VERSION}\n${script}`);
        },
      }),
    ),
  ),
);

describe('after all of this', () => {
  it('no command of a file has been run', () => {
    expect(existsSync(PWNED)).toBe(false);
  });
});
