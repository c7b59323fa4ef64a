import { z } from 'zod';
import type { StatedLayers } from '../exchange/importers/importer.js';
import { SHORT_LAYERS } from '../learn/short-form.js';
import { readConfig } from './read-config.js';

const SHAPE = z.strictObject({ layers: SHORT_LAYERS });

/**
 * The layers of a network whose file has weights only, in the words of a model's `layers`.
 *
 * @throws file/*, pipeline/config-*
 */
export const readLayers = (file: string): StatedLayers => ({ file, ...readConfig(SHAPE, file) });
