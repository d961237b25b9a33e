import { sendRefusal } from '../problem.js';
import { sendChanged } from './answers.js';
import type { ApiServer, RouteDependencies } from './api-server.js';
import { requesterOf } from './caller.js';
import {
  doctorId,
  doctorSchema,
  newOverride,
  newSchedule,
  newTimeZone,
  overridePath,
  toDoctor,
} from './doctor-schemas.js';
import { etagOf } from './entity-tags.js';
import { setHeaders } from './request-headers.js';
import { changed, OF_BODIES, problems, removed } from './responses.js';

const tags = ['Doctors'];
const ofSetting = problems('doctor.not_found', 'precondition.failed', ...OF_BODIES);

/** Adds the routes of the weekly windows and their time zone. */
export function addScheduleRoutes(app: ApiServer, { administration }: RouteDependencies): void {
  app.route({
    method: 'PUT',
    url: '/doctors/:doctorId/schedule',
    schema: {
      operationId: 'setSchedule',
      summary: 'Set the weekly windows, and the time zone with them',
      tags,
      params: doctorId,
      headers: setHeaders,
      body: newSchedule,
      response: { ...changed('The doctor.', doctorSchema), ...ofSetting },
    },
    handler: async (request, reply) => {
      const { timeZone, windows } = request.body;
      const schedule = isGiven(timeZone) ? { timeZone, windows } : { windows };
      const { options } = request.headers;
      const { doctorId } = request.params;
      const answer = await administration.setSchedule(requesterOf(request), doctorId, schedule, options);
      return sendChanged(reply, answer, toDoctor);
    },
  });

  app.route({
    method: 'PUT',
    url: '/doctors/:doctorId/time-zone',
    schema: {
      operationId: 'setTimeZone',
      summary: 'Set the time zone',
      tags,
      params: doctorId,
      headers: setHeaders,
      body: newTimeZone,
      response: { ...changed('The doctor.', doctorSchema), ...ofSetting },
    },
    handler: async (request, reply) => {
      const { timeZone } = request.body;
      const { options } = request.headers;
      const { doctorId } = request.params;
      const answer = await administration.setSchedule(requesterOf(request), doctorId, { timeZone }, options);
      return sendChanged(reply, answer, toDoctor);
    },
  });
}

/** Adds the routes of dates that do not follow the weekly windows. */
export function addOverrideRoutes(app: ApiServer, { administration }: RouteDependencies): void {
  app.route({
    method: 'PUT',
    url: '/doctors/:doctorId/overrides/:date',
    schema: {
      operationId: 'setOverride',
      summary: 'Set the windows of one date',
      description: 'A holiday or a special clinic. No windows close the date.',
      tags,
      params: overridePath,
      headers: setHeaders,
      body: newOverride,
      response: { ...changed('The doctor.', doctorSchema), ...ofSetting },
    },
    handler: async (request, reply) => {
      const { doctorId, date } = request.params;
      const { windows } = request.body;
      const { options } = request.headers;
      const override = { date, windows };
      const answer = await administration.setDateOverride(requesterOf(request), doctorId, override, options);
      return sendChanged(reply, answer, toDoctor);
    },
  });

  app.route({
    method: 'DELETE',
    url: '/doctors/:doctorId/overrides/:date',
    schema: {
      operationId: 'removeOverride',
      summary: 'Let a date follow the weekly windows again',
      tags,
      params: overridePath,
      headers: setHeaders,
      response: {
        ...removed('The date follows the weekly windows. The tag is the doctor’s.'),
        ...problems('doctor.not_found', 'precondition.failed', ...OF_BODIES),
      },
    },
    handler: async (request, reply) => {
      const { doctorId, date } = request.params;
      const { options } = request.headers;
      const answer = await administration.removeDateOverride(requesterOf(request), doctorId, date, options);
      if (answer.outcome === 'refused') return sendRefusal(reply, answer);
      return reply.code(204).header('etag', etagOf(answer.version)).send();
    },
  });
}

function isGiven(value: string | null | undefined): value is string {
  return value !== null && value !== undefined;
}
