import { expect, it } from 'vitest';
import { createOriginRefusals, MAX_ORIGIN_LINES } from '../../../src/adapters/edge/origin-refusals.js';
import { createRecordingLogger } from '../../../src/adapters/memory/loggers.js';
import { createVirtualTime } from '../../../src/adapters/memory/virtual-time.js';
import { MINUTE_MS } from '../../../src/domain/instant.js';

function open() {
  const logger = createRecordingLogger();
  const time = createVirtualTime(0, { logger });
  return { logger, time, refusals: createOriginRefusals({ logger, scheduler: time.scheduler }) };
}

it('says what was compared', () => {
  const { logger, refusals } = open();
  refusals.note('http', {
    origin: 'https://clinic.example',
    host: '127.0.0.1:3000',
    'x-forwarded-host': 'clinic.example',
    'sec-fetch-site': 'same-origin',
  });
  refusals.note('socket', { origin: 'https://evil.example', host: 'chat.example' }, 'https://clinic.example');
  expect(logger.entries.map(({ level, event, fields }) => [level, event, fields])).toEqual([
    [
      'warn',
      'origin.refused',
      {
        channel: 'http',
        origin: 'https://clinic.example',
        host: '127.0.0.1:3000',
        forwardedHost: 'clinic.example',
        fetchSite: 'same-origin',
      },
    ],
    [
      'warn',
      'origin.refused',
      {
        channel: 'socket',
        origin: 'https://evil.example',
        host: 'chat.example',
        forwardedHost: null,
        fetchSite: null,
        sessionOrigin: 'https://clinic.example',
      },
    ],
  ]);
});

it('is not forged, nor told what is none of its business', () => {
  const { logger, refusals } = open();
  refusals.note('http', { origin: `https://ada:secret@a.example/path?token=t#x`, host: 'a\nb\u0007' });
  refusals.note('http', { origin: `https://${'x'.repeat(10_000)}`, host: 'a' });
  expect(logger.entries.map(({ fields }) => fields)).toMatchObject([
    { origin: 'https://a.example', host: 'a?b?' },
    { origin: `https://${'x'.repeat(120)}` },
  ]);
});

it('is no flood of lines where there is a flood of refusals', async () => {
  const { logger, time, refusals } = open();
  const flood = (count: number) => {
    for (let index = 0; index < count; index += 1)
      refusals.note('http', { origin: `https://${index}.example` });
  };
  flood(1_000);
  expect(logger.entries).toHaveLength(MAX_ORIGIN_LINES);
  await time.advance(MINUTE_MS);
  expect(logger.entries.at(-1)).toMatchObject({ event: 'origin.refused', fields: { count: 990 } });
  flood(1);
  expect(logger.entries).toHaveLength(MAX_ORIGIN_LINES + 2);
  await time.advance(MINUTE_MS);
  expect(logger.entries).toHaveLength(MAX_ORIGIN_LINES + 2);
});
