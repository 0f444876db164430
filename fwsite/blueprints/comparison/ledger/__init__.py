"""The ledger: items as documents, every change to them, and what visitors suggest."""
