"""The build's parts: periods, what each is made of, and how its marts are made.

A period is a calendar month of sessions (or all of them in a small warehouse). Each mart whose rows belong to
a session is made a period at a time; a period whose words (`periods.read_periods`) are those of the version
before is taken over as it is. So a day's new posts cost the making of a month, and a build from nothing is
the same code with every period made anew: row by row, the two give the same.
"""
