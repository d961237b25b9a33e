import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import type { SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg';

type EngineModule = typeof import('@prisma/schema-engine-wasm/schema_engine_bg');

const ENGINE_MODULE = '@prisma/schema-engine-wasm/schema_engine_bg';

/**
 * The engine's JavaScript half keeps its WebAssembly instance in a variable of its own module, so there can
 * be only one per process; a second instance would pull the memory from under the first.
 */
let loading: Promise<EngineModule> | undefined;

/**
 * The engine starts a ten-second timer each time it takes its lock, and never stops it, so the process could not end
 * before. These timers do not keep the process alive; the connection to the database does, as long as the engine
 * works.
 */
function withoutLingeringTimers(imports: Record<string, unknown>): Record<string, unknown> {
  for (const name of Object.keys(imports)) {
    if (!name.startsWith('__wbg_setTimeout_')) continue;
    imports[name] = (callback: () => void, delayMs: number) => setTimeout(callback, delayMs).unref();
  }
  return imports;
}

async function loadEngine(): Promise<EngineModule> {
  const engine = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  // Node needs a flag to import .wasm files, and the package does not export its .wasm. So the file is read from
  // beside the module.
  const modulePath = createRequire(import.meta.url).resolve(ENGINE_MODULE);
  const bytes = await readFile(modulePath.replace(/\.js$/, '.wasm'));
  const imports = withoutLingeringTimers({ ...engine });
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': imports });
  engine.__wbg_set_wasm(instance.exports);
  const start = instance.exports['__wbindgen_start'];
  if (typeof start !== 'function') throw new Error('The Prisma schema engine has no start function.');
  start();
  return engine;
}

/**
 * Opens Prisma's schema engine, the one behind `prisma migrate`, as WebAssembly, so that no binary has to be
 * downloaded. The engine opens connections through `factory` and never closes them. The caller closes them, and calls
 * `free()` on the engine.
 */
export async function openSchemaEngine(
  factory: SqlMigrationAwareDriverAdapterFactory,
): Promise<SchemaEngine> {
  loading ??= loadEngine();
  const engine = await loading;
  const ignoreEngineLog = (): void => {};
  return engine.SchemaEngine.new(
    { datamodels: undefined },
    ignoreEngineLog,
    bindMigrationAwareSqlAdapterFactory(factory),
  );
}
