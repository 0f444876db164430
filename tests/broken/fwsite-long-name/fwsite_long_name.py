"""A name that leaves no room for the rest of the names of tables."""

from fwsite.extend import Extension

extension = Extension(name="a_name_that_is_much_longer_than_any_table_can_bear_in_its_own_name", title="Broken")
