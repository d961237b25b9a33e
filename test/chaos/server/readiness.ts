import { request } from 'node:http';

const PROBE_INTERVAL_MS = 250;
/** A process that is busy or frozen does not serve. */
const PROBE_WAIT_MS = 1_500;

/** What a load balancer knows of the processes behind it: what their `/readyz` said last. */
export interface Readiness {
  takesPeople(port: number): boolean;
  stop(): void;
}

/** Asks each process again and again; one that has not been asked yet counts as ready. */
export function watchReadiness(ports: readonly number[]): Readiness {
  const ready = new Set(ports);
  const timers = new Map<number, NodeJS.Timeout>();
  let isOver = false;

  async function probe(port: number): Promise<void> {
    if (await isReady(port)) ready.add(port);
    else ready.delete(port);
    if (!isOver)
      timers.set(
        port,
        setTimeout(() => void probe(port), PROBE_INTERVAL_MS),
      );
  }

  for (const port of ports) void probe(port);
  return {
    takesPeople: (port) => ready.has(port),
    stop: () => {
      isOver = true;
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}

function isReady(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ host: '127.0.0.1', port, path: '/readyz', agent: false, timeout: PROBE_WAIT_MS });
    asked.on('response', (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(false));
    asked.on('close', () => resolve(false));
    asked.end();
  });
}
