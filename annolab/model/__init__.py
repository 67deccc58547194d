"""The nouns of AnnoLab: frozen values without behaviour that needs a file."""
