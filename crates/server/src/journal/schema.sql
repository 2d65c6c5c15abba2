-- The journal, format 1. Sequences count from 1 without a gap; a row is never changed or deleted.
CREATE TABLE entries (
    seq    INTEGER PRIMARY KEY,
    at     INTEGER NOT NULL, -- milliseconds since 1970, UTC
    room   ANY NOT NULL,     -- a shared room's code; '*': the results; a blob: this player's hall
    kind   TEXT NOT NULL,    -- open join attach guess rename close leave quit result order answer
    player BLOB,             -- NULL in the hall, where it is the room's
    epoch  INTEGER,
    n      INTEGER,          -- a request's count; in a close, the round
    value  INTEGER,          -- the guess
    text   TEXT,             -- a name; in an open, the rules; in a result, the score; an order; an answer
    seed   BLOB,             -- what numbers to come are drawn from: no view may show it
    sum    INTEGER NOT NULL  -- CRC-32 of this entry, chained to the one before
) STRICT;

-- The last entry: without it, entries missing at the end would not be noticed.
CREATE TABLE head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    seq INTEGER NOT NULL,
    sum INTEGER NOT NULL
) STRICT;
INSERT INTO head VALUES (1, 0, 0);

-- Views for the teacher, in local time. Room '*' and seeds stay out of them.

CREATE VIEW salles AS
SELECT room AS code,
       text ->> 'mode' AS mode,
       text ->> 'min' AS min,
       text ->> 'max' AS max,
       text ->> 'limit' AS limite
FROM entries
-- The first one wins.
WHERE seq IN (SELECT min(seq) FROM entries WHERE kind = 'open' AND typeof(room) = 'text' GROUP BY room)
ORDER BY seq;

CREATE VIEW joueurs AS
SELECT iif(typeof(room) = 'blob', 'HALL', room) AS salle,
       text AS joueur,
       datetime(at / 1000, 'unixepoch', 'localtime') AS depuis
FROM (
    -- With max() SQLite takes the other columns from the same row: the latest name.
    SELECT room, text, at, max(seq) AS latest
    FROM entries WHERE kind IN ('join', 'rename')
    GROUP BY room, coalesce(player, room)
)
ORDER BY latest;

CREATE VIEW essais AS
WITH noms AS (
    SELECT room, coalesce(player, room) AS player, text, max(seq)
    FROM entries WHERE kind IN ('join', 'rename')
    GROUP BY room, coalesce(player, room)
)
SELECT datetime(at / 1000, 'unixepoch', 'localtime') AS date,
       iif(typeof(entries.room) = 'blob', 'HALL', entries.room) AS salle,
       noms.text AS joueur,
       n,
       value AS nombre_propose
FROM entries LEFT JOIN noms
  ON noms.room = entries.room AND noms.player = coalesce(entries.player, entries.room)
WHERE kind = 'guess'
ORDER BY seq;

CREATE VIEW resultats AS
SELECT datetime(at / 1000, 'unixepoch', 'localtime') AS date,
       text ->> 'room' AS salle,
       text ->> 'mode' AS mode,
       text ->> 'name' AS joueur,
       text ->> 'round' AS manche,
       text ->> 'tries' AS essais,
       iif(text ->> 'won', 'oui', 'non') AS gagne,
       text ->> 'number' AS nombre
FROM entries
-- After a crash a result may be there twice.
WHERE seq IN (SELECT min(seq) FROM entries WHERE kind = 'result'
              GROUP BY text ->> 'room', coalesce(player, room), text ->> 'cause')
ORDER BY seq;
