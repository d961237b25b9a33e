import { bearer, requestOf, withPeers } from '../peer.js';
import type { Strike } from '../strike.js';

const BODY_BYTES = 3 * 1024 * 1024;
const PATHS = ['/api/v1/consultations', '/healthz', '/nowhere', '/socket.io/?EIO=4&transport=polling'];
const ANSWER_LIMIT_MS = 5_000;

/** Bodies far too large for each kind of address, with a good token and without. */
export const postLargeBodies: Strike = async (context) => {
  const { target } = context;
  const requests = PATHS.flatMap((path) => [
    requestOf(target, `POST ${path}`, ['Content-Type: application/json'], 'x'.repeat(BODY_BYTES)),
    requestOf(
      target,
      `POST ${path}`,
      ['Content-Type: application/json', bearer(target)],
      'x'.repeat(BODY_BYTES),
    ),
  ]);
  const outcomes = await withPeers(context, requests.length, async (peer, index) => {
    peer.write(requests[index] ?? '');
    await peer.until(() => peer.answers() > 0, ANSWER_LIMIT_MS);
    return { isAnswered: peer.answers() > 0, isCut: peer.isCut() };
  });
  const answered = outcomes.filter(({ isAnswered }) => isAnswered).length;
  const ended = outcomes.filter(({ isAnswered, isCut }) => isCut && !isAnswered).length;
  return {
    effective: answered + ended > 0,
    note: `${answered} of ${outcomes.length} answered, ${ended} ended without an answer`,
  };
};
