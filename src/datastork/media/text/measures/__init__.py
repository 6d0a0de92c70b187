"""What is measured of texts: one group of facts a module, each shared by every step that judges by it."""
