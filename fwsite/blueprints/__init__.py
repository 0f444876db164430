"""The built-in extensions. Each uses the same contract as any other: ``from fwsite.extend import ...``."""
