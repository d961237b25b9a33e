import { expect, onTestFinished, test } from 'vitest';
import { connect } from '../../src/client/index.js';
import { startPostgresCluster } from '../support/postgres.js';
import { openServers, patiently } from '../support/server-process.js';
import { signToken } from '../support/tokens.js';
import { envOf, type Member, memberOf, openCase } from './several.js';

const servers = openServers();

/** Somebody with the client library, and what the page shows them. */
async function enter(
  { server }: Member,
  id: string,
  person: { readonly sub: string; readonly role: string },
) {
  const client = connect(server.url, { token: await signToken(person) });
  onTestFinished(() => client.close());
  const channel = client.consultation(id, { sender: person.role === 'doctor' ? 'doctor' : 'user' });
  let shown: string[] = [];
  let resets = 0;
  channel.onReset(() => {
    shown = [];
    resets += 1;
  });
  channel.onMessage(({ seq, content }) => shown.push(`${seq} ${content}`));
  await channel.join();
  return { channel, shown: () => shown, resets: () => resets };
}

test('when a database has lost its last messages, both processes and all clients go on with what is stored', async () => {
  const postgres = await startPostgresCluster();
  onTestFinished(postgres.stop);
  const env = envOf(postgres.databaseUrl);
  const started = await Promise.all([servers.start({ env }), servers.start({ env })]);
  onTestFinished(async () => void (await Promise.all(started.map((server) => server.stop()))));
  const [a, b] = started.map((server) => memberOf(server, servers)) as [Member, Member];
  const { id, patient, doctor } = await openCase(a);
  const [onA, onB] = [await enter(a, id, patient), await enter(b, id, doctor)];
  const both = [onA, onB];
  const wentBack = () =>
    started.map((server) => server.log().filter(({ event }) => event === 'database.went_back').length);

  for (const content of ['one', 'two', 'three']) await onA.channel.send(content);
  const kept = ['1 one', '2 two', '3 three'];
  // One that comes back with everything is no reason for anything.
  await postgres.keepCopy();
  await onA.channel.send('four');
  await onB.channel.send('five');
  for (const { shown } of both) await patiently(() => expect(shown()).toEqual([...kept, '4 four', '5 five']));
  expect(wentBack()).toEqual([0, 0]);
  expect(both.map(({ resets }) => resets())).toEqual([0, 0]);

  await postgres.goBackToCopy();
  await onB.channel.send('another four');
  for (const { shown } of both) await patiently(() => expect(shown()).toEqual([...kept, '4 another four']));
  await onA.channel.send('another five');
  for (const { shown } of both)
    await patiently(() => expect(shown()).toEqual([...kept, '4 another four', '5 another five']));
  expect(wentBack()).toEqual([1, 1]);
  expect(both.map(({ resets }) => resets())).toEqual([1, 1]);
});
