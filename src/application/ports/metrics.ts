/** The counters, each with the sentence that explains it. Names follow Prometheus. None carries ids or content. */
export const COUNTERS = {
  messages_stored_total: 'Messages stored and broadcast.',
  messages_repeated_total: 'Messages that had been stored before and were answered alike.',
  messages_refused_total: 'Messages refused by a rule.',
  appends_conflicted_total:
    'Appends whose decision had to be made again, because something had changed meanwhile.',
  appends_overloaded_total: 'Appends refused because too many were waiting for the database.',
  access_entries_overloaded_total:
    'Entries of the access log refused because too many were waiting for the database.',
  access_notes_lost_total:
    'Entries of the access log that nobody waited for, such as leaving, and that could not be stored.',
  requests_refused_busy_total:
    'Requests refused because too many of the same connection, or of all, were under way.',
  requests_timed_out_total: 'Requests answered with server.error because the answer took too long.',
  requests_rate_limited_total: 'Requests of connections refused because somebody asked too often.',
  sign_ins_refused_total: 'Sign-ins refused because what was shown proves nothing, or has expired.',
  handshakes_refused_total: 'Handshakes refused because their address opens too many connections.',
  api_requests_rate_limited_total: 'HTTP requests refused because somebody asked too often.',
  http_requests_refused_total:
    'HTTP requests refused because too many of their connection or their address were under way, or too much waited for its reader.',
  http_connections_cut_total: 'HTTP connections closed because their reader did not take its answers.',
  connections_cut_backlog_total: 'Connections closed because their reader did not keep up.',
  connections_cut_flood_total: 'Connections closed because they went on sending what is not served.',
  connections_drained_total: 'Connections closed one after the other because the server was about to stop.',
  peer_messages_dropped_total:
    'Messages to other processes that were not sent: the link was down, or too much was waiting, at most 1 MiB with PostgreSQL and 8 MiB with Redis.',
  shared_counts_missed_total:
    'Times that this process alone counted what all of them count together, because no answer came in time.',
  peer_messages_malformed_total: 'Messages of other processes that say nothing in any version.',
  peer_gaps_total: 'Times that something which another process had told was found missing.',
  peer_catch_ups_total: 'Times that the storage was asked what other processes have stored.',
} as const;

/**
 * The gauges, which are read when somebody asks for the metrics. Each queue and cache is here, with its limit in its
 * sentence.
 */
export const GAUGES = {
  appends_waiting: 'Appends that wait for the next flush, at most 10,000.',
  access_entries_waiting: 'Entries of the access log that wait for the next flush, at most 10,000.',
  access_notes_waiting:
    'Entries of the access log that nobody waits for, such as leaving, and that are not stored yet, at most 50,000.',
  requests_under_way: 'Requests of clients that are not answered yet, at most 20,000.',
  connections: 'Open connections.',
  http_connections: 'Connections of the HTTP server, WebSockets too.',
  http_requests_under_way: 'HTTP requests that are not answered to their end, at most 16 on one connection.',
  http_bytes_waiting: 'Bytes of HTTP answers that wait for their readers, at most 64 MiB.',
  log_lines_dropped: 'Lines of the log that were dropped since the start because nobody read them.',
  log_bytes_waiting: 'Bytes of the log that wait for its reader, at most 1 MiB.',
  connection_backlog_packets_max: 'Packets that wait for the slowest reader, as seen last; cut beyond 1,000.',
  connection_backlog_bytes: 'Bytes that wait for readers, all together, as seen last; cut beyond 64 MiB.',
  addresses_connected: 'Addresses with open connections.',
  rate_limit_keys:
    'People, connections and addresses whose requests are counted, at most 20,000 for each thing that is limited.',
  peer_bytes_waiting: 'Bytes of news for other processes that are not known to be sent, at most 8 MiB.',
  rooms: 'Consultations in which somebody is present.',
  consultations_cached: 'Consultation states in memory, at most 200,000.',
  doctors_cached: 'Doctor states in memory, at most 20,000.',
  patients_cached: 'Patient states in memory, at most 200,000.',
  peer_link_up: 'Whether the link by which this process hears others is up: 1 or 0.',
  peers_alive: 'Other processes of the same chat that are alive, at most 64.',
  peers_unheard: 'Processes that serve the same database, and that this one does not hear of.',
  peer_lag_ms: 'Milliseconds that what this process tells takes to come back to it.',
  clock_ahead_ms:
    'Milliseconds by which the clock of this process was ahead of the database, when they were compared last; negative where it was behind.',
} as const;

/** Facts that are exported with the value 1, and with a version as the label `version`. */
export const INFOS = {
  time_zone_data_info: "Release of IANA's time zone data by which schedules are read.",
} as const;

export type CounterName = keyof typeof COUNTERS;
export type GaugeName = keyof typeof GAUGES;

export interface Metrics {
  count(name: CounterName): void;
  /** `read` is called whenever somebody asks for the metrics. It must be cheap. */
  gauge(name: GaugeName, read: () => number): void;
}
