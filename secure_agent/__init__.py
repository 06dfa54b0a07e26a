"""The application: the only package that knows LiveKit, the web and all the others."""

__version__ = "0.1.0"
