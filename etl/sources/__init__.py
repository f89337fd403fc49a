"""One adapter a source of posts or prices."""
