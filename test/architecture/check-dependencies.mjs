/**
 * `npm run check:dependencies`: holds the tree against `.dependency-cruiser.cjs`, and fails when it saw too few modules
 * to mean anything: the tool says "no violations" of a tree that it cannot read, too.
 *
 *     node test/architecture/check-dependencies.mjs [root of the tree, the working directory unless told]
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { cruise } from 'dependency-cruiser';
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';

/** Source modules that the check must have seen at least; the product has more since its first version. */
const MIN_SOURCE_MODULES = 60;
/** Arrows between them; a tool that reads files but no imports sees none. */
const MIN_SOURCE_DEPENDENCIES = 200;

const root = resolve(process.argv[2] ?? '.');
process.chdir(root);

const options = await extractDepcruiseOptions(join(root, '.dependency-cruiser.cjs'));
const trees = ['src', 'test'].filter((name) => existsSync(join(root, name)));
const { output } = await cruise(trees, options, undefined, {
  tsConfig: extractTSConfig(join(root, 'tsconfig.json')),
});

const sources = output.modules.filter(({ source }) => source.startsWith('src/'));
const arrows = sources.reduce((count, { dependencies }) => count + dependencies.length, 0);
const { violations } = output.summary;
for (const { rule, from, to } of violations) {
  process.stdout.write(`${rule.name}: ${from}${to === from ? '' : ` → ${to}`}\n`);
}
const tooFew = sources.length < MIN_SOURCE_MODULES || arrows < MIN_SOURCE_DEPENDENCIES;
if (tooFew) {
  process.stdout.write(
    `Saw only ${sources.length} source modules with ${arrows} imports: the check does not read the tree.\n`,
  );
}
process.stdout.write(
  `${violations.length} violations in ${sources.length} source modules with ${arrows} imports.\n`,
);
process.exitCode = tooFew || violations.length > 0 ? 1 : 0;
