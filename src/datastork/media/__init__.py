"""What each modality can do: recognise, decode, encode, describe, fingerprint, preview."""
