"""Work with the text of tweets.

- `patterns`: what counts as a mention, a link, a hashtag or a word.
- `normalize`: forms of a text for measuring and comparing it.
- `language`: detect the language of a text if its source names none.
- `entities`: decode the HTML entities of a text.
- `sanitize`: make hostile text safe to show.
- `counts`: write a count with its noun.
- `search_query`: parse and match what people type into a search field, `accents` included.
- `word_index`: cut texts into the words that a search finds.
"""
