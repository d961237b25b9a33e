import type { FastifyReply } from 'fastify';

/** RFC 9457 problem details. `title` is a sentence for people and tells nothing of the inside. */
export interface Problem {
  readonly status: number;
  readonly title: string;
}

export const NOT_FOUND: Problem = { status: 404, title: 'There is nothing at this address.' };
export const BAD_REQUEST: Problem = { status: 400, title: 'The request is not valid.' };
export const INTERNAL_ERROR: Problem = {
  status: 500,
  title: 'Something went wrong on our side. Try again in a moment.',
};

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .send({ type: 'about:blank', ...problem });
}
