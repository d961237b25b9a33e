import type { PresenceListener } from '../peers/peer-people.js';
import type { Broadcaster } from '../ports/broadcaster.js';
import type { Clock } from '../ports/clock.js';
import type { PresentPerson } from '../ports/peers.js';
import type { Attendance } from './attendance.js';
import type { Typing } from './typing.js';

export interface PresenceElsewhereDependencies {
  readonly attendance: Attendance;
  readonly typing: Typing;
  readonly broadcaster: Broadcaster;
  readonly clock: Clock;
  /** Called for each consultation in which somebody has come or gone at another process. */
  readonly presenceChanged: (consultationId: string) => void;
}

/** Tells the rooms of this process who comes and goes at others, unless the person is also present somewhere else. */
export function createPresenceElsewhere(dependencies: PresenceElsewhereDependencies): PresenceListener {
  const { attendance, typing, broadcaster, clock, presenceChanged } = dependencies;

  function tell(type: 'user_joined' | 'user_left', { consultationId, userId, sender }: PresentPerson): void {
    if (attendance.room(consultationId) === undefined) return;
    broadcaster.publish(consultationId, { type, consultationId, userId, sender, at: clock.now() });
  }

  return {
    arrived: (person) => {
      if (!attendance.isHere(person)) tell('user_joined', person);
      presenceChanged(person.consultationId);
    },
    left: (processId, person) => {
      typing.setElsewhere(processId, person, false);
      if (!attendance.isPresent(person)) tell('user_left', person);
      presenceChanged(person.consultationId);
    },
    typing: typing.setElsewhere,
    typingUnknown: typing.clearElsewhere,
  };
}
