import type { Recorder } from './history.js';

/** Counts messages that were told live by another process than the one that took them. */
export interface Crossings {
  /** Records as the one it was made from does. */
  readonly recorder: Recorder;
  readonly count: number;
}

/** @param processOf the process that a device is connected to now; null where that is not known. */
export function countCrossings(recorder: Recorder, processOf: (device: string) => number | null): Crossings {
  const takenBy = new Map<string, number | null>();
  /** Messages are often told before their answer has come. */
  const toldBy = new Map<string, number[]>();
  let count = 0;
  return {
    recorder: {
      ...recorder,
      send: (send) => {
        recorder.send(send);
        if (send.outcome.type !== 'ok' || send.outcome.duplicate === true) return;
        const { messageId } = send.outcome;
        if (takenBy.has(messageId)) return;
        const taker = processOf(send.device);
        takenBy.set(messageId, taker);
        for (const teller of toldBy.get(messageId) ?? []) if (taker !== null && teller !== taker) count += 1;
        toldBy.delete(messageId);
      },
      delivery: (delivery) => {
        recorder.delivery(delivery);
        const teller = delivery.via === 'live' ? processOf(delivery.device) : null;
        if (teller === null) return;
        const { messageId } = delivery.message;
        const taker = takenBy.get(messageId);
        if (taker === undefined) toldBy.set(messageId, [...(toldBy.get(messageId) ?? []), teller]);
        else if (taker !== null && taker !== teller) count += 1;
      },
    },
    get count() {
      return count;
    },
  };
}
