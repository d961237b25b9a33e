import { describe, expect, test } from 'vitest';
import * as doctor from '../../../src/domain/doctor/doctor.js';
import type { DoctorEvent } from '../../../src/domain/doctor/events.js';
import { MAX_DATE_OVERRIDES } from '../../../src/domain/schedule/date-override.js';
import type { WeeklyWindow } from '../../../src/domain/schedule/weekly-window.js';
import { createGiven } from '../../support/given.js';

const given = createGiven({ ...doctor, initial: doctor.initialDoctor });

const doctorId = 'doctor-1';
const monday: WeeklyWindow = { dayOfWeek: 1, startTime: '09:00', endTime: '17:00' };
const tuesday: WeeklyWindow = { dayOfWeek: 2, startTime: '22:00', endTime: '06:00' };
const registered: DoctorEvent = {
  type: 'DoctorRegistered',
  data: { doctorId, name: 'Dr Ada', timeZone: 'Europe/Vienna', windows: [monday] },
};
const register = {
  type: 'RegisterDoctor',
  doctorId,
  name: ' Dr Ada ',
  timeZone: 'Europe/Vienna',
  windows: [monday],
} as const;
const zoneChanged = (timeZone: string): DoctorEvent => ({
  type: 'DoctorTimeZoneChanged',
  data: { doctorId, timeZone },
});
const windowsSet = (...windows: readonly WeeklyWindow[]): DoctorEvent => ({
  type: 'WeeklyWindowsSet',
  data: { doctorId, windows },
});
const special = { startTime: '10:00', endTime: '12:00' };
const overrideSet = (date: string, ...windows: (typeof special)[]): DoctorEvent => ({
  type: 'DateOverrideSet',
  data: { doctorId, date, windows },
});
const overrideRemoved = (date: string): DoctorEvent => ({
  type: 'DateOverrideRemoved',
  data: { doctorId, date },
});

function scheduleAfter(...events: readonly DoctorEvent[]) {
  const state = events.reduce(doctor.evolve, doctor.initialDoctor);
  return state.status === 'registered' ? state.schedule : null;
}

describe('registering', () => {
  test('takes a doctor under the trimmed name', () => given().when(register).thenHappens(registered));
  test('takes a doctor without windows', () =>
    given()
      .when({ ...register, windows: [] })
      .thenHappens({
        ...registered,
        data: { doctorId, name: 'Dr Ada', timeZone: 'Europe/Vienna', windows: [] },
      }));
  test('is refused a second time', () =>
    given(registered).when(register).thenRejected('doctor.already_exists'));
  test.each([
    ['name', { name: '' }],
    ['timeZone', { timeZone: 'Mars/Olympus' }],
    ['windows.1.endTime', { windows: [monday, { ...monday, endTime: '24:00' }] }],
    ['windows.1', { windows: [monday, monday] }],
  ])('is refused for a bad %s', (field, wrong) =>
    given()
      .when({ ...register, ...wrong })
      .thenRejected('request.invalid', field),
  );
});

describe('putting', () => {
  const put = { type: 'PutDoctor', doctorId, name: ' Dr Ada ', timeZone: 'Europe/Vienna' } as const;
  const renamed = (name: string): DoctorEvent => ({ type: 'DoctorRenamed', data: { doctorId, name } });

  test('registers who is not there, without windows', () =>
    given()
      .when(put)
      .thenHappens({
        type: 'DoctorRegistered',
        data: { doctorId, name: 'Dr Ada', timeZone: 'Europe/Vienna', windows: [] },
      }));
  test('changes the name', () =>
    given(registered)
      .when({ ...put, name: 'Dr Eva' })
      .thenHappens(renamed('Dr Eva')));
  test('changes the zone', () =>
    given(registered)
      .when({ ...put, timeZone: 'UTC' })
      .thenHappens(zoneChanged('UTC')));
  test('changes both', () =>
    given(registered)
      .when({ ...put, name: 'Dr Eva', timeZone: 'UTC' })
      .thenHappens(renamed('Dr Eva'), zoneChanged('UTC')));
  test('changes nothing where both are the same', () => given(registered).when(put).thenHappens());
  test.each([
    ['name', { name: '' }],
    ['timeZone', { timeZone: 'Mars/Olympus' }],
  ])('is refused for a bad %s, of somebody new or known', (field, wrong) => {
    for (const before of [[], [registered]]) {
      given(...before)
        .when({ ...put, ...wrong })
        .thenRejected('request.invalid', field);
    }
  });
  test('leaves the very schedule of who is only renamed: what is compiled of it stays', () => {
    const before = doctor.evolve(doctor.initialDoctor, registered);
    const after = doctor.evolve(before, renamed('Dr Eva'));
    expect(after).toMatchObject({ name: 'Dr Eva' });
    expect('schedule' in after && 'schedule' in before && after.schedule === before.schedule).toBe(true);
  });
});

describe('setting the schedule', () => {
  const set = { type: 'SetSchedule' } as const;
  test('changes the zone', () =>
    given(registered)
      .when({ ...set, timeZone: 'Asia/Kathmandu' })
      .thenHappens(zoneChanged('Asia/Kathmandu')));
  test('changes the windows', () =>
    given(registered)
      .when({ ...set, windows: [tuesday] })
      .thenHappens(windowsSet(tuesday)));
  test('changes both', () =>
    given(registered)
      .when({ ...set, timeZone: 'UTC', windows: [] })
      .thenHappens(zoneChanged('UTC'), windowsSet()));
  test('changes nothing when it is as it was', () => {
    given(registered).when(set).thenHappens();
    given(registered)
      .when({ ...set, timeZone: 'Europe/Vienna', windows: [{ ...monday }] })
      .thenHappens();
  });
  test.each<[string, WeeklyWindow[]]>([
    ['day', [{ ...monday, dayOfWeek: 3 }]],
    ['start', [{ ...monday, startTime: '08:59' }]],
    ['end', [{ ...monday, endTime: '17:01' }]],
    ['number', [monday, tuesday]],
  ])('sees another %s', (_case, windows) =>
    given(registered)
      .when({ ...set, windows })
      .thenHappens(windowsSet(...windows)),
  );
  test('sees another day behind one that is the same', () => {
    const [other, moved] = [
      { ...monday, dayOfWeek: 4 },
      { ...monday, dayOfWeek: 5 },
    ] as const;
    given(registered, windowsSet(monday, other))
      .when({ ...set, windows: [monday, moved] })
      .thenHappens(windowsSet(monday, moved));
  });
  test('is refused for a bad field, and then changes nothing of it', () => {
    given(registered)
      .when({ ...set, timeZone: 'UTC', windows: [monday, monday] })
      .thenRejected('request.invalid', 'windows.1');
    given(registered)
      .when({ ...set, timeZone: 'X', windows: [] })
      .thenRejected('request.invalid', 'timeZone');
  });
  test('is refused for a doctor who does not exist', () =>
    given().when(set).thenRejected('doctor.not_found'));
});

describe('date overrides', () => {
  const set = { type: 'SetDateOverride', date: '2026-12-24', windows: [special] } as const;
  const remove = { type: 'RemoveDateOverride', date: '2026-12-24' } as const;
  test('are set', () => given(registered).when(set).thenHappens(overrideSet('2026-12-24', special)));
  test('close a date', () =>
    given(registered)
      .when({ ...set, windows: [] })
      .thenHappens(overrideSet('2026-12-24')));
  test('are set anew', () =>
    given(registered, overrideSet('2026-12-24')).when(set).thenHappens(overrideSet('2026-12-24', special)));
  test('are removed', () =>
    given(registered, overrideSet('2026-12-24')).when(remove).thenHappens(overrideRemoved('2026-12-24')));
  test('that are not there need no removal', () => {
    given(registered).when(remove).thenHappens();
    given(registered, overrideSet('2026-12-25')).when(remove).thenHappens();
  });
  test.each([
    ['date', { date: '2026-02-30' }],
    ['windows.0.startTime', { windows: [{ startTime: '9:00', endTime: '10:00' }] }],
  ])('are refused for a bad %s', (field, wrong) =>
    given(registered)
      .when({ ...set, ...wrong })
      .thenRejected('request.invalid', field),
  );
  test('are refused for a doctor who does not exist', () => {
    given().when(set).thenRejected('doctor.not_found');
    given().when(remove).thenRejected('doctor.not_found');
  });
  test('setting what is set already changes nothing', () => {
    given(registered, overrideSet('2026-12-24', special)).when(set).thenHappens();
    const closed = { ...set, windows: [] };
    given(registered, overrideSet('2026-12-24')).when(closed).thenHappens();
    const later = { ...special, endTime: '23:00' };
    given(registered, overrideSet('2026-12-24', special))
      .when({ ...set, windows: [later] })
      .thenHappens(overrideSet('2026-12-24', later));
  });
  test('are limited, but one that is there can always be set anew', () => {
    const dates = Array.from({ length: MAX_DATE_OVERRIDES }, (_, day) =>
      new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10),
    );
    const full = dates.map((date) => overrideSet(date));
    given(registered, ...full)
      .when({ ...set, date: '2025-12-31' })
      .thenRejected('request.invalid', 'date');
    given(registered, ...full)
      .when(set)
      .thenHappens(overrideSet('2026-12-24', special));
  });
});

describe('the fold', () => {
  test('keeps one override a date, in the order of the dates', () => {
    const events = [overrideSet('2026-12-25'), overrideSet('2026-12-24'), overrideSet('2026-12-25', special)];
    expect(scheduleAfter(registered, ...events)?.overrides).toEqual([
      { date: '2026-12-24', windows: [] },
      { date: '2026-12-25', windows: [special] },
    ]);
    expect(scheduleAfter(registered, ...events, overrideRemoved('2026-12-25'))?.overrides).toEqual([
      { date: '2026-12-24', windows: [] },
    ]);
  });
  test('keeps what a change does not name', () => {
    expect(
      scheduleAfter(registered, overrideSet('2026-12-24'), zoneChanged('UTC'), windowsSet(tuesday)),
    ).toEqual({
      timeZone: 'UTC',
      windows: [tuesday],
      overrides: [{ date: '2026-12-24', windows: [] }],
    });
  });
  test('ignores what happened to a doctor who was never registered', () => {
    expect(scheduleAfter(zoneChanged('UTC'), windowsSet(), overrideRemoved('2026-12-24'))).toBeNull();
  });
});
