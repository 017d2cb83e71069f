"""Text edits that repair what a rule has found, where the repair is plainly right."""
