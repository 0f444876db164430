"""The first table, as ``makemigrations`` writes it."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Bookmark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "url",
                    models.TextField(
                        error_messages={"blank": "Enter a link that begins with http:// or https://."},
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\Ahttps?://[!-~]{1,1000}\\Z", "Enter a link that begins with http:// or https://."
                            )
                        ],
                    ),
                ),
                (
                    "title",
                    models.TextField(
                        error_messages={"blank": "Enter a title of 1 to 100 characters."},
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A(?! )[^\\x00-\\x1f\\x7f\\ud800-\\udfff]{1,100}\\Z",
                                "Enter a title of 1 to 100 characters.",
                            )
                        ],
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bookmarks",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
    ]
