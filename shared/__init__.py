"""The library: the only place with logic. `README.md` shows the map of its rooms."""
