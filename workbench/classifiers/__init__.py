"""Learning: what the detector and the model of replies are made of, and measured by."""
