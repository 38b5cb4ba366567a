"""The rules of dangerous work: pure, over plain values."""
