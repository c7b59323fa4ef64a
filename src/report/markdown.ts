import type { Html } from './html.js';

/** The report's own markup as Markdown: for a text, a pull request or a terminal. Pictures become their labels. */
export function markdownOf({ text }: Html): string {
  return text
    .replace(/<svg [^>]*?aria-label="([^"]*)"[\s\S]*?<\/svg>/g, (_, label) => `\n\n*Picture: ${label}*\n\n`)
    .replace(/<pre>([\s\S]*?)<\/pre>/g, (_, lines) => `\n\n\`\`\`\n${lines}\n\`\`\`\n\n`)
    .replace(/<table>([\s\S]*?)<\/table>/g, (_, rows) => `\n\n${pipeTable(rows)}\n\n`)
    .replace(/<h(\d)>([\s\S]*?)<\/h\1>/g, (_, level, title) => `\n\n${'#'.repeat(level)} ${title}\n\n`)
    .replace(/<li>/g, '\n- ')
    .replace(/<\/?(p|ul|div|figure)\b[^>]*>/g, '\n\n')
    .replace(/<\/?(b|code|[a-z]+)\b[^>]*>/g, (_, tag) => INLINE[tag] ?? '')
    .replace(/[ \t]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/&(amp|lt|gt|quot);/g, (_, name) => CHARACTERS[name])
    .trim();
}

const INLINE: Readonly<Record<string, string>> = { b: '**', code: '`', br: ' ' };
const CHARACTERS: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };

function pipeTable(markup: string): string {
  const rows = [...markup.matchAll(/<tr[^>]*>([\s\S]*?)<\/tr>/g)].map(([, row]) =>
    [...row.matchAll(/<t([hd])( class="n")?[^>]*>([\s\S]*?)<\/t\1>/g)].map(([, , numeric, cell]) => ({
      isNumeric: numeric !== undefined,
      text: cell.replaceAll('|', '\\|').replaceAll('\n', ' '),
    })),
  );
  const [head, ...body] = rows;
  const rule = head.map(({ isNumeric }) => (isNumeric ? '---:' : '---'));
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const texts = (row: typeof head) => row.map(({ text }) => text);
  return [line(texts(head)), line(rule), ...body.map((row) => line(texts(row)))].join('\n');
}
