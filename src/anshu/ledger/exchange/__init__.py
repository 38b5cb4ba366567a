"""Bringing registers in from files and handing them out again: xlsx, csv and GeoJSON, for every declared register."""
