import { z } from 'zod';
import { SHAPE } from './config.js';
import { checkTogether } from './config-checks.js';

/**
 * `espalier.yaml`: everything a model's run depends on beside its data. Unknown keys are refused. The schema for
 * editors (`schemas/espalier.schema.json`) is made from this, descriptions and all.
 */
export const CONFIG = SHAPE.superRefine(checkTogether);

/** The schema for editors, as text. */
export function configJsonSchema(): string {
  const schema = z.toJSONSchema(CONFIG, { io: 'input', target: 'draft-7' });
  const title = 'Espalier: a model, from its data to its hardware';
  return `${JSON.stringify({ ...schema, title }, null, 2)}\n`;
}
