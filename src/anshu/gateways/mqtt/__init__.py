"""MQTT: our own door for devices, which acknowledges only what is on disk, and a client of brokers outside."""
