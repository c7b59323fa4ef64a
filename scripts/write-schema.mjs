// Writes schemas/espalier.schema.json, which editors check espalier.yaml with, from the configuration's own shape.
import path from 'node:path';
import { writeFileAtomic } from '../dist/core/files.js';
import { configJsonSchema } from '../dist/pipeline/checked-config.js';

writeFileAtomic(path.join(import.meta.dirname, '..', 'schemas', 'espalier.schema.json'), configJsonSchema());
