// Writes docs/errors.md: every code of an error or a warning, room by room, from the problems.ts of each.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
const rooms = JSON.parse(readFileSync(path.join(import.meta.dirname, 'rooms.json'), 'utf8'));

/** A literal as it stands in the source, unless something is compared with it. */
const LITERAL = /(?<![=!]== )'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`/g;

export function errorsText() {
  const parts = rooms.flatMap((room) => {
    const file = path.join(root, 'src', room, 'problems.ts');
    return existsSync(file) ? [`## ${room}`, '', ...tableOf(readFileSync(file, 'utf8')), ''] : [];
  });
  return `${[
    '# Errors and warnings',
    '',
    'Every message has a code that keeps its meaning, where it happened, what was got, what was wanted, and a hint where one',
    'helps. Here are the codes and what each wants, `…` standing for what the message fills in. This page is made by',
    '`npm run errors` from the `problems.ts` of each room.',
    '',
    ...parts,
  ]
    .join('\n')
    .trimEnd()}\n`;
}

function tableOf(source) {
  // From one code to the next lies one message.
  const messages = source.split(/\bcode: '/).slice(1);
  const rows = messages.map((text) => {
    const code = text.slice(0, text.indexOf("'"));
    const end = text.search(/\n {2}\w+: \(|\n\};/);
    const body = end < 0 ? text : text.slice(0, end);
    return `| \`${code}\` | ${memberOf(body, 'wanted')} | ${memberOf(body, 'hint')} |`;
  });
  return ['| code | wanted | hint |', '| --- | --- | --- |', ...rows.sort()];
}

/** The literal texts of a member, up to the next member. */
function memberOf(body, name) {
  const start = body.search(new RegExp(`\\b${name}\\b\\s*[:,]`));
  if (start < 0) return '';
  const rest = body.slice(start + name.length);
  const stop = rest.search(/\n {6}(?:code|where|got|wanted|hint|\.\.\.)|,\s*\n {4}\}|\}\)/);
  const texts = [...(stop < 0 ? rest : rest.slice(0, stop)).matchAll(LITERAL)].map(([, plain, filled]) =>
    (plain ?? filled.replace(/\$\{[^}]*\}*/g, '…')).replace(/\\(.)/g, '$1'),
  );
  return texts.join(' / ').replaceAll('|', '\\|').replaceAll('<', '&lt;');
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(path.join(root, 'docs', 'errors.md'), errorsText());
}
