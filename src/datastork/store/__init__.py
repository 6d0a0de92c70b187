"""The dataset on disk: raw material, finished work, samples and versions, the ledger."""
