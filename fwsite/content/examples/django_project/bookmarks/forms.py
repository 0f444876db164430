"""Sign-in form: a name and a password."""

from django import forms
from django.core.validators import RegexValidator

NO_CONTROLS = r"[^\x00-\x1f\x7f\ud800-\udfff]"


class SignInField(forms.CharField):
    def __init__(self, longest, message):
        rule = RegexValidator(rf"\A{NO_CONTROLS}{{1,{longest}}}\Z", message)
        super().__init__(strip=False, validators=[rule], error_messages={"required": message})


class SignInForm(forms.Form):
    name = SignInField(150, "Enter your name.")
    password = SignInField(1000, "Enter your password.")
