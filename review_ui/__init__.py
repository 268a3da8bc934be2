"""The desk: server-rendered pages on which people see cases, decide them and keep the service in order."""
