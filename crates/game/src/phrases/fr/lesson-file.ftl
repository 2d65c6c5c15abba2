### Ce qui est faux dans le fichier d'une leçon.

lesson-file-mistake = { $file }, ligne { $line }, colonne { $column } : { $what }
lesson-file-too-long = ce fichier dépasse { $limit } Kio, c'est trop pour une leçon ; en faire deux.
lesson-file-not-utf8 = cet octet n'est pas du texte UTF-8 ; enregistrer le fichier en UTF-8.
lesson-file-quotes = une chaîne est mal écrite ici, ou une chaîne plus haut n'est pas fermée ; vérifier les guillemets, et les trois apostrophes qui ouvrent et ferment un texte.
lesson-file-brackets = un crochet ou une accolade n'est pas fermé, ou un mot se trouve où il n'en faut pas ; un titre s'écrit [[chapter]], une liste ["un", "deux"].
lesson-file-equals = ici il faut une clé, le signe = et une valeur, comme title = "La leçon".
lesson-file-twice-key = cette clé est déjà donnée plus haut dans la même partie ; en enlever une.
lesson-file-syntax = ceci n'est pas du TOML ; chaque ligne est un titre comme [[chapter]], une clé comme title = "La leçon", ou un commentaire qui commence par #.
lesson-file-unknown-top = la clé « { $key } » n'existe pas en tête du fichier ; celles qui existent : { $known }.
lesson-file-unknown-key = la clé « { $key } » n'existe pas dans { $table } ; celles qui existent : { $known }.
lesson-file-missing = il manque ici la clé « { $key } ».
lesson-file-not-string = la clé « { $key } » attend un texte entre guillemets.
lesson-file-not-strings = la clé « { $key } » attend un texte entre guillemets, ou plusieurs entre crochets.
lesson-file-not-flag = la clé « { $key } » attend true (vrai) ou false (faux), sans guillemets.
lesson-file-not-count = la clé « { $key } » attend un nombre entier entre 1 et 100, sans guillemets.
lesson-file-not-tables = la partie « { $key } » s'écrit entre doubles crochets, sur sa propre ligne ; les chapitres par exemple commencent chacun par [[chapter]].
lesson-file-empty = la clé « { $key } » est vide ; la remplir, ou enlever la ligne.
lesson-file-too-many = il y a plus de { $most } fois « { $key } », c'est trop pour une leçon.
lesson-file-lang = la langue est "fr" ou "en".
lesson-file-id = « { $id } » ne peut pas être un identifiant ; prendre des minuscules sans accent, des chiffres et des traits d'union, 40 au plus.
lesson-file-twice-id = l'identifiant « { $id } » est déjà pris à la ligne { $first } ; en choisir un autre.
lesson-file-file = « { $name } » ne peut pas être le nom d'un fichier ; prendre des lettres sans accent, des chiffres, des points et des traits d'union, 64 au plus, comme serveur.py.
lesson-file-name = « { $name } » ne peut pas être le nom d'une machine ; un nom est fait de lettres sans accent, de chiffres, de traits d'union et de points.
lesson-file-no-question = cette leçon n'a pas de question ; une question commence par [[chapter.question]], sous son [[chapter]].
lesson-file-no-listing = il n'y a pas de programme « { $name } » ; ceux des [[listing]] : { $known }.
lesson-file-server = « { $server } » n'est rien que parle un port d'exercice ; il parle : { $known }.
lesson-file-kind = « { $kind } » n'est pas une sorte de question ; les sortes : { $known }.
lesson-file-number = « { $text } » n'est pas un nombre que la leçon sait lire ; l'écrire comme 4294967296 ou 2^32.
lesson-file-one-value = une question n'a qu'une valeur juste ; « { $text } » peut aller dans un [[chapter.question.case]].
lesson-file-verdict = « { $text } » n'est pas un verdict ; écrire right (juste), near (presque) ou wrong (faux).
lesson-file-address = « { $text } » n'est pas une adresse IP.
lesson-file-example = un exemple est fait de deux adresses différentes de la même sorte, comme ["192.168.1.23", "192.168.1.77"].
lesson-file-no-word = « { $text } » ne contient ni lettre ni chiffre.
lesson-file-options = une question à choix a au moins deux [[chapter.question.option]], dont une avec right = true.
lesson-file-line-nowhere = « { $text } » devrait être une ligne du programme du chapitre, mais ce chapitre n'a pas de clé « listing ».
lesson-file-no-line = « { $text } » n'est sur aucune ligne du programme « { $listing } » ; recopier un morceau de la ligne.
lesson-file-lines = « { $text } » est sur plusieurs lignes du programme « { $listing } » ; recopier un morceau plus long.
lesson-file-open-mark = « { $mark } » ouvre quelque chose qui n'est pas fermé dans ce paragraphe ; le fermer, ou mettre \ devant s'il doit se voir.
lesson-file-place = « { $place } » n'est pas quelque chose que la page sait remplir : { $known } ; pour une accolade qui se voit, mettre \ devant.
