"""What the owner sees and decides."""
