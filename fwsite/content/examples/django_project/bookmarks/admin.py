"""Admin screens: list, search, add, change and delete bookmarks."""

from django.contrib import admin

from bookmarks.models import Bookmark


@admin.register(Bookmark)
class BookmarkAdmin(admin.ModelAdmin):
    list_display = ["title", "url", "user"]
    search_fields = ["title", "url"]
