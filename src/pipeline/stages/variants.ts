import type { VariantFacts } from '../../report/study.js';
import { ownCodeVersion } from '../code-version.js';
import type { RunStage } from '../engine.js';
import { json } from '../json.js';
import type { Model } from '../model.js';
import type { Made } from '../study/make.js';
import { recipeHash, recipeOf } from '../study/recipe.js';
import { ResultStore, studyVersion } from '../study/store.js';
import { VARIANTS } from '../study/variants.js';
import { readData } from './data.js';

/** `variants.json`: what is known of every variant from making it once; beside it a folder of exports for each. */
export type VariantsProduct = readonly VariantFacts[];

/**
 * Makes every variant of the study on the rows that the run trains on, and counts what each costs.
 *
 * @param storeFolder where networks are kept as they come, so that an interrupted run goes on from there
 */
export function variantsStage(model: Model, storeFolder: string): RunStage {
  const { config } = model;
  const { seed, study } = config;
  const recipe = recipeOf(model);
  const command = `${model.command} --study`;
  return {
    name: 'variants',
    title: 'Make the variants of the study',
    room: 'report',
    after: ['data'],
    settings: { recipe, seed, lanes: study.lanes, command, code: ownCodeVersion('study') },
    async make(inputs, onProgress) {
      const { Maker } = await import('../study/make.js');
      const { exportsOf, factsOf } = await import('../study/facts.js');
      const { train, test, split, all } = readData(inputs.product('data'));
      const store = new ResultStore(storeFolder);
      const maker = new Maker(() => train, seed, { rows: split.train, total: all.labels.length }, onProgress);
      const facts: VariantFacts[] = [];
      const files = new Map<string, string | Uint8Array>();
      for (const variant of VARIANTS) {
        const done = facts.length;
        onProgress({ task: 'variants', done, total: VARIANTS.length, note: variant.name });
        const basis = { data: inputs.product('data').hash, code: studyVersion(), seed };
        const key = { ...basis, variant: recipeHash(recipe, variant) };
        const made = store.get<Made>(key) ?? (await maker.make(recipe, variant));
        store.put(key, made);
        const exported = exportsOf(variant, made, train, command);
        for (const [name, content] of exported) files.set(`${variant.name}/${name}`, content);
        facts.push(await factsOf(variant, made, test, exported, study.lanes));
      }
      return files.set('variants.json', json(facts));
    },
  };
}
