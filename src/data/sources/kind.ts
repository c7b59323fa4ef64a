import type { OnProgress } from '../../core/progress.js';
import type { Dataset, DatasetOptions } from '../dataset.js';
import type { PictureOptions } from '../images/store.js';

/** What a model's configuration says of its samples: one of `file`, `arrays` and `pictures` says where they lie. */
export interface SourceOptions extends Optional<DatasetOptions> {
  readonly file?: string | undefined;
  readonly arrays?: string | ArrayPlaces | undefined;
  readonly pictures?: PictureSource | undefined;
  /** Of a sample of a table or an array: `[units]`, or `[height, width, channels]`. */
  readonly shape?: readonly number[] | undefined;
  /** Only so many samples, the first; where some are for tests already, so many of the others. */
  readonly first?: number | undefined;
  /** Names of an array's classes, by number. */
  readonly classes?: readonly string[] | undefined;
  /** Where the files are to be had, in words, for whoever does not have them yet. */
  readonly origin?: string | undefined;
}

/** Files of arrays: `.npy`, IDX, or `FILE.npz:NAME`. */
export interface ArrayPlaces {
  readonly samples: string;
  readonly labels: string;
  readonly testSamples?: string | undefined;
  readonly testLabels?: string | undefined;
}

export interface PictureSource extends Omit<PictureOptions, 'size'> {
  readonly folder: string;
  readonly size?: PictureOptions['size'] | undefined;
}

type Optional<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** Where a source may keep what takes long to read, and whom it tells how far it is. */
export interface SourceWork {
  readonly cache: string;
  readonly onProgress: OnProgress;
}

/** A way in which samples lie on a disk. */
export interface SourceKind {
  /** The member that says so. */
  readonly member: 'file' | 'arrays' | 'pictures';
  /** Files and folders that the options name, relative to the model's folder. */
  places(options: SourceOptions, folder: string): string[];
  /** Every file that it reads, relative to the model's folder. @throws data/*, file/* */
  files(options: SourceOptions, folder: string): string[];
  /** @throws data/*, file/* */
  load(options: SourceOptions, folder: string, work: SourceWork): Promise<Dataset>;
}
