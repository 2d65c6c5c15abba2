-- The guesses, for the teacher, in local time: those that have a row, and those that share one (see pack.rs).
CREATE VIEW essais AS
WITH noms AS (
    SELECT room, coalesce(player, room) AS player, text, max(seq)
    FROM entries WHERE kind IN ('join', 'rename')
    GROUP BY room, coalesce(player, room)
),
connus AS (
    SELECT iif(typeof(room) = 'blob', hex(room), room) AS room, hex(player) AS player, text FROM noms
),
tous AS (
    SELECT seq, 0 AS place, at,
           iif(typeof(room) = 'blob', 'HALL', room) AS salle,
           iif(typeof(room) = 'blob', hex(room), room) AS room,
           hex(coalesce(player, room)) AS player, n, value
    FROM entries WHERE kind = 'guess'
    UNION ALL
    SELECT seq, each.key, at + (each.value ->> 0),
           coalesce(each.value ->> 1, 'HALL'),
           coalesce(each.value ->> 1, each.value ->> 2),
           each.value ->> 2, each.value ->> 4, each.value ->> 5
    FROM entries, json_each(entries.text) AS each
    -- What was erased has no player.
    WHERE entries.kind = 'guesses' AND each.value ->> 2 IS NOT NULL
)
SELECT datetime(tous.at / 1000, 'unixepoch', 'localtime') AS date,
       tous.salle AS salle,
       connus.text AS joueur,
       tous.n AS n,
       tous.value AS nombre_propose
FROM tous LEFT JOIN connus ON connus.room = tous.room AND connus.player = tous.player
ORDER BY tous.seq, tous.place;
