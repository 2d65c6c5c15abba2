### Ce que dit juste-prix bot.

bot-games =
    { $games ->
        [one] { $games } partie jouée
       *[other] { $games } parties jouées
    }, { $won ->
        [0] aucune gagnée
        [one] { $won } gagnée
       *[other] { $won } gagnées
    }.
bot-tries = Essais pour gagner : { $mean } en moyenne, { $fewest } au moins, { $most } au plus.

## Quand les parties ne vont pas jusqu'au bout

bot-ended = Le serveur { $server } a mis fin à la conversation avant la fin des parties ; demande s'il va revenir, puis relance juste-prix bot.
bot-lost = Le serveur { $server } n'est pas revenu avant la fin des parties : { $reason } ; relance juste-prix bot plus tard.
bot-odd = Le serveur { $server } n'a pas jugé { $guess }, il a répondu « { $answer } » ; vérifie que c'est bien un juste-prix, et relance juste-prix bot.
bot-contradiction = Les réponses du serveur { $server } se contredisent, aucun nombre n'est plus possible ; vérifie que c'est bien un juste-prix, et relance juste-prix bot.
