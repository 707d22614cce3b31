"""The door: sign-in, activation, passwords, the second factor, sign-out."""

from __future__ import annotations

import base64
import io
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

import qrcode
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django_otp import login as otp_login
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex
from qrcode.image.svg import SvgPathFillImage

from org import clock
from org.accounts import actions, lockout, sessions
from org.accounts.forms import ActivationForm, ChangePasswordForm, SignInForm, TokenForm
from org.people.models import Person
from org.requests import SignedIn, local_path
from org.routes import public, signed_in
from org.trace.actions import record
from org.workflow import Refused

OTP_KEY = "otp_key"  # session: the secret that is being enrolled


@public
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    target = request.POST.get("next") or request.GET.get("next") or ""
    if request.user.is_authenticated:
        return redirect(local_path(request, target))
    form = SignInForm(request.POST or None)
    status = 200
    if request.method == "POST":
        at = clock.now()
        if until := lockout.of_address(request, at).until:
            return locked(request, until=until)
        if form.is_valid() and (person := _recognised(request, form, at, "password")):
            sessions.begin(request, person, remember=form.cleaned_data["remember"], at=at)
            record(person, "sign_in", by=person, at=at)
            response = redirect(local_path(request, target))
            lockout.remember_device(request, response, person)
            return response
        status = 422
    return render(request, "org/accounts/sign_in.html", {"form": form, "next": target, "wecom": ""}, status=status)


def _recognised(request: HttpRequest, form: Any, at: datetime, secret: str, named: str = "") -> Person | None:
    """Ask for the person behind the form; a wrong answer becomes the form's error, with the tries left."""
    given = form.cleaned_data
    person: Person | None = lockout.recognise(
        request, at, employee_no=given["employee_no"], **{named or secret: given[secret]}
    )
    if person is None:
        left = lockout.of_account(given["employee_no"], at, request).left
        wrong = _("工号或密码不对") if secret == "password" else _("工号或激活码不对，或已过期")  # noqa: S105
        form.add_error(None, _("%(wrong)s，还可以试 %(left)s 次") % {"wrong": wrong, "left": left})
    return person


def locked(
    request: HttpRequest, response: Any = None, credentials: Any = None, *, until: datetime | None = None
) -> HttpResponse:
    """Also what django-axes answers in place of the view (AXES_LOCKOUT_CALLABLE)."""
    if until is None and credentials:
        until = lockout.of_account(credentials.get("employee_no") or "", clock.now(), request).until
    return render(request, "org/accounts/locked.html", {"until": until}, status=429)


@public
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code", "new_password", "new_password2")
def activate(request: HttpRequest) -> HttpResponse:
    """A card's QR code leads here with the 工号 filled in; the code itself is typed and never part of an address."""
    if request.user.is_authenticated:
        return redirect("home")
    form = ActivationForm(request.POST or None, initial={"employee_no": request.GET.get("no", "")})
    status = 200
    if request.method == "POST":
        at = clock.now()
        if until := lockout.of_address(request, at).until:
            return locked(request, until=until)
        if form.is_valid() and _activated(request, form, at):
            return redirect("home")
        status = 422
    return render(request, "org/accounts/activate.html", {"form": form}, status=status)


def _activated(request: HttpRequest, form: ActivationForm, at: datetime) -> bool:
    """Whether the code was right, the password good and the person is signed in with it."""
    person = _recognised(request, form, at, "code", named="activation_code")
    if person is None or not form.suits(person):
        return False
    try:
        mine = actions.activate(person, password=form.cleaned_data["new_password"], at=at)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    mine.backend = person.backend
    sessions.begin(request, mine, remember=False, at=at)
    return True


@signed_in
@require_POST
def sign_out(request: SignedIn) -> HttpResponse:
    logout(request)
    return redirect("home")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
def change_password(request: SignedIn) -> HttpResponse:
    person = request.user
    form = ChangePasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and form.suits(person):
        actions.change_password(person, password=form.cleaned_data["new_password"], at=request.now)
        update_session_auth_hash(request, person)
        messages.success(request, _("已换成新密码，别的设备要重新登录"))
        return redirect("me")
    status = 422 if form.is_bound else 200
    return render(request, "org/accounts/change_password.html", {"form": form}, status=status)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: SignedIn) -> HttpResponse:
    """Show a code of the authenticator; the first time, bind one."""
    person = request.user
    if person.is_verified():  # type: ignore[attr-defined]  # django_otp's middleware
        return redirect("home")
    device = TOTPDevice.objects.devices_for_user(person, confirmed=True).first()
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (shown := _shown(request, device, form)):
        otp_login(request, shown)
        return redirect("home")
    context = {"form": form, "device": device, **({} if device else _enrolment(request, person))}
    return render(request, "org/accounts/second_factor.html", context, status=422 if form.is_bound else 200)


def _shown(request: SignedIn, device: TOTPDevice | None, form: TokenForm) -> TOTPDevice | None:
    """The device whose code was shown; a wrong one becomes the form's error. The device itself slows down guessing."""
    token = form.cleaned_data["token"]
    if device is not None:
        if device.verify_token(int(token)):
            return device
    elif key := request.session.get(OTP_KEY):
        try:
            bound = actions.enrol_second_factor(request.user, key=key, token=token, at=request.now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return None
        if bound:
            del request.session[OTP_KEY]
            return bound
    form.add_error("token", _("验证码不对或已用过，等下一个再输。"))
    return None


def _enrolment(request: SignedIn, person: Person) -> dict[str, str]:
    """The secret to bind, as a picture and as text to type; the same while the session lasts."""
    key = request.session.setdefault(OTP_KEY, random_hex(20))
    secret = base64.b32encode(bytes.fromhex(key)).decode()
    issuer = _("团险活动量")
    query = urlencode({"secret": secret, "issuer": issuer})
    return {"secret": secret, "picture": qr(f"otpauth://totp/{quote(f'{issuer}:{person.employee_no}')}?{query}")}


def qr(text: str) -> str:
    """A QR code as the address of an image, dark on white in every theme."""
    drawn = io.BytesIO()
    qrcode.make(text, image_factory=SvgPathFillImage, border=2).save(drawn)
    return f"data:image/svg+xml;base64,{base64.b64encode(drawn.getvalue()).decode()}"
