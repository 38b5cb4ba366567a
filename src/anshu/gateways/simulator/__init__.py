"""A telephone exchange in miniature: takes calls like a real gateway, lets a person answer them, and reports back."""
