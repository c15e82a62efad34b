"""Mutants of the shipped code: does the simulator see that something is broken?"""
