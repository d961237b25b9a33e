import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MigrationList } from '@prisma/schema-engine-wasm/schema_engine_bg';

/** One `prisma/migrations/<name>/migration.sql`. */
export interface MigrationFile {
  /** The folder's name, such as `20260101120000_event_log`. */
  readonly name: string;
  readonly sql: string;
}

function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('The package.json above this module is missing.');
    folder = parent;
  }
  return folder;
}

/**
 * Where this package keeps its Prisma files: the same from `src`, from `dist`, and from an installed package,
 * because all of them lie below the folder with the package.json.
 */
export function packagedPrismaFiles(): { migrationsDirectory: string; schemaPath: string } {
  const prismaFolder = join(packageRoot(), 'prisma');
  return {
    migrationsDirectory: join(prismaFolder, 'migrations'),
    schemaPath: join(prismaFolder, 'schema.prisma'),
  };
}

/**
 * Reads a Prisma migrations folder, in the order in which they apply.
 *
 * @throws Error with one line when the folder, or a migration's `migration.sql`, is missing.
 */
export async function readMigrationFiles(migrationsDirectory: string): Promise<MigrationFile[]> {
  const entries = await readdir(migrationsDirectory, { withFileTypes: true }).catch((error: unknown) => {
    throw new Error(`There is no migrations folder at ${migrationsDirectory}.`, { cause: error });
  });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const path = join(migrationsDirectory, name, 'migration.sql');
      const sql = await readFile(path, 'utf8').catch((error: unknown) => {
        throw new Error(`Migration ${name} has no readable migration.sql.`, { cause: error });
      });
      return { name, sql };
    }),
  );
}

/** The shape in which Prisma's engine takes a migrations folder. */
export function toMigrationList(
  migrationsDirectory: string,
  migrations: readonly MigrationFile[],
): MigrationList {
  return {
    baseDir: migrationsDirectory,
    // The engine compares this with its provider; the adapter is for PostgreSQL only, so it is a constant.
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
    shadowDbInitScript: '',
    migrationDirectories: migrations.map(({ name, sql }) => ({
      path: name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } },
    })),
  };
}

/** The schema in the shape in which Prisma's engine takes it. */
export async function readSchemaFile(
  schemaPath: string,
): Promise<{ files: { path: string; content: string }[] }> {
  return { files: [{ path: basename(schemaPath), content: await readFile(schemaPath, 'utf8') }] };
}
