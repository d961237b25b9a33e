import { CROWDED, SENDERS } from '../clinic.js';
import { createRawDevice } from '../devices/raw-device.js';
import type { Random } from '../random.js';
import type { Effect, Stage } from './stage.js';

/** A crowd listens, loses its connections all at once, comes back all at once, and must have missed nothing. */
export async function stormWithReconnects(stage: Stage, random: Random): Promise<Effect> {
  const { fleet, crowd: size, recorder, devices, tokenOf } = stage;
  const proxy = await fleet.openCrowdNetwork();
  const after = Math.max(
    0,
    ...devices.filter((one) => one.consultationId === CROWDED).map((one) => one.shown()),
  );
  const name = `crowd-${random.whole(0, 2 ** 31)}`;
  const crowd = Array.from({ length: size }, (_, index) => {
    const sender = SENDERS[index % SENDERS.length] ?? 'user';
    return createRawDevice({
      id: `${name}-${index}`,
      consultationId: CROWDED,
      sender,
      token: tokenOf(CROWDED, sender),
      client: 'crowd',
      after,
      transports: ['websocket'],
      proxy,
      recorder,
    });
  });
  for (const { id, consultationId, sender } of crowd) {
    recorder.device({ id, consultationId, sender, client: 'crowd', startsAfter: after, stayed: false });
  }
  const allInside = (): Promise<unknown> => Promise.all(crowd.map((device) => device.inside()));
  try {
    await allInside();
    const cut = proxy.cut();
    await allInside();
    return { effective: cut >= size, note: `${cut} of ${size} cut and back` };
  } finally {
    await Promise.all(crowd.map((device) => device.close()));
    await proxy.close();
  }
}
