// `npm run check:package`: packs the package as it would be published, and lets publint and arethetypeswrong check
// whether every kind of consumer finds its code and its types.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'chat-package-'));
const run = (command, given) =>
  execFileSync(command, given, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
const bin = (name) => join(ROOT, 'node_modules', '.bin', name);

try {
  // This does not run `prepack`, which would generate the Prisma client anew while other parts of `npm run check`
  // read it.
  run('npm', ['run', '--silent', 'build:dist']);
  run('npm', ['pack', '--ignore-scripts', '--pack-destination', scratch]);
  const [tarball] = readdirSync(scratch);
  for (const [tool, flags] of [
    ['publint', ['--strict']],
    ['attw', ['--format', 'ascii']],
  ]) {
    run(bin(tool), [join(scratch, tarball), ...flags]);
  }
  process.stdout.write('publint and arethetypeswrong find nothing wrong with the package.\n');
} catch (error) {
  process.stdout.write(String(error.stdout ?? error));
  process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true });
}
