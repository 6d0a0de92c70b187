"""Who may ask what of the app: hosts, origins, sessions, rates and sizes."""
