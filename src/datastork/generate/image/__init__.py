"""generate/image"""
