import { expect, test } from 'vitest';
import { createBalancer } from './balancer.js';

const PORTS = [1, 2, 3] as const;

function times(count: number, next: () => number): number[] {
  return Array.from({ length: count }, next);
}

test('a client stays where it is while that takes people', () => {
  const route = createBalancer(PORTS, () => true).sticky([2, 3, 1]);
  expect(times(4, route.next)).toEqual([2, 2, 2, 2]);
});

test('a client goes on in its own order when nobody listens, and stays there', () => {
  const route = createBalancer(PORTS, () => true).sticky([2, 1, 3]);
  route.unreachable(route.next());
  expect(times(3, route.next)).toEqual([1, 1, 1]);
  route.unreachable(1);
  expect(times(2, route.next)).toEqual([3, 3]);
  route.unreachable(3);
  expect(route.next()).toBe(2);
});

test('what a connection to an earlier process meets does not move the client on', () => {
  const route = createBalancer(PORTS, () => true).sticky([1, 2, 3]);
  route.unreachable(route.next());
  expect(route.next()).toBe(2);
  route.unreachable(1);
  expect(route.next()).toBe(2);
});

test('a process that drains gets nobody new, and nobody goes to one that does not serve', () => {
  const serving = new Set([1, 2, 3]);
  const route = createBalancer(PORTS, (port) => serving.has(port)).sticky([1, 2, 3]);
  serving.delete(1);
  serving.delete(2);
  expect(times(2, route.next)).toEqual([3, 3]);
  serving.add(1);
  expect(route.next()).toBe(3);
});

test('where nobody serves, a client stays, and tries all in turn only while nobody listens', () => {
  const route = createBalancer(PORTS, () => false).sticky([1, 2, 3]);
  expect(times(2, route.next)).toEqual([1, 1]);
  route.unreachable(1);
  expect(times(2, route.next)).toEqual([2, 2]);
  route.unreachable(2);
  expect(route.next()).toBe(3);
});

test('a crowd is spread over those that serve', () => {
  const serving = new Set<number>(PORTS);
  const route = createBalancer(PORTS, (port) => serving.has(port)).spread();
  expect(times(4, route.next)).toEqual([2, 3, 1, 2]);
  serving.delete(3);
  expect(times(3, route.next)).toEqual([1, 2, 1]);
});
