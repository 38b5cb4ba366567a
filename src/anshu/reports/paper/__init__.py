"""What an official document is (`document`), its measures (`measures`), and how its lines (`lines`) and pages are set."""
