"""What goes out on paper: official documents as .docx and PDF. `documents.make` is the one call for all of them."""
