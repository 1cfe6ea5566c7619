"""Thread Workbench: from dumps of tweets to conversation training data."""
