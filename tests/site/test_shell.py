"""The shell of pages: what it has for itself is not in the way of the templates that extend it."""

from __future__ import annotations

from flask import Flask, render_template_string

OWN = "own text"


def test_a_template_may_call_its_macros_what_it_likes(app: Flask) -> None:
    for name in ("notices", "token", "read_only"):
        page = f"""{{% extends "work.html" %}}{{% macro {name}(said) %}}{{{{ said }}}}{{% endmacro %}}
{{% block work %}}{{{{ {name}("{OWN}") }}}}{{% endblock %}}"""
        with app.test_request_context("/"):
            assert OWN in render_template_string(page), name
