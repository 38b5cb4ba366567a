"""What the doors of Chinese device protocols share: frames out of a stream of bytes, packets, and the server."""
