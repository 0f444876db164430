"""Views."""

import asyncio
import time

from django.http import JsonResponse
from django.shortcuts import get_object_or_404, render

from books.models import Book

RECORDS = [{"id": n, "title": f"Record {n}", "pages": 100 + n} for n in range(1, 101)]


def hello(request):
    return JsonResponse({"message": "Hello, world"})


def row(request, number):
    book = get_object_or_404(Book, pk=number)
    return JsonResponse({"id": book.id, "title": book.title, "pages": book.pages, "author_id": book.author_id})


def page(request):
    return render(request, "books/page.html", {"books": Book.objects.order_by("id")[:20]})


def records(request):
    return JsonResponse(RECORDS, safe=False)


def authors(request):
    return render(request, "books/nplus1.html", {"books": Book.objects.order_by("id")[:20]})


def waiting(request):
    time.sleep(0.05)
    return JsonResponse({"waited": True})


async def waiting_async(request):
    await asyncio.sleep(0.05)
    return JsonResponse({"waited": True})
