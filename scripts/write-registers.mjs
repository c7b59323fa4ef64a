// Writes docs/registers.md and, beside the Verilog of the register map, its C header and its SystemRDL.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { registerHeader, registerPage, registerRdl } from '../dist/targets/registers.js';

const root = path.join(import.meta.dirname, '..');
writeFileSync(path.join(root, 'docs', 'registers.md'), registerPage());
writeFileSync(path.join(root, 'rtl', 'links', 'espalier_registers.h'), registerHeader());
writeFileSync(path.join(root, 'rtl', 'links', 'espalier_registers.rdl'), registerRdl());
