"""Questions about works and permits."""
