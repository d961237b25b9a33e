-- Of streams, each with the version at which somebody saw it, returns those that have moved on since. A statement reads what
-- was committed when it began. A volatile function reads what is committed when it is called, so it misses nothing that
-- was committed before the statement got a lock.
CREATE FUNCTION "streams_moved_on"(streams TEXT[], versions INTEGER[])
RETURNS TABLE(moved_stream TEXT, seen_version INTEGER)
LANGUAGE plpgsql VOLATILE STRICT ROWS 1 AS $$
BEGIN
    RETURN QUERY SELECT seen.stream_id, seen.version FROM unnest(streams, versions) AS seen(stream_id, version)
        WHERE seen.version <> coalesce((SELECT max(e.version) FROM events e
                                        WHERE e.stream_id = seen.stream_id AND e.version >= seen.version), 0);
END
$$;
