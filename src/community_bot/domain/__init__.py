"""Pure values, standard library only: what the bot talks about, to whom, and in what form."""
