"""Text messages that must be answered: the protocol of the voice gateway, with a reply for the keys pressed."""
