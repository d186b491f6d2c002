"""What the bot keeps, in SQLite or PostgreSQL: the stores behind the other packages' ports."""
