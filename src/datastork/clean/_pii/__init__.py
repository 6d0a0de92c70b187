"""What `clean.pii` puts where personal data was: masks, and stand-ins by a key."""
