"""What each lesson asks: kept apart from its notebook, so that no page gives an answer away."""
