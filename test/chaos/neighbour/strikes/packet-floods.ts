import type { Strike } from '../strike.js';
import { frameOf, openWebSocketPeer, PING } from '../web-socket.js';

const PACKETS = 10_000;
/** How long the server may take to work off or to end one flood. */
const FLOOD_LIMIT_MS = 8_000;

/** Neither requests nor answers: each of these costs the server something and asks for nothing. */
const FLOODS: readonly (readonly [name: string, packet: Buffer])[] = [
  ['pings of the engine', frameOf('2')],
  ['pongs of the engine', frameOf('3')],
  ['noops', frameOf('6')],
  ['unknown namespaces', frameOf('40/elsewhere,')],
  ['events to unknown namespaces', frameOf('42/elsewhere,["send_message",{}]')],
  ['acknowledgements of nothing', frameOf('4399999[]')],
  ['pings of the WebSocket', frameOf('', PING)],
];

/** One kind of packet after the other, each on a connection of its own and all at once. */
export const floodWithPackets: Strike = async (context) => {
  const [name, packet] = context.random.pick(FLOODS);
  const peer = await openWebSocketPeer(context, context.target.token);
  if (peer === null) return { effective: false, note: 'not let in' };
  try {
    const flood = Buffer.concat(Array.from({ length: PACKETS }, () => packet));
    let isTaken = false;
    peer.socket.write(flood, (error) => {
      isTaken = error === undefined || error === null;
    });
    // An answer to what comes behind it shows that the flood has been worked off.
    peer.say('4212345["leave_consultation","nowhere"]');
    await peer.until(() => peer.heard().includes('4312345'), FLOOD_LIMIT_MS);
    const isCut = peer.isCut();
    return { effective: isTaken || isCut, note: `${PACKETS} ${name}${isCut ? ', cut off' : ''}` };
  } finally {
    peer.destroy();
  }
};
