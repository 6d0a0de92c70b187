"""clean/image"""
