"""Addresses."""

from books import views
from django.contrib import admin
from django.urls import path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("json", views.hello),
    path("row/<int:number>", views.row),
    path("page", views.page),
    path("list", views.records),
    path("nplus1", views.authors),
    path("waiting", views.waiting),
    path("waiting/async", views.waiting_async),
]
