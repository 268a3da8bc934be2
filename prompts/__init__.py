"""The prompt files of Gatehouse, as package data; README.md describes their form."""
