"""Screens, dialogs and widgets."""
