import { randomBytes } from 'node:crypto';
import { lstatSync, lutimesSync, readdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { makeFolder } from './files.js';
import { problems } from './problems.js';
import { MARK_PATTERN, ourMark, pidOf, presenceOf } from './process-mark.js';

/** What came of trying: a way to give the lock back, or the number of the process that has it. */
export type Claim = { readonly release: () => void } | { readonly holder: number };

/** A holder that cannot be seen from here gives a sign of life that often, and is gone after so long without one. */
const SIGN_MS = 5_000;
const SILENCE_MS = 60_000;

/**
 * Tries to take a lock. One process at a time has it; that of a process that is gone, however it ended, passes to one of
 * those that ask.
 *
 * A claim is a symbolic link that leads nowhere: it comes into being with its text, `MARK.NONCE`, or not at all. The
 * first lies at the lock's name. Who finds that its holder is gone lays his own at the name with the holder's nonce
 * behind it, where there is room for one alone. Nonces never come again and the first link goes first when a lock is given
 * back: who still finds himself at the end of the chain after he laid his link has the lock.
 *
 * @param name of the lock; links lie at it and, behind a dot, beside it
 * @throws file/unwritable
 */
export function claim(folder: string, name: string): Claim {
  makeFolder(folder);
  const root = path.join(folder, name);
  const text = `${ourMark()}.${randomBytes(8).toString('hex')}`;
  for (;;) {
    const last = readChain(root).at(-1);
    if (last !== undefined && isHeld(last)) return { holder: pidOf(last.text) };
    const file = last === undefined ? root : `${root}.${nonceOf(last.text)}`;
    if (!lay(file, text)) continue;
    const chain = readChain(root);
    if (chain.at(-1)?.text === text) {
      sweep(folder, name, chain);
      return { release: releaser(chain) };
    }
    // What was taken over had been given back by another, who was faster.
    rmSync(file, { force: true });
  }
}

interface Link {
  readonly file: string;
  readonly text: string;
}

const nonceOf = (text: string): string => text.split('.')[1];

/** From the first claim to that of the holder. */
function readChain(root: string): Link[] {
  const chain: Link[] = [];
  for (let file = root; ; ) {
    const text = textOf(file);
    if (text === undefined) return chain;
    chain.push({ file, text });
    file = `${root}.${nonceOf(text)}`;
  }
}

const CLAIM = new RegExp(`^${MARK_PATTERN}\\.[0-9a-f]{16}$`);

/** @throws file/foreign where somebody else's file has the name */
function textOf(file: string): string | undefined {
  let text: string;
  try {
    text = readlinkSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw problems.fileForeign(file);
  }
  if (!CLAIM.test(text)) throw problems.fileForeign(file);
  return text;
}

function isHeld({ file, text }: Link): boolean {
  const presence = presenceOf(text.split('.')[0]);
  if (presence !== 'elsewhere') return presence === 'alive';
  return Date.now() - (lstatSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) < SILENCE_MS;
}

/** @returns whether it could be laid: not where there is one already */
function lay(file: string, text: string): boolean {
  try {
    symlinkSync(text, file);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    throw problems.fileUnwritable(path.dirname(file), `${code}`);
  }
}

/** Also called at the end of the process, should it come first. */
function releaser(chain: readonly Link[]): () => void {
  const own = chain[chain.length - 1].file;
  const signs = setInterval(() => {
    try {
      lutimesSync(own, new Date(), new Date());
    } catch {
      // Somebody removed it by hand.
    }
  }, SIGN_MS);
  signs.unref();
  const remove = () => {
    for (const { file } of chain) rmSync(file, { force: true });
  };
  process.on('exit', remove);
  return () => {
    process.off('exit', remove);
    clearInterval(signs);
    remove();
  };
}

/** What processes left that were killed in the middle of the above; only the holder may. */
function sweep(folder: string, name: string, chain: readonly Link[]): void {
  const kept = new Set(chain.map(({ file }) => file));
  for (const entry of readdirSync(folder)) {
    const file = path.join(folder, entry);
    if (!entry.startsWith(`${name}.`) || kept.has(file)) continue;
    const text = lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() ? textOf(file) : undefined;
    if (text !== undefined && !isHeld({ file, text })) rmSync(file, { force: true });
  }
}
