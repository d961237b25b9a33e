import { z } from 'zod';
import { DAY_MS } from '../../../domain/instant.js';
import { sendRefusal } from '../problem.js';
import { sendCreated, sendJson, sendOne, sendPage, sendPut } from './answers.js';
import { documented } from './api-schemas.js';
import { API_PREFIX, type ApiServer, type RouteDependencies } from './api-server.js';
import { requesterOf } from './caller.js';
import {
  availabilitySchema,
  doctorId,
  doctorSchema,
  newDoctor,
  newDoctorState,
  toAvailability,
  toDoctor,
} from './doctor-schemas.js';
import { queryInstant } from './fields.js';
import { pageOf, pageQuery, pageSchema } from './paging.js';
import { createHeaders, putHeaders, readHeaders } from './request-headers.js';
import { created, list, OF_BODIES, one, problems, put } from './responses.js';

/** How far availability looks ahead when the query has no `to`. */
const DEFAULT_RANGE_MS = 7 * DAY_MS;

const tags = ['Doctors'];
const doctorPage = pageSchema(doctorSchema, 'DoctorPage');
const range = z.object({
  from: documented(queryInstant().optional(), { description: 'Now when left out.' }),
  to: documented(queryInstant().optional(), {
    description: '7 days after `from` when left out; at most 366 days after it.',
  }),
});

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
      const { options } = request.headers;
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
      return sendOne(reply, answer, request.headers.known, toDoctor);
    },
  });

  app.route({
    method: 'PUT',
    url: '/doctors/:doctorId',
    schema: {
      operationId: 'putDoctor',
      summary: 'Register a doctor under an id, or change the name and the time zone',
      description: 'Who is new has no windows; those of who is there stay as they are, as do the overrides.',
      tags,
      params: doctorId,
      headers: putHeaders,
      body: newDoctorState,
      response: { ...put('The doctor.', doctorSchema), ...problems('precondition.failed', ...OF_BODIES) },
    },
    handler: async (request, reply) => {
      const { doctorId } = request.params;
      const { name, timeZone } = request.body;
      const { options } = request.headers;
      const doctor = { doctorId, name, timeZone };
      const answer = await administration.putDoctor(requesterOf(request), doctor, options);
      return sendPut(reply, answer, `${API_PREFIX}/doctors`, toDoctor);
    },
  });

  addAvailabilityRoute(app, administration, clock);
}

function addAvailabilityRoute(
  app: ApiServer,
  administration: RouteDependencies['administration'],
  clock: RouteDependencies['clock'],
): void {
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
}
