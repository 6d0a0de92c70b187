"""Measuring texts: length, language, vocabulary, common n-grams, duplication, and personal data that was found.

What needs the texts themselves reads them from the store, batch by batch, or a sample of stated size: the texts with
the smallest ids, which are hashes and so as good as drawn by lot, and the same on every machine.
"""
