### What juste-prix bot says.

bot-games =
    { $games ->
        [one] { $games } game played
       *[other] { $games } games played
    }, { $won ->
        [0] none won
       *[other] { $won } won
    }.
bot-tries = Tries to win: { $mean } on average, { $fewest } at least, { $most } at most.

## When the games are cut short

bot-ended = The server { $server } ended the conversation before the games were over; ask whether it will be back, then run juste-prix bot again.
bot-lost = The server { $server } did not come back before the games were over: { $reason }; run juste-prix bot again later.
bot-odd = The server { $server } did not judge { $guess }, it answered “{ $answer }”; check that it is a juste-prix, and run juste-prix bot again.
bot-contradiction = The answers of the server { $server } contradict each other, no number is possible any more; check that it is a juste-prix, and run juste-prix bot again.
