"""Bookmarks in Django: sign in, list and add, with its users, password hashes, signed tokens and checks."""

import json
from functools import wraps

from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from bookmarks.forms import SignInForm
from bookmarks.models import Bookmark

SESSION_SECONDS = 8 * 60 * 60


def unauthorized(detail):
    return JsonResponse({"detail": detail}, status=401, headers={"WWW-Authenticate": "Bearer"})


def invalid(messages):
    """The first message of each field."""
    return JsonResponse({"errors": {name: texts[0] for name, texts in messages.items()}}, status=422)


def sent(request):
    """The texts of the JSON object that was sent."""
    try:
        document = json.loads(request.body)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise ValidationError({"body": "Send a JSON object."})
    return {name: value for name, value in document.items() if isinstance(value, str)}


def api(view):
    """Wrong input is an answer. Without a cookie there is nothing for another site to forge, so no CSRF token."""

    @csrf_exempt
    @wraps(view)
    def wrapped(request):
        try:
            return view(request)
        except ValidationError as error:
            return invalid(error.message_dict)

    return wrapped


def login_required(view):
    @wraps(view)
    def wrapped(request):
        _, _, token = request.headers.get("Authorization", "").partition(" ")
        try:
            number = signing.loads(token, salt="session", max_age=SESSION_SECONDS)
            request.user = User.objects.get(pk=number, is_active=True)
        except (signing.BadSignature, User.DoesNotExist):
            return unauthorized("Sign in first.")
        return view(request)

    return wrapped


@api
@require_POST
def sign_in(request):
    form = SignInForm(sent(request))
    if not form.is_valid():
        return invalid(form.errors)
    user = authenticate(request, username=form.cleaned_data["name"], password=form.cleaned_data["password"])
    if user is None:
        return unauthorized("Wrong name or password.")
    return JsonResponse({"token": signing.dumps(user.pk, salt="session")})


@api
@require_http_methods(["GET", "POST"])
@login_required
def bookmarks(request):
    if request.method == "GET":
        return JsonResponse({"bookmarks": list(request.user.bookmarks.values("id", "url", "title"))})
    given = sent(request)
    bookmark = Bookmark(user=request.user, url=given.get("url", ""), title=given.get("title", ""))
    bookmark.full_clean()
    bookmark.save()
    return JsonResponse({"id": bookmark.pk, "url": bookmark.url, "title": bookmark.title}, status=201)
