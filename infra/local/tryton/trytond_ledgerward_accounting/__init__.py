# SPDX-License-Identifier: GPL-3.0-or-later
"""Tryton module: the books of a stock move, to the cent, on its own date, with its cost centre."""
