import { z } from 'zod';
import { DAY_MS } from '../../../domain/instant.js';
import { sendRefusal } from '../problem.js';
import { sendChanged, sendCreated, sendJson, sendOne, sendPage } from './answers.js';
import { documented } from './api-schemas.js';
import { API_PREFIX, type ApiServer, type RouteDependencies } from './api-server.js';
import { requesterOf } from './caller.js';
import {
  availabilitySchema,
  doctorId,
  doctorSchema,
  newDoctor,
  newOverride,
  newSchedule,
  newTimeZone,
  overridePath,
  toAvailability,
  toDoctor,
} from './doctor-schemas.js';
import { queryInstant } from './fields.js';
import { pageOf, pageQuery, pageSchema } from './paging.js';
import { createHeaders, etagOf, optionsOf, readHeaders, setHeaders } from './request-headers.js';
import { changed, created, list, OF_BODIES, one, problems, removed } from './responses.js';

/** How far availability looks ahead when nobody says. */
const DEFAULT_RANGE_MS = 7 * DAY_MS;

const tags = ['Doctors'];
const doctorPage = pageSchema(doctorSchema, 'DoctorPage');
const range = z.object({
  from: documented(queryInstant().optional(), { description: 'Now when left out.' }),
  to: documented(queryInstant().optional(), {
    description: '7 days after `from` when left out; at most 366 days after it.',
  }),
});
const ofSetting = problems('doctor.not_found', 'precondition.failed', ...OF_BODIES);

export function addDoctorRoutes(app: ApiServer, { administration, clock }: RouteDependencies): void {
  app.route({
    method: 'POST',
    url: '/doctors',
    schema: {
      operationId: 'createDoctor',
      summary: 'Register a doctor',
      tags,
      headers: createHeaders,
      body: newDoctor,
      response: {
        ...created('The doctor.', doctorSchema),
        ...problems('doctor.already_exists', 'idempotency.conflict', ...OF_BODIES),
      },
    },
    handler: async (request, reply) => {
      const { id, name, timeZone, windows } = request.body;
      const doctor = { doctorId: id ?? null, name, timeZone, windows: windows ?? [] };
      const options = optionsOf(request.headers);
      const answer = await administration.registerDoctor(requesterOf(request), doctor, options);
      return sendCreated(reply, answer, `${API_PREFIX}/doctors`, toDoctor);
    },
  });

  app.route({
    method: 'GET',
    url: '/doctors',
    schema: {
      operationId: 'listDoctors',
      summary: 'All doctors',
      tags,
      querystring: z.object(pageQuery('doctors')),
      response: { ...list('Doctors in the order of their ids.', doctorPage), ...problems() },
    },
    handler: async (request, reply) => {
      const page = await administration.doctors(requesterOf(request), pageOf('doctors', request.query));
      return sendPage(reply, page, 'doctors', toDoctor);
    },
  });

  app.route({
    method: 'GET',
    url: '/doctors/:doctorId',
    schema: {
      operationId: 'getDoctor',
      summary: 'A doctor with the schedule',
      tags,
      params: doctorId,
      headers: readHeaders,
      response: { ...one('The doctor.', doctorSchema), ...problems('doctor.not_found') },
    },
    handler: async (request, reply) => {
      const answer = await administration.doctor(requesterOf(request), request.params.doctorId);
      return sendOne(request, reply, answer, toDoctor);
    },
  });

  app.route({
    method: 'GET',
    url: '/doctors/:doctorId/availability',
    schema: {
      operationId: 'getAvailability',
      summary: 'When a doctor is on duty',
      description: 'How it stands now, and all open time from `from` to `to`.',
      tags,
      params: doctorId,
      querystring: range,
      response: { ...list('The availability.', availabilitySchema), ...problems('doctor.not_found') },
    },
    handler: async (request, reply) => {
      const from = request.query.from ?? clock.now();
      const to = request.query.to ?? from + DEFAULT_RANGE_MS;
      const { doctorId } = request.params;
      const report = await administration.doctorAvailability(requesterOf(request), doctorId, { from, to });
      if (report.outcome === 'refused') return sendRefusal(reply, report);
      return sendJson(reply, 200, toAvailability(report));
    },
  });

  addScheduleRoutes(app, administration);
}

function addScheduleRoutes(app: ApiServer, administration: RouteDependencies['administration']): void {
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
      const options = optionsOf(request.headers);
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
      const options = optionsOf(request.headers);
      const { doctorId } = request.params;
      const answer = await administration.setSchedule(requesterOf(request), doctorId, { timeZone }, options);
      return sendChanged(reply, answer, toDoctor);
    },
  });

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
      const options = optionsOf(request.headers);
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
      const options = optionsOf(request.headers);
      const answer = await administration.removeDateOverride(requesterOf(request), doctorId, date, options);
      if (answer.outcome === 'refused') return sendRefusal(reply, answer);
      return reply.code(204).header('etag', etagOf(answer.version)).send();
    },
  });
}

function isGiven(value: string | null | undefined): value is string {
  return value !== null && value !== undefined;
}
