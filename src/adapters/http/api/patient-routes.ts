import { z } from 'zod';
import type { RegisteredPatient } from '../../../application/ports/directory.js';
import { sendCreated, sendOne, sendPage, sendPut } from './answers.js';
import { documented } from './api-schemas.js';
import { API_PREFIX, type ApiServer, type RouteDependencies } from './api-server.js';
import { requesterOf } from './caller.js';
import { EXAMPLES } from './examples.js';
import { personId, text } from './fields.js';
import { pageOf, pageQuery, pageSchema } from './paging.js';
import { createHeaders, putHeaders, readHeaders } from './request-headers.js';
import { created, list, OF_BODIES, one, problems, put } from './responses.js';

const tags = ['Patients'];

const name = () =>
  text({ description: '1 to 200 characters, of which one shows something.', examples: ['Jamie Lindqvist'] });
const patientId = z.object({ patientId: personId('patient-lind') });

const newPatient = documented(
  z.object({
    id: documented(personId('patient-lind').nullish(), { description: 'Made when left out.' }),
    name: name(),
  }),
  { id: 'NewPatient', examples: [EXAMPLES.patient] },
);
const newPatientState = documented(z.object({ name: name() }), {
  id: 'NewPatientState',
  examples: [EXAMPLES.newPatientState],
});
const patientSchema = documented(z.object({ id: z.string(), name: z.string() }), {
  id: 'Patient',
  examples: [EXAMPLES.patient],
});
const patientPage = pageSchema(patientSchema, 'PatientPage');

function toPatient({ patientId, name }: RegisteredPatient): z.output<typeof patientSchema> {
  return { id: patientId, name };
}

export function addPatientRoutes(app: ApiServer, { administration }: RouteDependencies): void {
  app.route({
    method: 'POST',
    url: '/patients',
    schema: {
      operationId: 'createPatient',
      summary: 'Register a patient',
      tags,
      headers: createHeaders,
      body: newPatient,
      response: {
        ...created('The patient.', patientSchema),
        ...problems('patient.already_exists', 'idempotency.conflict', ...OF_BODIES),
      },
    },
    handler: async (request, reply) => {
      const { id, name } = request.body;
      const patient = { patientId: id ?? null, name };
      const { options } = request.headers;
      const answer = await administration.registerPatient(requesterOf(request), patient, options);
      return sendCreated(reply, answer, `${API_PREFIX}/patients`, toPatient);
    },
  });

  app.route({
    method: 'GET',
    url: '/patients',
    schema: {
      operationId: 'listPatients',
      summary: 'All patients',
      tags,
      querystring: z.object(pageQuery('patients')),
      response: { ...list('Patients in the order of their ids.', patientPage), ...problems() },
    },
    handler: async (request, reply) => {
      const page = await administration.patients(requesterOf(request), pageOf('patients', request.query));
      return sendPage(reply, page, 'patients', toPatient);
    },
  });

  app.route({
    method: 'GET',
    url: '/patients/:patientId',
    schema: {
      operationId: 'getPatient',
      summary: 'A patient',
      tags,
      params: patientId,
      headers: readHeaders,
      response: { ...one('The patient.', patientSchema), ...problems('patient.not_found') },
    },
    handler: async (request, reply) => {
      const answer = await administration.patient(requesterOf(request), request.params.patientId);
      return sendOne(reply, answer, request.headers.known, toPatient);
    },
  });

  app.route({
    method: 'PUT',
    url: '/patients/:patientId',
    schema: {
      operationId: 'putPatient',
      summary: 'Register a patient under an id, or change the name',
      tags,
      params: patientId,
      headers: putHeaders,
      body: newPatientState,
      response: { ...put('The patient.', patientSchema), ...problems('precondition.failed', ...OF_BODIES) },
    },
    handler: async (request, reply) => {
      const { patientId } = request.params;
      const { name } = request.body;
      const { options } = request.headers;
      const answer = await administration.putPatient(requesterOf(request), { patientId, name }, options);
      return sendPut(reply, answer, `${API_PREFIX}/patients`, toPatient);
    },
  });
}
