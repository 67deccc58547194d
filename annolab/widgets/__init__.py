"""What you see: the only place, with app.py, that knows Qt."""
