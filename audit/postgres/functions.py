"""What runs inside PostgreSQL as the owner of the tables: the one way to write, the guards, and a month's partition.

Each function has a fixed search path. `append_batch` believes a writer nothing: place, type, time, tenant and hashes
are read from the sealed bytes, and the tenant must be one that `audit.writer` grants to the login (`session_user`).
"""

from typing import Final

#: The SQLSTATE of an entry that differs from the one which stands at its place.
FORK: Final = "VA001"
DENY: Final = """CREATE FUNCTION audit.deny() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege';
END $$"""

#: Data keys go under an erasure of their segment or the end of their month key, bodies under a prune of their leaf.
UNDER_TOMBSTONE: Final = (
    """CREATE FUNCTION audit.guard_dek() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (SELECT FROM audit.target AS x
            WHERE (x.kind = 'erasure' AND x.target_call = OLD.call AND x.target_seg = OLD.seg)
            OR (x.kind = 'key.destroyed' AND x.target_ek = OLD.ek)) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege';
END $$""",
    """CREATE FUNCTION audit.guard_body() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (SELECT FROM audit.target AS x JOIN audit.leaf AS l ON l.log_id = x.log_id
            WHERE x.kind = 'prune' AND l.id = OLD.id AND l.idx BETWEEN x.first_idx AND x.last_idx) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege';
END $$""",
    """CREATE FUNCTION audit.guard_log() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.id = OLD.id AND NEW.origin = OLD.origin AND NEW.size >= OLD.size
            AND NEW.low_id >= OLD.low_id AND (NEW.size > OLD.size OR NEW.frontier = OLD.frontier) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege';
END $$""",
)

IS_JOB: Final = """CREATE FUNCTION audit.is_job() RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT pg_has_role(session_user, 'audit_retention', 'MEMBER')
        OR pg_has_role(session_user, 'audit_sequencer', 'MEMBER')
        OR pg_has_role(session_user, 'audit_reader', 'MEMBER')
$$"""

#: TRUNCATE triggers and row security are not inherited: every partition gets its own before it is attached.
MAKE_PARTITION: Final = """CREATE FUNCTION audit.make_partition(first_day date) RETURNS void LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    part text := 'body_' || to_char(first_day, 'YYYYMM');
BEGIN
    IF first_day <> date_trunc('month', first_day)::date THEN
        RAISE EXCEPTION 'a partition begins on the first day of a month';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('audit.make_partition'));
    IF to_regclass('audit.' || part) IS NOT NULL THEN
        RETURN;
    END IF;
    EXECUTE format('CREATE TABLE audit.%I (LIKE audit.body INCLUDING ALL)', part);
    EXECUTE format('CREATE TRIGGER no_truncate BEFORE TRUNCATE ON audit.%I FOR EACH STATEMENT'
        ' EXECUTE FUNCTION audit.deny()', part);
    EXECUTE format('ALTER TABLE audit.%I ENABLE ROW LEVEL SECURITY', part);
    EXECUTE format('ALTER TABLE audit.%I FORCE ROW LEVEL SECURITY', part);
    EXECUTE format('ALTER TABLE audit.body ATTACH PARTITION audit.%I FOR VALUES IN (%L)', part, first_day);
    EXECUTE format('ALTER TABLE audit.%I ENABLE ALWAYS TRIGGER no_change', part);
    EXECUTE format('ALTER TABLE audit.%I ENABLE ALWAYS TRIGGER no_truncate', part);
END $$"""

APPEND_BATCH: Final = """CREATE FUNCTION audit.append_batch(
    log text, headers bytea[], bodies bytea[], more jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    here smallint;
    this_month date := date_trunc('month', now() AT TIME ZONE 'UTC')::date;
    given_count integer := coalesce(array_length(headers, 1), 0);
    new_count integer := 0;
    top_id bigint;
    fork_count integer;
    answer jsonb := '{}';
BEGIN
    PERFORM pg_current_xact_id();
    IF NOT EXISTS (SELECT FROM audit.writer AS w WHERE w.role = session_user) THEN
        RAISE EXCEPTION 'this login is no writer of the audit log' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT r.id INTO here FROM audit.region AS r WHERE r.log = append_batch.log;
    IF here IS NULL AND given_count > 0 THEN
        INSERT INTO audit.region (log) VALUES (append_batch.log) ON CONFLICT DO NOTHING;
        SELECT r.id INTO here FROM audit.region AS r WHERE r.log = append_batch.log;
    END IF;
    IF given_count > 0 THEN
        IF to_regclass('audit.body_' || to_char(this_month, 'YYYYMM')) IS NULL THEN
            PERFORM audit.make_partition(this_month);
        END IF;
        WITH given AS MATERIALIZED (
            SELECT ord, p, c, convert_from(p, 'UTF8')::jsonb AS h, sha256(c) AS ch
            FROM unnest(headers, bodies) WITH ORDINALITY AS u(p, c, ord)
        ), placed AS MATERIALIZED (
            SELECT ord, p, c, ch, (h->>'call')::uuid AS call, (h->>'seg')::int AS seg, (h->>'seq')::int AS seq,
                h->>'tenant' AS tenant, h->>'t' AS t, h->>'ts' AS ts,
                CASE WHEN (h->>'seq')::int > 0 OR h->>'log' = append_batch.log THEN here END AS region,
                sha256('\\x00'::bytea || 'VAL1'::bytea || int4send(length(p)) || p || ch) AS lh
            FROM given
        ), fresh AS (
            INSERT INTO audit.entry AS e (call, seg, seq, month, region, tenant, t, ts, ch, lh, p)
            SELECT call, seg, seq, this_month, region, tenant, t, ts, ch, lh, p FROM placed ORDER BY ord
            ON CONFLICT (call, seg, seq) DO NOTHING
            RETURNING e.id, e.call, e.seg, e.seq, e.t, e.tenant, e.lh
        ), stored AS (
            INSERT INTO audit.body (month, id, c)
            SELECT this_month, fresh.id, placed.c FROM fresh JOIN placed USING (call, seg, seq, lh)
        ), opened AS (
            INSERT INTO audit.open_segment (call, seg, region, owner)
            SELECT call, seg, here, coalesce(more->>'owner', session_user) FROM fresh AS f
            WHERE seq = 0 AND tenant <> 'system'
                AND NOT EXISTS (SELECT FROM fresh AS l WHERE (l.call, l.seg, l.t) = (f.call, f.seg, 'segment.close'))
            ON CONFLICT DO NOTHING
        ), closed AS (
            DELETE FROM audit.open_segment AS o USING fresh AS f
            WHERE o.call = f.call AND o.seg = f.seg AND f.t = 'segment.close'
        )
        SELECT count(*), max(id) INTO new_count, top_id FROM fresh;
    END IF;
    IF new_count < given_count THEN
        SELECT count(*) FILTER (WHERE e.lh IS DISTINCT FROM g.lh), greatest(top_id, max(e.id))
        INTO fork_count, top_id
        FROM (
            SELECT sha256('\\x00'::bytea || 'VAL1'::bytea || int4send(length(p)) || p || sha256(c)) AS lh,
                convert_from(p, 'UTF8')::jsonb AS h
            FROM unnest(headers, bodies) AS u(p, c)
        ) AS g LEFT JOIN audit.entry AS e
            ON e.call = (h->>'call')::uuid AND e.seg = (h->>'seg')::int AND e.seq = (h->>'seq')::int;
        IF fork_count > 0 THEN
            RAISE EXCEPTION 'fork: another entry stands at this place' USING ERRCODE = 'VA001';
        END IF;
    END IF;
    INSERT INTO audit.dek (call, seg, ek, wrapped)
        SELECT d.call, d.seg, d.ek, decode(d.wrapped, 'hex')
        FROM jsonb_to_recordset(coalesce(more->'deks', '[]')) AS d(call uuid, seg int, ek text, wrapped text)
        WHERE NOT EXISTS (SELECT FROM audit.target AS x
            WHERE (x.kind = 'erasure' AND x.target_call = d.call AND x.target_seg = d.seg)
            OR (x.kind = 'key.destroyed' AND x.target_ek = d.ek))
        ON CONFLICT DO NOTHING;
    IF more ? 'targets' THEN
        IF NOT audit.is_job() THEN
            RAISE EXCEPTION 'only a job names targets' USING ERRCODE = 'insufficient_privilege';
        END IF;
        INSERT INTO audit.target
            SELECT x.call, x.seg, x.seq, x.n, e.t, x.target_call, x.target_seg, x.target_ek,
                x.log_id, x.first_idx, x.last_idx
            FROM jsonb_to_recordset(more->'targets') AS x(call uuid, seg int, seq int, n int, target_call uuid,
                target_seg int, target_ek text, log_id int, first_idx bigint, last_idx bigint)
            JOIN audit.entry AS e USING (call, seg, seq);
    END IF;
    IF more ? 'beats' THEN
        UPDATE audit.open_segment AS o SET seen = clock_timestamp()
        FROM jsonb_to_recordset(more->'beats') AS b(call uuid, seg int)
        WHERE o.call = b.call AND o.seg = b.seg AND o.owner = more->>'owner';
    END IF;
    IF more ? 'index' THEN
        INSERT INTO audit.call_index AS i (call, line, outcome, caller)
            SELECT x.call, x.line, x.outcome, decode(x.caller, 'hex')
            FROM jsonb_to_record(more->'index') AS x(call uuid, line text, outcome text, caller text)
            WHERE NOT EXISTS (SELECT FROM audit.target AS d WHERE d.kind = 'erasure' AND d.target_call = x.call)
            ON CONFLICT (call) DO UPDATE SET line = coalesce(excluded.line, i.line),
                outcome = coalesce(excluded.outcome, i.outcome), caller = coalesce(excluded.caller, i.caller);
    END IF;
    IF more ? 'class' THEN
        INSERT INTO audit.class (tenant, jur, ret)
            SELECT x.tenant, x.jur, x.ret FROM jsonb_to_record(more->'class') AS x(tenant text, jur text, ret text)
            WHERE x.tenant IN (SELECT w.tenant FROM audit.writer AS w WHERE w.role = session_user)
                AND x.jur ~ '^[A-Za-z0-9._-]{1,64}$' AND x.ret ~ '^[A-Za-z0-9._-]{1,64}$'
            ON CONFLICT DO NOTHING;
        SELECT answer || jsonb_build_object('months', coalesce(jsonb_agg(
            jsonb_build_array(k.month, k.ek, encode(k.public, 'hex')) ORDER BY k.month, k.ek), '[]')) INTO answer
        FROM audit.ek AS k
        WHERE k.tenant = more->'class'->>'tenant' AND k.jur = more->'class'->>'jur' AND k.ret = more->'class'->>'ret'
            AND k.month >= more->'class'->>'month'
            AND NOT EXISTS (SELECT FROM audit.target AS x WHERE x.kind = 'key.destroyed' AND x.target_ek = k.ek);
    END IF;
    IF more ? 'head_of' THEN
        SELECT answer || jsonb_build_object('head', (
            SELECT jsonb_build_array(e.seg, encode(e.lh, 'hex')) FROM audit.entry AS e
            WHERE e.call = (more->>'head_of')::uuid
                AND e.tenant IN (SELECT w.tenant FROM audit.writer AS w WHERE w.role = session_user)
            ORDER BY e.seg DESC, e.seq DESC LIMIT 1)) INTO answer;
    END IF;
    RETURN answer || jsonb_build_object('new', new_count, 'id', top_id, 'covered', (
        SELECT CASE WHEN k.size = l.size THEN l.low_id ELSE k.covered_id END
        FROM audit.log AS l JOIN audit.checkpoint AS k ON k.log_id = l.id
        WHERE l.id = (SELECT max(id) FROM audit.log WHERE origin LIKE append_batch.log || '/%')
        ORDER BY k.size DESC LIMIT 1));
END $$"""

#: Whether a synchronous standby has this much of the write-ahead log; null where the server has none configured.
STANDBY: Final = """CREATE FUNCTION audit.standby_has(lsn pg_lsn) RETURNS boolean LANGUAGE sql
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN current_setting('synchronous_standby_names') <> '' THEN EXISTS (
        SELECT FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum') AND flush_lsn >= lsn) END
$$"""

DDL_EVENT: Final = (
    """CREATE FUNCTION audit.note_ddl() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_EVENT = 'sql_drop' THEN
        INSERT INTO audit.ddl (tag, object) SELECT TG_TAG, object_identity FROM pg_event_trigger_dropped_objects()
            WHERE schema_name LIKE 'audit%' AND original;
    ELSE
        INSERT INTO audit.ddl (tag, object) SELECT command_tag, object_identity FROM pg_event_trigger_ddl_commands()
            WHERE schema_name LIKE 'audit%' OR object_identity LIKE 'audit%';
    END IF;
END $$""",
)

FUNCTIONS: Final = (DENY, *UNDER_TOMBSTONE, IS_JOB, MAKE_PARTITION, APPEND_BATCH, STANDBY, *DDL_EVENT)
