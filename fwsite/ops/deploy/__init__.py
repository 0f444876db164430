"""Deployment files: systemd units, nginx' configuration, a Dockerfile."""
