"""Search by a part of a name (DESIGN §3a Lists): newest first, within a store, equally fast for rare and common.

SQLite: a full-text table of single characters, kept by triggers on core_party, read from the newest row on.
PostgreSQL: an index over hashes of the 1, 2 and 3 neighbouring characters of a name, of the first 2 and 3 pinyin
initials (marked ^) and of the first 3 digits of the number (marked #), each hashed with the store and with the
block of 8192 ids the row lies in. `party_search` looks into the newest block first, then into twice as many, and
so on: what is common is found in the first block, what is rare after a handful of look-ups.
A later migration that makes SQLite rebuild core_party must call `forwards` again: the rebuild loses triggers.
"""

from django.db import migrations

SQLITE = [
    "CREATE VIRTUAL TABLE party_name USING fts5(name_split, store, content='', columnsize=0)",
    "INSERT INTO party_name(rowid, name_split, store) SELECT id, name_split, 's' || store_id FROM core_party",
    """CREATE TRIGGER party_name_insert AFTER INSERT ON core_party BEGIN
        INSERT INTO party_name(rowid, name_split, store) VALUES (new.id, new.name_split, 's' || new.store_id);
    END""",
    """CREATE TRIGGER party_name_delete AFTER DELETE ON core_party BEGIN
        INSERT INTO party_name(party_name, rowid, name_split, store)
        VALUES ('delete', old.id, old.name_split, 's' || old.store_id);
    END""",
    """CREATE TRIGGER party_name_update AFTER UPDATE OF name_split, store_id ON core_party
    WHEN old.name_split IS NOT new.name_split OR old.store_id IS NOT new.store_id BEGIN
        INSERT INTO party_name(party_name, rowid, name_split, store)
        VALUES ('delete', old.id, old.name_split, 's' || old.store_id);
        INSERT INTO party_name(rowid, name_split, store) VALUES (new.id, new.name_split, 's' || new.store_id);
    END""",
]
SQLITE_DROP = [
    "DROP TRIGGER IF EXISTS party_name_insert",
    "DROP TRIGGER IF EXISTS party_name_delete",
    "DROP TRIGGER IF EXISTS party_name_update",
    "DROP TABLE IF EXISTS party_name",
]

# The cost keeps the planner from ever computing the keys row by row instead of using the index.
POSTGRES = [
    """
    CREATE FUNCTION party_keys(id bigint, store bigint, split text, initials text, phone text) RETURNS bigint[]
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 10000 AS $$
    DECLARE
      plain text := replace(split, ' ', '') COLLATE "C";
      seed bigint := (store << 32) + id / 8192;
      found bigint[] := '{}';
    BEGIN
      IF length(initials) > 1 THEN
        found := found || hashtextextended('^' || left(initials, 2) COLLATE "C", seed);
      END IF;
      IF length(initials) > 2 THEN
        found := found || hashtextextended('^' || left(initials, 3) COLLATE "C", seed);
      END IF;
      IF length(phone) > 2 THEN
        found := found || hashtextextended('#' || left(phone, 3) COLLATE "C", seed);
      END IF;
      FOR i IN 1 .. length(plain) LOOP
        found := found || hashtextextended(substr(plain, i, 1), seed);
        IF i < length(plain) THEN
          found := found || hashtextextended(substr(plain, i, 2), seed);
        END IF;
        IF i + 1 < length(plain) THEN
          found := found || hashtextextended(substr(plain, i, 3), seed);
        END IF;
      END LOOP;
      RETURN found;
    END $$
    """,
    """
    CREATE FUNCTION party_search(stores bigint[], wanted text, most integer) RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE SET jit = off SET max_parallel_workers_per_gather = 0 AS $$
    DECLARE
      head text := left(wanted, CASE WHEN left(wanted, 1) IN ('^', '#') THEN 4 ELSE 3 END) COLLATE "C";
      spaced text := '%' || regexp_replace(wanted, '(.)(?!$)', '\\1 ', 'g') || '%';
      top bigint;
      bottom bigint;
      width bigint := 1;
      found bigint := 0;
      more bigint;
    BEGIN
      SELECT max(ends.newest) / 8192, min(ends.oldest) / 8192 INTO top, bottom
      FROM unnest(stores) s, LATERAL (
        SELECT (SELECT id FROM core_party WHERE store_id = s ORDER BY id DESC LIMIT 1) newest,
               (SELECT id FROM core_party WHERE store_id = s ORDER BY id LIMIT 1) oldest
      ) ends;
      WHILE top >= bottom AND found < most LOOP
        RETURN QUERY
          WITH hit AS MATERIALIZED (
            SELECT id, store_id FROM core_party
            WHERE party_keys(id, store_id, name_split, initials, phone_key) && ARRAY(
                SELECT hashtextextended(head, (s << 32) + block)
                FROM unnest(stores) s, generate_series(greatest(top - width + 1, bottom), top) block)
              AND CASE left(wanted, 1)
                WHEN '^' THEN initials LIKE substr(wanted, 2) || '%'
                WHEN '#' THEN phone_key LIKE substr(wanted, 2) || '%'
                ELSE name_split LIKE spaced
              END
          )
          SELECT id FROM hit WHERE store_id = ANY (stores) ORDER BY id DESC LIMIT most - found;
        GET DIAGNOSTICS more = ROW_COUNT;
        found := found + more;
        top := top - width;
        width := least(width * 2, 256);
      END LOOP;
    END $$
    """,
    """
    CREATE INDEX party_name ON core_party USING gin (party_keys(id, store_id, name_split, initials, phone_key))
    WITH (gin_pending_list_limit = 256)
    """,
]
POSTGRES_DROP = [
    "DROP INDEX IF EXISTS party_name",
    "DROP FUNCTION IF EXISTS party_search(bigint[], text, integer)",
    "DROP FUNCTION IF EXISTS party_keys(bigint, bigint, text, text, text)",
]


def forwards(apps, schema_editor):
    for statement in POSTGRES if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement, params=None)


def backwards(apps, schema_editor):
    for statement in POSTGRES_DROP if schema_editor.connection.vendor == "postgresql" else SQLITE_DROP:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [migrations.RunPython(forwards, backwards)]
