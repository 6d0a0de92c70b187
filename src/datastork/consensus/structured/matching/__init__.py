"""Which regions of different annotators are the same, and whether what they stand for is there."""
