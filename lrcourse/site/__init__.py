"""The course in a browser: static pages and notebooks that run where nothing is installed."""
