import type { Format } from '../fixed/format.js';
import type { Interval } from '../fixed/interval.js';
import type { Finish } from '../network/finish.js';
import type { Extent, Window } from '../network/window.js';
import type { Zones } from '../network/zones.js';
import type { NodeGeometry } from './views.js';

/** What a row reads: of a map a channel under a tap, otherwise a code. */
export interface RawRead {
  readonly tap: number;
  readonly node: number;
  /** Number of the channel under a window, else of the code. */
  readonly at: number;
  /** Only at positions of this zone; 0 elsewhere. */
  readonly zone?: number;
}

export interface RawTerm extends RawRead {
  readonly weight: number;
}

export interface RawSum {
  readonly terms: readonly RawTerm[];
  readonly bias: number;
  readonly fraction: number;
  readonly finish: Finish;
  readonly sum: Interval;
  readonly codes: Interval;
  readonly format: Format;
}

export interface RawMax {
  readonly reads: readonly RawRead[];
  readonly least?: number;
  readonly codes: Interval;
  readonly format: Format;
}

export interface OverMap {
  readonly window: Window;
  readonly shape: Extent;
  readonly zones?: Zones;
}

/** A node with all channels of its layer, those too that are constant or that nobody reads. */
export interface RawNode extends NodeGeometry {
  readonly name: string;
  readonly formats: readonly Format[];
  /** Per channel, all codes at any position. */
  readonly codes: readonly Interval[];
  readonly computed:
    | {
        readonly kind: 'sums';
        readonly over?: OverMap;
        readonly rows: readonly RawSum[];
        readonly denseTerms: number;
      }
    | { readonly kind: 'max'; readonly over?: OverMap; readonly rows: readonly RawMax[] }
    | { readonly kind: 'move'; readonly from: readonly (RawRead | undefined)[] };
}
