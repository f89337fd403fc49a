"""What can go wrong, as sentences: what was found, what was expected, what to do."""


class EmotapeError(Exception):
    """A failure that a person can act on. Its message is the one sentence that the person sees."""


class BadInput(EmotapeError):
    """A file or an option holds what emotape cannot read."""


class WarehouseBusy(EmotapeError):
    """Another process is writing to the warehouse."""


class PostsMissing(EmotapeError):
    """The store lists posts whose files are not there."""


class NothingPublished(EmotapeError):
    """The warehouse has no published version yet."""


class CheckFailed(EmotapeError):
    """A build broke a promise (a grain, a look-ahead rule), so it was not published."""


class SourceFailed(EmotapeError):
    """A live source did not give what was asked; the message says which, why, and what happens next."""


class SourceRefused(SourceFailed):
    """A source turned this address away (403 from its CDN): asking again soon would make it worse."""


class AllowanceSpent(SourceFailed):
    """The requests that a source allows in an hour are used up, and waiting longer was not wanted."""


class UnknownSymbol(SourceFailed):
    """The source knows no such symbol (404): it was delisted, renamed, or misspelt."""


class Stopped(EmotapeError):
    """Somebody asked the run to stop (SIGTERM, Ctrl-C): what was committed is kept."""
