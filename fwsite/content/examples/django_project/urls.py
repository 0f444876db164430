"""URLs: the API, and the admin site for staff."""

from bookmarks import views
from django.contrib import admin
from django.urls import path

urlpatterns = [
    path("session", views.sign_in),
    path("bookmarks", views.bookmarks),
    path("admin/", admin.site.urls),
]
