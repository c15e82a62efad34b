"""Barcodes of medical devices: GS1, HIBCC and ICCBBA."""
