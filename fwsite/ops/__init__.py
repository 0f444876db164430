"""Operations: a host's jobs, from backups to checks of the machine."""
