import { percent, whole } from '../../core/number-text.js';
import { classesChart } from '../charts/classes.js';
import type { ReportData } from '../data.js';
import { drawSvg } from '../draw.js';
import { figures, html, table } from '../html.js';
import type { Section } from '../page.js';

const firstRows = ({ columns, firstRows: rows }: ReportData['data']['report']) => html`<h3>First rows</h3>
${table(
  columns.map((title) => ({ title })),
  rows,
)}`;

/** A look at the data before anything is computed from it. */
export async function dataset({ data }: ReportData): Promise<Section> {
  const { report } = data;
  const classRows = Object.entries(report.classCounts).map(([name, count]) => [
    name,
    whole(count),
    percent(count / report.rows),
  ]);
  const missing = Object.entries(report.missing).filter(
    ([column, count]) => count > 0 && !report.droppedColumns.includes(column),
  );
  const left = [
    ...(report.droppedColumns.length > 0
      ? [`empty columns dropped: ${report.droppedColumns.join(', ')}`]
      : []),
    ...(report.ignoredColumns.length > 0 ? [`no features: ${report.ignoredColumns.join(', ')}`] : []),
    missing.length === 0
      ? 'no missing values'
      : `missing values: ${missing.map(([column, count]) => `${column} ${count}`).join(', ')}`,
    ...(report.notes ?? []),
    ...(report.droppedRows > 0 ? [`rows dropped for a missing value: ${report.droppedRows}`] : []),
  ];
  const balance = await drawSvg(classesChart(report.classCounts), 'Rows of each class');
  return {
    id: 'data',
    title: 'Data',
    body: html`<p>${whole(report.rows)} rows of ${whole(data.inputs)} features (${report.form}), ${data.train} to train on and
${data.test} to test; ${left.join('; ')}.</p>
${figures([balance])}
${table([{ title: 'class' }, { title: 'rows', numeric: true }, { title: 'share', numeric: true }], classRows)}
${report.firstRows.length === 0 ? undefined : firstRows(report)}`,
  };
}
