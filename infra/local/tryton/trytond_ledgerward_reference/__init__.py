# SPDX-License-Identifier: GPL-3.0-or-later
"""Tryton module: our reference is unique in the ERP, and batches are answered line by line."""
