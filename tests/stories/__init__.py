"""Stories: the notation, the engine's own stories, and what a report says."""
