import { describe, expect, test } from 'vitest';
import { createAttendance } from '../../../src/application/room/attendance.js';
import { openState } from '../../support/clinic.js';

const patient = { userId: 'patient-1', sender: 'user' } as const;
const doctor = { userId: 'doctor-1', sender: 'doctor' } as const;

describe('attendance', () => {
  test('knows who is present where, and which doctors are waited for', () => {
    const attendance = createAttendance();
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
    const attendance = createAttendance();
    attendance.join('nobody', openState('c-1'), patient);
    expect(attendance.joinedBy('nobody')).toBe(0);
    expect([...attendance.waitedFor()]).toEqual([]);
    expect(attendance.leave('nobody', 'c-1')).toBeNull();
    expect(attendance.disconnect('nobody')).toEqual([]);
  });

  test('leaves nothing behind when all have gone', () => {
    const attendance = createAttendance();
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
    const attendance = createAttendance();
    for (const id of ['one', 'two']) attendance.connect(id);
    expect(attendance.join('one', openState('c-1'), { userId: 'same', sender: 'user' })).toBe('person');
    expect(attendance.join('two', openState('c-1'), { userId: 'same', sender: 'doctor' })).toBe('person');
    expect(attendance.present('c-1')).toHaveLength(2);
    expect(attendance.leave('two', 'c-1')?.isPersonGone).toBe(true);
  });
});
