"""How a lesson is seen and touched."""
