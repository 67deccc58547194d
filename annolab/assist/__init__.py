"""Suggestions: models, sampling, rules, tracking."""
