/**
 * Tables of another application, in `public`, that have our names: whoever reads or writes past the chat's own schema meets
 * other columns, and rows that are not the chat's. Its last migration is unfinished.
 */
export const HOST_TABLES = `
  CREATE TABLE consultations (id text PRIMARY KEY, title text);
  CREATE TABLE messages (id serial PRIMARY KEY, body text);
  CREATE TABLE users (id text PRIMARY KEY, email text);
  CREATE TABLE doctors (id text PRIMARY KEY);
  CREATE TABLE events (id serial PRIMARY KEY, what text);
  CREATE TABLE access_log (line text);
  CREATE TABLE write_probe (id int);
  CREATE TABLE _prisma_migrations (
    id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz, migration_name varchar(255) NOT NULL,
    logs text, rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT '2025-01-01', applied_steps_count int NOT NULL DEFAULT 0
  );
  CREATE FUNCTION refuse_event_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  INSERT INTO consultations VALUES ('of-the-host', 'A first visit');
  INSERT INTO messages (body) VALUES ('Of the host');
  INSERT INTO users VALUES ('of-the-host', 'host@clinic.example');
  INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name) VALUES
    ('1', 'x', '2025-01-01', '20250101000000_host_init'), ('2', 'x', NULL, '20250201000000_host_unfinished');
`;

/** Everything in `public`: its tables with their rows, and its functions. One row. */
export const ALL_OF_PUBLIC = `
  SELECT string_agg(line, E'\\n' ORDER BY line) AS content FROM (
    SELECT table_name || ': ' || query_to_xml(format('SELECT * FROM public.%I', table_name), true, false, '')::text AS line
    FROM information_schema.tables WHERE table_schema = 'public'
    UNION ALL
    SELECT 'function ' || proname || prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'relation ' || relname || relkind::text FROM pg_class WHERE relnamespace = 'public'::regnamespace
  ) AS lines`;
