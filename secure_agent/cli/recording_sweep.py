"""`secure-agent recording sweep`: close what crashes left, and erase what may be kept no longer."""

import typer

sweeping = typer.Typer()
