"""Command line: each module has one group of commands; they say and call, and decide nothing."""
