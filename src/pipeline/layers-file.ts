import { z } from 'zod';
import type { StatedLayers } from '../exchange/importers/importer.js';
import { statedForm } from '../exchange/importers/tensors/stated-kinds.js';
import { shortLayers } from '../learn/short-form.js';
import { readConfig } from './read-config.js';

const SHAPE = z.strictObject({ layers: shortLayers(statedForm('first')) });

/**
 * The layers of a network whose file has weights only, in the words of a model's `layers`.
 *
 * @throws file/*, pipeline/config-*
 */
export const readLayers = (file: string): StatedLayers => ({ file, ...readConfig(SHAPE, file) });
