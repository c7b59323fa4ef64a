import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { findIcestorm } from '../../src/synth/icestorm/tools.js';
import { messageOfAsync } from '../support/messages.js';

const PACKAGE = '@yowasp/nextpnr-ice40';
const DESIGN = '{"modules": {"top": {"attributes": {"top": "1"}, "ports": {}, "cells": {}, "netnames": {}}}}';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('the programs for an iCE40', () => {
  const job = { program: 'nextpnr-ice40', files: new Map([['top.json', DESIGN]]), outputs: [] };

  it('that end with an error are told with what they say', async () => {
    const { run } = await findIcestorm();
    const act = () => run({ ...job, args: ['--hx1k', '--no-such-option'], timeoutSeconds: 20 });
    expect(await messageOfAsync(act)).toBe(
      "nextpnr-ice40: got unrecognised option '--no-such-option', wanted a run without an error [synth/tool-failed]",
    );
  });

  it('that take too long are ended', async () => {
    const { run } = await findIcestorm();
    const act = () => run({ ...job, args: ['--hx8k', '--json', 'top.json'], timeoutSeconds: 0.01 });
    expect(await messageOfAsync(act)).toBe(
      'nextpnr-ice40: got no end after 0.01 seconds, wanted a shorter run (allow more by --timeout) [synth/tool-timeout]',
    );
  });

  it.skipIf(existsSync(path.resolve('node_modules', PACKAGE)))(
    'that are neither installed nor a package are told, with how to get them',
    async () => {
      vi.stubEnv('PATH', path.resolve('test'));
      expect(await messageOfAsync(findIcestorm)).toBe(
        `espalier bitstream: got neither nextpnr-ice40 and icepack in the PATH nor the package ${PACKAGE}, wanted one of ` +
          `them (Debian/Ubuntu: sudo apt-get install -y nextpnr-ice40 fpga-icestorm; or npm install ${PACKAGE} (223 MB)) ` +
          '[synth/icestorm-missing]',
      );
    },
  );
});
