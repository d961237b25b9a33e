import { useEffect, useState } from 'react';

const NOTHING = { messages: [], outbox: [], doctor: { state: 'unknown' }, state: 'joining' };

/**
 * A consultation as React state: what was said, what is on its way, whether the doctor is on duty.
 *
 * @param client what `connect` of `consultation-chat/client` gives, made once outside of components.
 */
export function useConsultation(client, consultationId) {
  const [room, setRoom] = useState(NOTHING);
  const [channel, setChannel] = useState(null);

  useEffect(() => {
    const opened = client.consultation(consultationId, { from: { last: 100 } });
    const change = (part) => setRoom((before) => ({ ...before, ...part }));
    setRoom(NOTHING);
    setChannel(opened);
    opened.onMessage((message) =>
      setRoom((before) => ({ ...before, messages: [...before.messages, message] })),
    );
    opened.onReset(() => change({ messages: [] }));
    opened.onOutbox(() => change({ outbox: opened.outbox }));
    opened.onDoctor((doctor) => change({ doctor }));
    opened.onState(({ state }) => change({ state }));
    return () => opened.close();
  }, [client, consultationId]);

  return { ...room, send: (content) => channel?.send(content), markRead: () => channel?.markRead() };
}
