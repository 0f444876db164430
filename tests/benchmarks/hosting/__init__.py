"""What hosting the site costs, beside the least that its stack can do: ``python -m tests.benchmarks.hosting``.

One part alone: ``python -m tests.benchmarks.hosting pages``, or ``nginx``, ``answers``, ``memory``, ``start``,
``growth``; ``--quick`` takes few and short rounds, to see that it works. Rounds go through all servers in turn, so that
a busy machine is slow for all of them; printed are medians of the ratios of each round, with their range.
"""
