"""Bookmark: a link of somebody's. The table, its migration, the checks and the admin screen follow from it."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models

URL = RegexValidator(r"\Ahttps?://[!-~]{1,1000}\Z", "Enter a link that begins with http:// or https://.")
TITLE = RegexValidator(r"\A(?! )[^\x00-\x1f\x7f\ud800-\udfff]{1,100}\Z", "Enter a title of 1 to 100 characters.")


class Bookmark(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="bookmarks")
    url = models.TextField(validators=[URL], error_messages={"blank": URL.message})
    title = models.TextField(validators=[TITLE], error_messages={"blank": TITLE.message})

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return self.title
