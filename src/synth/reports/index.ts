import { problems } from '../problems.js';
import { nextpnrReport, yosysReport } from './own.js';
import { quartusFit, quartusTiming } from './quartus.js';
import type { ReportForm, ToolReport } from './report.js';
import { vivadoTiming, vivadoUtilization } from './vivado.js';

/** Every form of report that is read, one line each. */
export const REPORT_FORMS: readonly ReportForm[] = [
  vivadoUtilization,
  vivadoTiming,
  quartusFit,
  quartusTiming,
  yosysReport,
  nextpnrReport,
];

/** Reads a tool's report. @throws synth/report-unknown, synth/report-version, synth/report-unreadable */
export function readToolReport(text: string, file: string): ToolReport {
  const form = REPORT_FORMS.find(({ recognises }) => recognises(text));
  if (form !== undefined) return form.parse(text, file);
  throw problems.reportUnknown(
    file,
    REPORT_FORMS.map(({ name }) => name),
  );
}
