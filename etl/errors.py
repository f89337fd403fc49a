"""What can go wrong, as sentences: what was found, what was expected, what to do."""


class EmotapeError(Exception):
    """A failure that a person can act on. Its message is the one sentence that the person sees."""


class BadInput(EmotapeError):
    """A file or an option holds what emotape cannot read."""


class WarehouseBusy(EmotapeError):
    """Another process is writing to the warehouse."""


class NothingPublished(EmotapeError):
    """The warehouse has no published version yet."""


class CheckFailed(EmotapeError):
    """A build broke a promise (a grain, a look-ahead rule), so it was not published."""
