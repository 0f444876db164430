"""A column more on the model of people: every query on them would ask for it."""

from sqlalchemy import String
from sqlalchemy.orm import mapped_column

from fwsite.extend import Extension
from fwsite.models import User

User.nickname = mapped_column(String(40))
extension = Extension(name="extends_model", title="Broken")
