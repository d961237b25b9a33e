import { describe, expect, test } from 'vitest';
import { NO_PEERS } from '../../../src/adapters/memory/peers.js';
import { createPeerSender } from '../../../src/application/peers/peer-sender.js';
import { createPeopleElsewhere } from '../../../src/application/peers/people-elsewhere.js';
import { createAttendance } from '../../../src/application/room/attendance.js';
import { openState } from '../../support/clinic.js';

const patient = { userId: 'patient-1', sender: 'user' } as const;
const doctor = { userId: 'doctor-1', sender: 'doctor' } as const;

function setUp() {
  const elsewhere = createPeopleElsewhere();
  return { elsewhere, attendance: createAttendance({ elsewhere, peerSender: createPeerSender(NO_PEERS) }) };
}

describe('attendance', () => {
  test('knows who is present where, and which doctors are waited for', () => {
    const { attendance } = setUp();
    attendance.connect('one');
    attendance.connect('two');
    attendance.join('one', openState('c-1'), patient);
    attendance.join('one', openState('c-2'), patient);
    attendance.join('two', openState('c-1'), doctor);
    expect(attendance.joinedBy('one')).toBe(2);
    expect([...attendance.waitedFor()]).toEqual(['doctor-1']);
    expect([...(attendance.roomsOf('doctor-1')?.keys() ?? [])]).toEqual(['c-1', 'c-2']);
    expect(attendance.leave('one', 'c-2')).toMatchObject({ consultationId: 'c-2', ...patient });
    expect([...(attendance.roomsOf('doctor-1')?.keys() ?? [])]).toEqual(['c-1']);
  });

  test('lets nobody in who is not connected', () => {
    const { attendance } = setUp();
    attendance.join('nobody', openState('c-1'), patient);
    expect(attendance.joinedBy('nobody')).toBe(0);
    expect([...attendance.waitedFor()]).toEqual([]);
    expect(attendance.leave('nobody', 'c-1')).toBeNull();
    expect(attendance.disconnect('nobody')).toEqual([]);
  });

  test('leaves nothing behind when all have gone', () => {
    const { attendance } = setUp();
    for (const id of ['one', 'two']) {
      attendance.connect(id);
      attendance.join(id, openState('c-1'), id === 'one' ? patient : doctor);
      attendance.join(id, openState('__proto__', 'constructor'), id === 'one' ? patient : doctor);
    }
    expect(attendance.disconnect('one')).toHaveLength(2);
    expect([...attendance.waitedFor()]).toEqual(['doctor-1', 'constructor']);
    attendance.disconnect('two');
    expect([...attendance.waitedFor()]).toEqual([]);
    expect(attendance.roomsOf('doctor-1')).toBeUndefined();
    expect(attendance.joinedBy('one')).toBe(0);
  });

  test('counts a patient and a doctor with the same id as two people', () => {
    const { attendance } = setUp();
    for (const id of ['one', 'two']) attendance.connect(id);
    expect(attendance.join('one', openState('c-1'), { userId: 'same', sender: 'user' })).toBe('person');
    expect(attendance.join('two', openState('c-1'), { userId: 'same', sender: 'doctor' })).toBe('person');
    expect(attendance.present('c-1')).toHaveLength(2);
    expect(attendance.leave('two', 'c-1')?.isPersonGone).toBe(true);
  });

  test('counts people at other processes as present, but not their connections or rooms', () => {
    const { attendance, elsewhere } = setUp();
    attendance.connect('one');
    const there = { consultationId: 'c-1', ...patient };
    elsewhere.add('process-2', there);
    expect([...attendance.rooms()]).toEqual([]);
    expect([...attendance.waitedFor()]).toEqual([]);
    expect(attendance.join('one', openState('c-1'), patient)).toBe('connection');
    elsewhere.add('process-2', { consultationId: 'c-1', ...doctor });
    expect(attendance.present('c-1')).toEqual([patient, doctor]);
    expect([...attendance.everyone()]).toEqual([there]);
    expect(attendance.leave('one', 'c-1')?.isPersonGone).toBe(false);
    expect(attendance.isHere(there)).toBe(false);
    expect(attendance.isPresent(there)).toBe(true);
  });
});
