"""Offline evaluation of readers on the project's own labelled data."""
