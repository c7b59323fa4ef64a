import type { TopLevelSpec } from 'vega-lite';
import { sha256 } from '../core/hash.js';

/** Colours of equal weight that are legible on white and on black; texts and lines take the page's own. */
export const COLOURS = {
  blue: '#3d8bdb',
  orange: '#d9781f',
  green: '#2f9e6e',
  red: '#d64550',
  violet: '#9a6bd0',
  teal: '#2a9aa8',
  yellow: '#b58a00',
  grey: '#8a929b',
};

const INK = 'currentColor';
const FONT = 'system-ui, sans-serif';

const THEME = {
  background: 'transparent',
  // The whole chart has its label; every mark's own would be three quarters of the file.
  aria: false,
  font: FONT,
  padding: 4,
  view: { stroke: null },
  axis: {
    labelColor: INK,
    titleColor: INK,
    titleFontWeight: 500,
    domainColor: INK,
    domainOpacity: 0.35,
    tickColor: INK,
    tickOpacity: 0.35,
    gridColor: INK,
    gridOpacity: 0.1,
  },
  legend: {
    labelColor: INK,
    titleColor: INK,
    orient: 'bottom',
    columns: 4,
    // Widths are guessed where there is no canvas, for the most part too large.
    labelLimit: 400,
    title: null,
    symbolStrokeWidth: 2.5,
  },
  title: { color: INK, anchor: 'start', fontSize: 13, fontWeight: 600, offset: 10 },
  text: { color: INK },
} as const;

/**
 * Draws a Vega-Lite chart as SVG text that fits into an HTML page: it takes the page's text colour and shrinks with
 * its column. The same chart gives the same bytes.
 *
 * @param label what the chart shows, for whoever cannot see it
 */
export async function drawSvg(spec: TopLevelSpec, label: string): Promise<string> {
  const [vega, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  const themed = { ...spec, config: { ...THEME, ...spec.config } } as TopLevelSpec;
  const view = new vega.View(vega.parse(compile(themed).spec), { renderer: 'none' });
  try {
    return responsive(ownNames(await view.toSVG()), label);
  } finally {
    view.finalize();
  }
}

/** Below it texts get too small to read: the picture scrolls in its place instead. */
const LEAST_WIDTH = 340;

/** The width becomes a wish: never wider than the column. */
function responsive(svg: string, label: string): string {
  const name = label.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return svg.replace(
    /^<svg [^>]*?class="marks" width="([\d.]+)" height="[\d.]+" viewBox="([^"]*)"[^>]*>/,
    (_, width, box) =>
      `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${name}" viewBox="${box}" style="width:${width}px;max-width:100%;min-width:${Math.min(Number(width), LEAST_WIDTH)}px;height:auto">`,
  );
}

/**
 * Vega numbers its clip paths through all charts of a process: one drawn later would have other names. Here a chart's
 * follow from the chart alone, and no two charts of a page share one.
 */
function ownNames(svg: string): string {
  const numbers = [...new Set([...svg.matchAll(/ id="clip(\d+)"/g)].map(([, number]) => number))];
  const rename = (prefix: string) =>
    svg.replace(
      /( id="|url\(#)clip(\d+)/g,
      (_, before, number) => `${before}${prefix}${numbers.indexOf(number)}`,
    );
  return numbers.length === 0 ? svg : rename(`clip-${sha256(rename('clip')).slice(0, 8)}-`);
}
