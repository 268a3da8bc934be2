"""What comes in: canonical events and supplier mails, each key stored once."""
