import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const entryPoint = fileURLToPath(new URL('../../../dist/main.js', import.meta.url));
const announcement = /Open (http:\/\/\S+)\/chat-test-client\.html/;

/** `npm start` without its build: the whole server with a PostgreSQL of its own and the demo data. */
export interface RealServer {
  readonly url: string;
  /** As Ctrl-C does; resolves once the process has ended. */
  stop(): Promise<void>;
}

/** `port` 0 takes any free one. Rejects with what the server said when it ends before it listens. */
export async function startRealServer(dataDirectory: string, port = 0): Promise<RealServer> {
  const child = spawn(process.execPath, [entryPoint], {
    env: { PATH: process.env['PATH'], PORT: String(port), DATA_DIR: dataDirectory, LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = once(child, 'exit');
  // A test run that gives up must not leave a server behind.
  const endWithUs = (): boolean => child.kill('SIGTERM');
  process.once('exit', endWithUs);
  exited.then(
    () => process.off('exit', endWithUs),
    () => undefined,
  );
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const listening = announcement.exec(said)?.[1];
      if (listening !== undefined) resolve(listening);
    });
    exited.then(() => reject(new Error(`The server ended before it listened: ${said}`)), reject);
  });
  return {
    url,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
