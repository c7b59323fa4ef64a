import type { Engine, EngineName } from '../engine.js';
import { problems } from '../problems.js';
import { hasTools } from '../tools.js';
import { embedded } from './embedded.js';
import { icarus } from './icarus.js';
import { verilator } from './verilator.js';

/** Every simulator, one line each. */
export const ENGINES: readonly Engine[] = [verilator, embedded, icarus];

/** @throws cosim/option */
export function findEngine(name: string): Engine {
  const engine = ENGINES.find((candidate) => candidate.name === name);
  if (engine !== undefined) return engine;
  const names = ENGINES.map((candidate): EngineName => candidate.name);
  throw problems.cosimOption('engine', JSON.stringify(name), names.join(', '));
}

/**
 * The engine of that name; without a name Verilator where it and its compiler are installed, otherwise the embedded
 * simulator, which needs no program at all.
 *
 * @throws cosim/option
 */
export async function chooseEngine(name: string | undefined): Promise<Engine> {
  if (name !== undefined) return findEngine(name);
  return (await hasTools(verilator.tools)) ? verilator : embedded;
}
