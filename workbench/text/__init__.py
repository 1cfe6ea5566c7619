"""Text of tweets: normal forms, language, and characters that must not reach a screen."""
