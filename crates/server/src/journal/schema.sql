-- The journal. Sequences count from 1 without a gap. Format 1: a row is never changed or deleted. Format 2: the
-- first rows may be gone, and rows may be erased. Format 3: several guesses may share a row.
CREATE TABLE entries (
    seq    INTEGER PRIMARY KEY,
    at     INTEGER NOT NULL, -- milliseconds since 1970, UTC
    room   ANY NOT NULL,     -- a shared room's code; '*': the results; a blob: this player's hall
    kind   TEXT NOT NULL,    -- open join attach guess rename close leave quit result order answer away
                             -- erased tournament entered met proposal;
                             -- guesses: several; seq and sum are the last one's, room is '*', n their number,
                             -- and text an array of [milliseconds after at, room, player, epoch, n, value]
    player BLOB,             -- NULL in the hall, where it is the room's
    epoch  INTEGER,
    n      INTEGER,          -- a request's count; in a close, the round
    value  INTEGER,          -- the guess
    text   TEXT,             -- a name; in an open, the rules; in a result, the score; an order; an answer;
                             -- what became of two programs
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
