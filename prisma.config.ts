import { defineConfig } from 'prisma/config';

// `prisma generate` wants to download a schema engine that it does not run; any executable in its
// place keeps it offline. Migrations are applied by src/adapters/prisma/migrations/migrations.ts.
process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= process.execPath;

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
});
