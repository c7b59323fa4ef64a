// A room (a folder of src/) imports only from itself and from rooms above it in the list of rooms.json, and no files
// import each other in a circle, types included.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOMS = JSON.parse(readFileSync(path.join(import.meta.dirname, 'rooms.json'), 'utf8'));
const IMPORT =
  /(?:^|\n)\s*(?:import|export)\b[^;'"]*?\bfrom\s*['"](\.[^'"]+)['"]|\bimport\s*\(?\s*['"](\.[^'"]+)['"]/g;

const root = path.join(import.meta.dirname, '..', 'src');
const roomOf = (file) => path.relative(root, file).split(path.sep)[0];
const problems = [];
/** File → the files that it imports when it is loaded. */
const imports = new Map();

for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !entry.name.endsWith('.ts')) continue;
  const file = path.join(entry.parentPath, entry.name);
  const name = path.relative(root, file);
  // src/index.ts is the library's front: it may gather from every room but the command line's.
  const room = name === 'index.ts' ? 'library' : roomOf(file);
  if (!ROOMS.includes(room)) {
    problems.push(`src/${name}: '${room}' is not a room (${ROOMS.join(', ')})`);
    continue;
  }
  const found = [...readFileSync(file, 'utf8').matchAll(IMPORT)];
  imports.set(
    file,
    found.map((match) => path.resolve(path.dirname(file), match[1] ?? match[2]).replace(/\.js$/, '.ts')),
  );
  for (const match of found) {
    const target = roomOf(path.resolve(path.dirname(file), match[1] ?? match[2]));
    if (ROOMS.indexOf(target) > ROOMS.indexOf(room)) {
      problems.push(`src/${name}: ${room}/ may not import from ${target}/ (${match[1] ?? match[2]})`);
    }
  }
}

for (const circle of circlesOf(imports)) {
  const names = circle.map((file) => path.relative(root, file));
  problems.push(`src/${names[0]}: imports itself by way of ${names.slice(1).join(', ')}`);
}

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);

/** The circles that a walk along the imports closes, each once. */
function circlesOf(graph) {
  const circles = [];
  const done = new Set();
  const trail = [];
  const walk = (file) => {
    const at = trail.indexOf(file);
    if (at >= 0) circles.push(trail.slice(at));
    if (at >= 0 || done.has(file)) return;
    trail.push(file);
    for (const target of graph.get(file) ?? []) walk(target);
    trail.pop();
    done.add(file);
  };
  for (const file of graph.keys()) walk(file);
  return circles;
}
