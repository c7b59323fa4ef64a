import { describe, expect, it } from 'vitest';
import { figures, html, table } from '../../src/report/html.js';
import { markdownOf } from '../../src/report/markdown.js';

describe('the report as Markdown', () => {
  it('keeps tables, with their numbers to the right', () => {
    const columns = [{ title: 'a | b' }, { title: 'n', numeric: true }];
    const rows = [
      [html`<code>fixed&lt;8,2&gt;</code>`, 3],
      [html`two<br><b>lines</b>`, 4],
    ];
    expect(markdownOf(table(columns, rows))).toBe(
      ['| a \\| b | n |', '| --- | ---: |', '| `fixed<8,2>` | 3 |', '| two **lines** | 4 |'].join('\n'),
    );
  });

  it('has headings, paragraphs, lists and commands, and names pictures', () => {
    const picture = '<svg role="img" aria-label="Loss &amp; all" viewBox="0"><g><text>x</text></g></svg>';
    const markup = html`<h3>Title</h3>
<p class="soft">A &lt; B, <b>really</b>.</p>
<ul><li>one</li><li>two</li></ul>
${figures([picture])}
<pre>npm ci
npm test</pre>`;
    expect(markdownOf(markup)).toBe(
      [
        '### Title',
        '',
        'A < B, **really**.',
        '',
        '- one',
        '- two',
        '',
        '*Picture: Loss & all*',
        '',
        '```',
        'npm ci',
        'npm test',
        '```',
      ].join('\n'),
    );
  });
});
