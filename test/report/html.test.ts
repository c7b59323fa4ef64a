import { describe, expect, it } from 'vitest';
import { Html, html, table } from '../../src/report/html.js';

describe('the report’s markup', () => {
  it('escapes what comes from outside, once', () => {
    const name = '<b title="x">&';
    expect(html`<p>${name}</p>`.text).toBe('<p>&lt;b title=&quot;x&quot;&gt;&amp;</p>');
    expect(html`<p>${html`<i>${name}</i>`}</p>`.text).toBe(
      '<p><i>&lt;b title=&quot;x&quot;&gt;&amp;</i></p>',
    );
  });

  it('joins lists, and leaves out what is not there', () => {
    expect(html`${[html`<i>1</i>`, 2, '<']}${undefined}`.text).toBe('<i>1</i>2&lt;');
  });

  it('makes tables whose numbers stand to the right', () => {
    const columns = [{ title: 'a & b' }, { title: 'n', numeric: true }];
    const { text } = table(columns, [
      ['<', 3],
      [new Html('<b>x</b>'), 4],
    ]);
    expect(text.replaceAll('\n', '')).toBe(
      '<div class="scroll"><table><thead><tr><th>a &amp; b</th><th class="n">n</th></tr></thead><tbody>' +
        '<tr><td>&lt;</td><td class="n">3</td></tr><tr><td><b>x</b></td><td class="n">4</td></tr></tbody></table></div>',
    );
  });
});
