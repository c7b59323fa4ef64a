// Compiles and runs bench/*.ts (or those named) and prints a table of ratios. With --check a missed goal is an error; an
// option that a bench has as the name of some rows, such as --synthesis, measures these alone.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
const compiled = path.join(root, 'build', 'bench');
const words = process.argv.slice(2);
const check = words.includes('--check');
const wanted = words.filter((word) => !word.startsWith('--'));
const rows = new Set(
  words.filter((word) => word.startsWith('--') && word !== '--check').map((word) => word.slice(2)),
);

const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
const { status } = spawnSync(process.execPath, [tsc, '-p', path.join(root, 'tsconfig.bench.json')], {
  stdio: 'inherit',
});
if (status !== 0) process.exit(1);

// The code finds its templates and Verilog beside itself.
for (const name of ['package.json', 'rtl', 'templates', 'sim', 'scripts']) {
  const link = path.join(compiled, name);
  if (!existsSync(link)) symlinkSync(path.join(root, name), link, name.includes('.') ? 'file' : 'junction');
}

const all = readdirSync(path.join(root, 'bench'))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => path.basename(file, '.ts'));
const unknown = wanted.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`bench: no ${unknown.join(', ')}; there are ${all.join(', ')}`);
  process.exit(2);
}

const { printTable } = await import(path.join(compiled, 'src', 'cli', 'table.js'));
const benches = await Promise.all(
  (wanted.length > 0 ? wanted : all).map(async (name) => {
    const { default: bench } = await import(path.join(compiled, 'bench', `${name}.js`));
    return { name, bench };
  }),
);
const named = benches.flatMap(({ bench }) => bench.rows ?? []);
const strange = [...rows].filter((row) => !named.includes(row));
if (strange.length > 0) {
  const there =
    named.length === 0 ? 'there are none' : `there are ${named.map((row) => `--${row}`).join(', ')}`;
  console.error(`bench: no rows ${strange.map((row) => `--${row}`).join(', ')}; ${there}`);
  process.exit(2);
}

let missed = 0;
for (const { name, bench } of benches) {
  const onProgress = ({ task, done, total }) => console.error(`${name}: ${task} (${done + 1} of ${total})`);
  const ratios = await bench.run(onProgress, rows);
  const lines = ratios.map(({ workload, measure, ours, other, ratio, goal }) => {
    const limit = goal === undefined ? '' : 'atLeast' in goal ? `≥ ${goal.atLeast}` : `≤ ${goal.atMost}`;
    const isMet = goal === undefined || ('atLeast' in goal ? ratio >= goal.atLeast : ratio <= goal.atMost);
    if (!isMet) missed += 1;
    return [workload, measure, ours, other, ratio.toPrecision(3), limit, isMet ? '' : 'missed'];
  });
  console.log(`\n${bench.title}`);
  console.log(
    printTable(['workload', 'measure', 'ours', 'other', 'ratio', 'goal', ''], lines, { numeric: [2, 3, 4] }),
  );
}
if (check && missed > 0) process.exit(1);
