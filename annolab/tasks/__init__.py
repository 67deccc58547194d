"""Long verbs, the same for the command line and the window."""
