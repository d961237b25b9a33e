import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { DEFAULT_DRAIN_SECONDS } from '../../src/config/process.js';
import { environment } from '../../src/config.js';
import { STOP_LIMIT_MS } from '../../src/wiring/stopping.js';
import { ROOT, readText } from './documents.js';

const SETTINGS = Object.keys(environment.shape);

/** `INSTRUCTION rest`, with the lines of one joined, and without comments. */
async function instructionsOfDockerfile(): Promise<readonly (readonly [string, string])[]> {
  const text = (await readText('Dockerfile')).replaceAll(/^#.*\n/gm, '').replaceAll('\\\n', ' ');
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, instruction = '', rest = ''] = /^([A-Z]+) +(.*)$/.exec(line) ?? [];
      return [instruction, rest.trim()] as const;
    });
}

async function instruction(name: string): Promise<string> {
  const found = (await instructionsOfDockerfile()).filter(([each]) => each === name);
  return found.at(-1)?.[1] ?? '';
}

async function healthCommand(): Promise<readonly [string, ...string[]]> {
  const check = await instruction('HEALTHCHECK');
  return JSON.parse(check.slice(check.indexOf('CMD ') + 'CMD '.length));
}

describe('Dockerfile', async () => {
  const instructions = await instructionsOfDockerfile();

  it('has instructions that are known, and stages', () => {
    const known = /^(ARG|FROM|WORKDIR|COPY|RUN|ENV|USER|EXPOSE|STOPSIGNAL|HEALTHCHECK|ENTRYPOINT|CMD)$/;
    for (const [name] of instructions) expect(name).toMatch(known);
    const stages = instructions.flatMap(([name, rest]) => (name === 'FROM' ? [rest] : []));
    expect(stages.length).toBeGreaterThan(2);
    for (const stage of stages) expect(stage).toMatch(/^node:\$\{NODE_VERSION\}(-slim)? AS \w+$/);
  });

  it('copies what is there, what .dockerignore lets through, and what an earlier stage has', async () => {
    const allowed = (await readText('.dockerignore')).split('\n');
    expect(allowed).toContain('*');
    const stages: string[] = [];
    const fromOutside: string[] = [];
    for (const [name, rest] of instructions) {
      if (name === 'FROM') stages.push(rest.split(' AS ')[1] ?? '');
      if (name !== 'COPY') continue;
      const [, from] = /^--from=(\w+)/.exec(rest) ?? [];
      if (from === undefined) fromOutside.push(...sourcesOf(rest));
      else expect(stages.slice(0, -1)).toContain(from);
    }
    for (const source of fromOutside) {
      await access(join(ROOT, source));
      expect(allowed, source).toContain(`!${source}`);
    }
  });

  /** All but the last word of COPY, which is where they go. */
  function sourcesOf(copy: string): readonly string[] {
    const words = copy.split(/ +/).filter((word) => !word.startsWith('--'));
    return words.slice(0, -1);
  }

  it('runs as npm start does, and not as root', async () => {
    const { scripts } = JSON.parse(await readText('package.json')) as { scripts: { start: string } };
    const entry: readonly string[] = JSON.parse(await instruction('ENTRYPOINT'));
    expect(entry.join(' ')).toBe(scripts.start);
    expect(JSON.parse(await instruction('CMD'))).toEqual(['start']);
    expect(await instruction('USER')).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    // Nothing that comes afterwards belongs to that account.
    const afterwards = instructions.slice(instructions.findIndex(([name]) => name === 'USER'));
    expect(afterwards.map(([name]) => name)).not.toContain('COPY');
    expect(afterwards.map(([name]) => name)).not.toContain('RUN');
  });

  it('has only settings and NODE_ENV in its environment', async () => {
    const names = [...(await instruction('ENV')).matchAll(/(\w+)=/g)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(1);
    for (const name of names) expect(SETTINGS).toContain(name);
  });

  it.each([
    [200, 0],
    [503, 1],
    [null, 1],
  ])('has a health check that takes an answer of %s as %i', async (status, code) => {
    const asked: (string | undefined)[] = [];
    const server = createServer(({ url }, response) => {
      asked.push(url);
      response.writeHead(status ?? 200).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const close = () => new Promise((resolve) => server.close(resolve));
    if (status === null) await close();
    else onTestFinished(async () => void (await close()));

    const [program, ...parameters] = await healthCommand();
    expect(program).toBe('node');
    const check = spawn(process.execPath, parameters, { env: { PORT: String(port) }, stdio: 'ignore' });
    expect(await once(check, 'exit')).toEqual([code, null]);
    expect(asked).toEqual(status === null ? [] : ['/healthz']);
  });
});

describe('captain-definition', () => {
  it('leads CapRover to the Dockerfile', async () => {
    const { schemaVersion, dockerfilePath } = JSON.parse(await readText('captain-definition'));
    expect(schemaVersion).toBe(2);
    await access(join(ROOT, dockerfilePath));
  });
});

describe('compose.yaml', async () => {
  const { services, volumes } = parse(await readText('compose.yaml'), { strict: true });

  it('gives the chat settings that there are, and secrets that somebody has to choose', () => {
    for (const name of Object.keys(services.chat.environment)) expect(SETTINGS).toContain(name);
    expect(services.chat.environment.CHAT_JWT_SECRET).toMatch(/^\$\{CHAT_JWT_SECRET:\?/);
    expect(services.chat.environment.DATABASE_URL).toContain(
      `@database:5432/${services.database.environment.POSTGRES_DB}`,
    );
  });

  it('starts the chat once the database answers, with no more rights than it needs', () => {
    expect(services.chat).toMatchObject({
      build: '.',
      depends_on: { database: { condition: 'service_healthy' } },
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    });
    expect(services.database.healthcheck.test[0]).toBe('CMD');
    for (const volume of services.database.volumes) {
      expect(Object.keys(volumes)).toContain(volume.split(':')[0]);
    }
    expect(Number.parseInt(services.chat.stop_grace_period, 10) * 1_000).toBeGreaterThan(STOP_LIMIT_MS);
  });
});

describe('examples/kubernetes/chat.yaml', async () => {
  const documents = parseAllDocuments(await readText('examples/kubernetes/chat.yaml'), { strict: true });
  const [deployment, service, budget] = documents.map((document) => document.toJS());
  const pod = deployment.spec.template;
  const [container] = pod.spec.containers;

  it('is YAML without a fault, whose parts find each other', () => {
    expect(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
    expect(pod.metadata.labels).toMatchObject(deployment.spec.selector.matchLabels);
    expect(pod.metadata.labels).toMatchObject(service.spec.selector);
    expect(pod.metadata.labels).toMatchObject(budget.spec.selector.matchLabels);
    expect(budget.spec.minAvailable).toBeLessThan(deployment.spec.replicas);
    const { name, containerPort } = container.ports[0];
    expect(service.spec.ports[0].targetPort).toBe(name);
    expect(containerPort).toBe(3_000);
    for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
      expect(container[probe].httpGet.port).toBe(name);
    }
  });

  it('asks for readiness and for life where each is told', async () => {
    const routes = await readFile(join(ROOT, 'src/adapters/http/probes.ts'), 'utf8');
    for (const [probe, path] of [
      ['readinessProbe', '/readyz'],
      ['livenessProbe', '/healthz'],
      ['startupProbe', '/healthz'],
    ] as const) {
      expect(container[probe].httpGet.path).toBe(path);
      expect(routes).toContain(`'${path}'`);
    }
  });

  it('has a new process before an old one goes, which has the time to send its clients away and to stop', () => {
    expect(deployment.spec).toMatchObject({
      replicas: 2,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0 } },
    });
    const pause = /setTimeout\(\(\) => \{\}, (\d+)\)/.exec(container.lifecycle.preStop.exec.command.at(-1));
    const needed = Number(pause?.[1]) + DEFAULT_DRAIN_SECONDS * 1_000 + STOP_LIMIT_MS;
    expect(pod.spec.terminationGracePeriodSeconds * 1_000).toBeGreaterThan(needed);
  });

  it('gives no more rights than it needs, and settings that there are', () => {
    expect(pod.spec.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1_000 });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    for (const { name } of container.env) expect(SETTINGS).toContain(name);
  });
});
