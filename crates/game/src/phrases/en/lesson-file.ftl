### What is wrong in a lesson's file.

lesson-file-mistake = { $file }, line { $line }, column { $column }: { $what }
lesson-file-too-long = this file is longer than { $limit } KiB, too much for a lesson; make two of it.
lesson-file-not-utf8 = this byte is not UTF-8 text; save the file as UTF-8.
lesson-file-quotes = a string is badly written here, or a string further up is not closed; check the quotes, and the three apostrophes that open and close a text.
lesson-file-brackets = a bracket or a brace is not closed, or there is a word where none may be; a heading is written [[chapter]], a list ["one", "two"].
lesson-file-equals = here must be a key, the sign = and a value, such as title = "The lesson".
lesson-file-twice-key = this key is given already further up in the same part; take one away.
lesson-file-syntax = this is not TOML; each line is a heading such as [[chapter]], a key such as title = "The lesson", or a comment that begins with #.
lesson-file-unknown-top = there is no key “{ $key }” at the head of the file; those that exist: { $known }.
lesson-file-unknown-key = there is no key “{ $key }” in { $table }; those that exist: { $known }.
lesson-file-missing = the key “{ $key }” is missing here.
lesson-file-not-string = the key “{ $key }” expects a text in quotes.
lesson-file-not-strings = the key “{ $key }” expects a text in quotes, or several in brackets.
lesson-file-not-flag = the key “{ $key }” expects true or false, without quotes.
lesson-file-not-count = the key “{ $key }” expects a whole number from 1 to 100, without quotes.
lesson-file-not-tables = the part “{ $key }” is written in double brackets, on a line of its own; chapters for instance each begin with [[chapter]].
lesson-file-empty = the key “{ $key }” is empty; fill it in, or take the line away.
lesson-file-too-many = there are more than { $most } of “{ $key }”, too many for a lesson.
lesson-file-lang = the language is "fr" or "en".
lesson-file-id = “{ $id }” can't be an id; take small letters without accents, digits and hyphens, 40 at most.
lesson-file-twice-id = the id “{ $id }” is taken already on line { $first }; choose another one.
lesson-file-file = “{ $name }” can't be the name of a file; take letters without accents, digits, points and hyphens, 64 at most, such as server.py.
lesson-file-name = “{ $name }” can't be the name of a machine; a name is made of letters without accents, digits, hyphens and points.
lesson-file-no-question = this lesson has no question; a question begins with [[chapter.question]], below its [[chapter]].
lesson-file-no-listing = there is no program “{ $name }”; those of [[listing]]: { $known }.
lesson-file-server = “{ $server }” is nothing that a practice port speaks; it speaks: { $known }.
lesson-file-kind = “{ $kind }” is no kind of question; the kinds: { $known }.
lesson-file-number = “{ $text }” is not a number that the lesson can read; write it as 4294967296 or 2^32.
lesson-file-one-value = a question has only one right value; “{ $text }” may go into a [[chapter.question.case]].
lesson-file-verdict = “{ $text }” is no verdict; write right, near or wrong.
lesson-file-address = “{ $text }” is not an IP address.
lesson-file-example = an example is two different addresses of one kind, such as ["192.168.1.23", "192.168.1.77"].
lesson-file-no-word = there is neither a letter nor a digit in “{ $text }”.
lesson-file-options = a question with a choice has at least two [[chapter.question.option]], one of them with right = true.
lesson-file-line-nowhere = “{ $text }” should be a line of the chapter's program, but this chapter has no key “listing”.
lesson-file-no-line = “{ $text }” is on no line of the program “{ $listing }”; copy a piece of the line.
lesson-file-lines = “{ $text }” is on several lines of the program “{ $listing }”; copy a longer piece.
lesson-file-open-mark = “{ $mark }” opens something that does not close in this paragraph; close it, or put \ before it if it is to be seen.
lesson-file-place = “{ $place }” is nothing that the page can fill in: { $known }; for a brace that is to be seen, put \ before it.
