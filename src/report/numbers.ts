import type { Problem } from '../core/errors.js';
import type { ReportData } from './data.js';
import { type Summary, summarize } from './summary.js';
import { warningsOf } from './warnings.js';

/** `report.json`: every number that the report shows. */
export interface ReportNumbers
  extends Omit<
    ReportData,
    'base' | 'distilled' | 'pruned' | 'quantized' | 'pictures' | 'manifest' | 'simulation'
  > {
  readonly schema: 'espalier/report';
  readonly version: 1;
  readonly summary: Summary;
  readonly warnings: readonly Problem[];
  /** From the trained network to the one in hardware; weights are in the products of their stages. */
  readonly networks: Readonly<Record<string, unknown>>;
  readonly hardware: Pick<
    ReportData['manifest'],
    'architecture' | 'timing' | 'roms' | 'folded' | 'unreadInputs'
  >;
}

/** The report's numbers, as plain data. */
export function numbersOf(data: ReportData): ReportNumbers {
  const { base, distilled, pruned, quantized, pictures: _drawn, manifest, simulation: _, ...rest } = data;
  const trained = ({ network: _weights, ...facts }: ReportData['base']) => facts;
  const { network: _codes, warnings: _found, ...integer } = quantized;
  const { architecture, timing, roms, folded, unreadInputs } = manifest;
  return {
    schema: 'espalier/report',
    version: 1,
    ...rest,
    summary: summarize(data),
    warnings: warningsOf(data),
    networks: {
      float: trained(base),
      ...(distilled === undefined
        ? {}
        : { distilled: trained(distilled.student), scratch: trained(distilled.scratch) }),
      ...(pruned === undefined ? {} : { pruned: trained(pruned) }),
      'fixed-point': integer,
    },
    hardware: { architecture, timing, roms, folded, unreadInputs },
  };
}
