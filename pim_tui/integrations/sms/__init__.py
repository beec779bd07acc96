"""Services that send text messages, each a :class:`~pim_tui.domain.texts.Texter`."""
