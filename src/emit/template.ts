import { readFileSync } from 'node:fs';
import path from 'node:path';
import Handlebars from 'handlebars';

const FOLDER = path.join(import.meta.dirname, '..', '..', 'templates');

const compiled = new Map<string, Handlebars.TemplateDelegate>();

/**
 * Fills a template of `templates/`. A template holds no logic beyond lists: what it prints is settled in the view.
 *
 * @param name such as `serial/layer.v`
 */
export function renderTemplate<View extends object>(name: string, view: View): string {
  let template = compiled.get(name);
  if (template === undefined) {
    const text = readFileSync(path.join(FOLDER, `${name}.hbs`), 'utf8');
    template = Handlebars.compile(text, { noEscape: true, strict: true });
    compiled.set(name, template);
  }
  return template(view);
}
