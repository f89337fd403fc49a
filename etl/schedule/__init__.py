"""When the daily run starts, and what tells a machine so: systemd, cron or GitHub."""
