"""Plain Python: what is compared, what is asked, and how a recommendation follows from the answers.

Nothing in here imports Flask, SQLAlchemy or another part of the project; ``tests/site/test_walls.py`` keeps it so.
"""
