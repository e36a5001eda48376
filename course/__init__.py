"""What the lessons compute: numbers in, results out, nothing shown."""
