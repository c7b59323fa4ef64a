import { Html, html } from './html.js';

/** A part of the report. */
export interface Section {
  /** Its anchor. */
  readonly id: string;
  readonly title: string;
  readonly body: Html;
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #5b6570; --paper: #fff; --card: #f5f7f9; --line: #dfe4e8;
  --accent: #2168b8; --good: #1a7f4b; --bad: #c0303b; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaee; --soft: #98a3ad; --paper: #14181c; --card: #1d2329;
  --line: #313a42; --accent: #6cb2f5; --good: #4cc486; --bad: #f0717a; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.55 system-ui, sans-serif; }
main, header > div, footer > div { max-width: 1180px; margin: 0 auto; padding: 0 20px; }
header { border-bottom: 1px solid var(--line); padding: 28px 0 20px; }
h1 { font-size: 26px; margin: 0 0 2px; letter-spacing: -0.01em; }
h2 { font-size: 19px; margin: 40px 0 10px; }
h3 { font-size: 15px; margin: 22px 0 6px; }
p { max-width: 75ch; margin: 6px 0; }
.soft { color: var(--soft); }
.verdict { font-weight: 600; } .good { color: var(--good); } .bad { color: var(--bad); }
nav { margin-top: 12px; display: flex; flex-wrap: wrap; gap: 4px 16px; }
nav a { color: var(--accent); text-decoration: none; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 20px 0 4px; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 10px 14px; }
.tile b { display: block; font-size: 22px; font-weight: 650; letter-spacing: -0.01em; font-variant-numeric: tabular-nums; }
.tile span { color: var(--soft); font-size: 13px; }
.scroll { overflow-x: auto; }
ul { max-width: 80ch; margin: 8px 0 12px; padding-left: 20px; } li { margin: 4px 0; }
table { border-collapse: collapse; margin: 8px 0 4px; min-width: min(100%, 420px); font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 5px 16px 5px 0; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { color: var(--soft); font-weight: 500; font-size: 13px; vertical-align: bottom; white-space: normal; }
.n { text-align: right; }
.figures { display: flex; flex-wrap: wrap; gap: 18px 28px; align-items: flex-start; }
figure { margin: 8px 0; max-width: 100%; flex: 0 1 auto; overflow-x: auto; }
figure svg { display: block; }
.map { image-rendering: pixelated; max-width: 100%; height: auto; vertical-align: middle; margin: 4px 0; }
pre { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 12px 14px; overflow-x: auto; }
code, pre, .hash { font-family: ui-monospace, monospace; font-size: 13px; }
footer { border-top: 1px solid var(--line); margin-top: 48px; padding: 16px 0 40px; color: var(--soft); font-size: 13px; }
td:first-child, th:first-child { position: sticky; left: 0; background: var(--paper); }
@media (max-width: 600px) { h1 { font-size: 22px; } main, header > div, footer > div { padding: 0 14px; }
  th, td { padding-right: 12px; } .hash { font-size: 11px; } }
@page { size: A4 landscape; margin: 12mm; }
@media print { :root { --ink: #000; --soft: #444; --paper: #fff; --card: #f5f7f9; --line: #ccc;
  --accent: #000; --good: #14693d; --bad: #a0262f; } nav { display: none; } body { font-size: 10px; }
  main, header > div, footer > div { max-width: none; padding: 0; } .scroll { overflow: visible; }
  h2, h3 { break-after: avoid; } figure, tr, .tile, pre { break-inside: avoid; }
  th, td { white-space: normal; padding: 3px 8px 3px 0; }
  th, code, pre, .hash, .tile span { font-size: 9px; } .tile b { font-size: 16px; } pre { white-space: pre-wrap; } }
`;

/** One page that needs no other file and no network. */
export function page(title: string, head: Html, sections: readonly Section[], foot: Html): string {
  const links = sections.map(({ id, title }) => html`<a href="#${id}">${title}</a>`);
  const body = sections.map(
    ({ id, title, body }) => html`<section id="${id}">\n<h2>${title}</h2>\n${body}\n</section>\n`,
  );
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<header><div>
${head}
<nav>${links}</nav>
</div></header>
<main>
${body}</main>
<footer><div>${foot}</div></footer>
</body>
</html>
`.text;
}
