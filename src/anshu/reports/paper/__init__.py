"""What an official document is (`document`), its measures, and how its lines and pages are set."""
