# SPDX-License-Identifier: GPL-3.0-or-later
"""Fills an empty Tryton database with a hospital network, in process and in one transaction."""
