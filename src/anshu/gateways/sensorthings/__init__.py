"""OGC SensorThings 1.1, part 1 (18-088): devices and channels to read, their readings to read and to fill.

A device is a Thing with its Location and Sensor, a channel a Datastream and the FeatureOfInterest where it measures, a
quantity an ObservedProperty, a reading an Observation. What is not offered is refused by name (501), what is no
SensorThings at all with 400; neither is ever answered as if it had not been asked. Things are made and changed in the
registers, not here; Observations are taken in like any readings, by whoever may append them (`telemetry.append`).
"""
