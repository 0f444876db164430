"""The files that a host needs to run the site for good: systemd units, nginx' configuration, a Dockerfile."""
