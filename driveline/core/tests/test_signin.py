"""Signing in and staying in: throttling, policy, first sign-in, sessions, lost sessions, disabled accounts."""

import json
from datetime import timedelta

import pytest
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from driveline.core import passwords, sessions, signin
from driveline.core.models import AuditEntry, Membership, OrgUnit, SignInThrottle, User, UserSession
from driveline.core.signin import Outcome, attempt

WRONG = "wrong-password-1"
LOGIN = "/sign-in/"
HOME = "/account/sessions/"  # a page that everybody has


def sign_in(browser, world, login="gujia", password=None, **more):
    return browser.post(LOGIN, {"login": login, "password": password or world.password, **more})


def test_the_right_password_opens_a_session_in_the_users_store(world):
    browser = Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36"})
    answer = sign_in(browser, world)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert browser.session["store"] == world.a.pk
    row = UserSession.objects.get(user=world.gujia)
    assert (row.session_key, row.address) == (browser.session.session_key, "127.0.0.1")
    assert AuditEntry.objects.get(action="sign_in").user == world.gujia
    assert browser.get(HOME).status_code == 200


def test_the_login_is_taken_whatever_its_case_and_blanks(world):
    assert attempt("  GuJia ", world.password, "10.0.0.1").outcome == Outcome.OK


def test_an_unknown_login_and_a_wrong_password_are_answered_alike(world):
    browser = Client()
    unknown = sign_in(browser, world, "nobody", WRONG)
    wrong = sign_in(browser, world, "gujia", WRONG)
    assert unknown.status_code == wrong.status_code == 422
    assert unknown.context["problem"] == wrong.context["problem"] != ""
    assert not UserSession.objects.exists()


def test_the_system_user_cannot_sign_in(world):
    assert attempt("system", "!system", "10.0.0.1").outcome == Outcome.WRONG


def test_five_failures_lock_the_pair_for_fifteen_minutes(world):
    left = [attempt("gujia", WRONG, "10.0.0.1") for _i in range(5)]
    assert [(a.outcome, a.left) for a in left[:4]] == [(Outcome.WRONG, n) for n in (4, 3, 2, 1)]
    assert (left[4].outcome, left[4].minutes) == (Outcome.LOCKED, 15)
    assert attempt("gujia", world.password, "10.0.0.1").outcome == Outcome.LOCKED
    assert attempt("gujia", world.password, "10.0.0.2").outcome == Outcome.OK
    assert attempt("guyi", world.password, "10.0.0.1").outcome == Outcome.OK


def test_the_lock_opens_again_and_counts_anew(world):
    for _i in range(5):
        attempt("gujia", WRONG, "10.0.0.1")
    past = timedelta(minutes=16)
    for row in SignInThrottle.objects.all():
        row.last_failure_at -= past
        row.locked_until = row.locked_until and row.locked_until - past
        row.save()
    assert attempt("gujia", WRONG, "10.0.0.1").left == 4
    assert attempt("gujia", world.password, "10.0.0.1").outcome == Outcome.OK
    assert attempt("gujia", WRONG, "10.0.0.1").left == 4


def test_one_address_trying_many_logins_is_locked(world):
    for number in range(signin.TRIES_PER_ADDRESS):
        last = attempt(f"user{number}", WRONG, "10.0.0.9")
    assert last.outcome == Outcome.LOCKED
    assert attempt("gujia", world.password, "10.0.0.9").outcome == Outcome.LOCKED
    assert attempt("gujia", world.password, "10.0.0.1").outcome == Outcome.OK


def test_one_login_tried_from_many_addresses_is_locked(world):
    for number in range(signin.TRIES_PER_LOGIN):
        last = attempt("gujia", WRONG, f"10.0.1.{number}")
    assert last.outcome == Outcome.LOCKED
    assert attempt("gujia", world.password, "10.0.2.1").outcome == Outcome.LOCKED


def test_the_page_says_how_many_tries_are_left(world):
    browser = Client()
    assert "4" in sign_in(browser, world, password=WRONG).context["problem"]
    for _i in range(4):
        answer = sign_in(browser, world, password=WRONG)
    assert "15" in answer.context["problem"]


def test_ac_09_a_disabled_account_is_told_only_with_the_right_password(world):
    User.objects.filter(pk=world.gujia.pk).update(is_active=False)
    assert attempt("gujia", WRONG, "10.0.0.1").outcome == Outcome.WRONG
    assert attempt("gujia", world.password, "10.0.0.1").outcome == Outcome.DISABLED
    answer = sign_in(Client(), world)
    assert answer.status_code == 422
    assert not UserSession.objects.exists()


def test_ac_09_a_session_ends_at_the_next_request(world):
    browser = world.client(world.gujia)
    assert browser.get(HOME).status_code == 200
    User.objects.filter(pk=world.gujia.pk).update(is_active=False)
    answer = browser.get(HOME)
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/?why=disabled")
    assert "_auth_user_id" not in browser.session
    assert browser.get(answer["Location"]).context["problem"] != ""


@pytest.mark.parametrize(
    "header", [{"HX-Request": "true"}, {"X-Fragment": "list"}, {"Sec-Fetch-Mode": "cors"}]
)
def test_a_script_without_a_session_gets_401_and_a_page_is_sent_to_the_sign_in(world, header):
    browser = Client()
    page = browser.get(HOME)
    assert (page.status_code, page["Location"]) == (302, f"{LOGIN}?next={HOME}")
    script = browser.get(HOME, headers=header)
    assert (script.status_code, script["X-Signed-Out"]) == (401, "1")
    disabled = world.client(world.liwu)
    script = disabled.get(HOME, headers=header)
    assert (script.status_code, script["X-Signed-Out"]) == (401, "1")


def test_signing_in_goes_where_one_wanted_to_but_never_elsewhere(world):
    assert sign_in(Client(), world, next=HOME)["Location"] == HOME
    assert sign_in(Client(), world, next="https://example.com/")["Location"] == "/"
    assert sign_in(Client(), world, next="//example.com/")["Location"] == "/"


def test_the_dialog_signs_in_again_and_hands_out_a_fresh_token(world):
    browser = Client(enforce_csrf_checks=True)
    form = browser.get(f"{LOGIN}?inline=1")
    assert form.status_code == 200
    assert b"<html" not in form.content
    sent = {
        "login": "gujia",
        "password": WRONG,
        "inline": "1",
        "csrfmiddlewaretoken": form.context["csrf_token"],
    }
    wrong = browser.post(LOGIN, sent)
    assert (wrong.status_code, b"<form" in wrong.content, b'role="alert"' in wrong.content) == (
        409,
        False,
        True,
    )
    answer = browser.post(LOGIN, sent | {"password": world.password})
    assert answer.status_code == 204
    told = json.loads(answer["HX-Trigger"])["signed-in"]
    assert (told["user"], told["store"], told["csrf"]) == (world.gujia.pk, world.a.pk, answer["X-CSRFToken"])
    headers = {"X-CSRFToken": told["csrf"]}
    body = json.dumps({"key": "ui.theme", "value": "dark"})
    sent_again = browser.post("/preferences/", body, content_type="application/json", headers=headers)
    assert sent_again.status_code == 204


def test_a_second_tab_goes_on_after_signing_in_again_in_the_first(world):
    browser = Client(enforce_csrf_checks=True)
    old = browser.get(f"{LOGIN}?inline=1").context["csrf_token"]
    sent = {"login": "gujia", "password": world.password, "inline": "1", "csrfmiddlewaretoken": str(old)}
    assert browser.post(LOGIN, sent).status_code == 204
    body = json.dumps({"key": "ui.theme", "value": "dark"})
    headers = {"X-CSRFToken": str(old), "X-Requested-With": "XMLHttpRequest"}
    stale = browser.post("/preferences/", body, content_type="application/json", headers=headers)
    assert (stale.status_code, stale["X-User"]) == (403, str(world.gujia.pk))
    headers["X-CSRFToken"] = stale["X-CSRFToken"]
    assert (
        browser.post("/preferences/", body, content_type="application/json", headers=headers).status_code
        == 204
    )


def test_a_stale_form_is_told_so_and_a_stale_sign_in_starts_anew(world):
    browser = Client(enforce_csrf_checks=True)
    stale = f"{LOGIN}?next={HOME}"
    assert browser.post(stale, {"login": "gujia"})["Location"] == stale
    browser.force_login(world.gujia)
    assert browser.post("/switch-store/", {"store": world.a.pk}).status_code == 403


def test_staying_signed_in_lasts_seven_days_and_else_until_the_browser_closes(world):
    browser = Client()
    sign_in(browser, world)
    assert browser.cookies["driveline_session"]["max-age"] == ""
    browser = Client()
    sign_in(browser, world, remember="on")
    assert browser.cookies["driveline_session"]["max-age"] == 7 * 24 * 3600


def test_a_one_time_password_must_be_changed_before_anything_else(world):
    User.objects.filter(pk=world.gujia.pk).update(must_change_password=True)
    browser = Client()
    assert sign_in(browser, world)["Location"] == reverse("core:password")
    answer = browser.get(HOME)
    assert (answer.status_code, answer["Location"]) == (302, reverse("core:password"))
    script = browser.post("/preferences/", {}, headers={"HX-Request": "true"})
    assert (script.status_code, script["HX-Redirect"]) == (403, reverse("core:password"))
    page = browser.get("/account/password/")
    assert "current" not in page.context["form"].fields
    answer = browser.post("/account/password/", {"password": "Donghu-2027-x", "repeat": "Donghu-2027-x"})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert browser.get(HOME).status_code == 200
    world.gujia.refresh_from_db()
    assert world.gujia.check_password("Donghu-2027-x")


def test_changing_the_password_ends_every_other_session(world):
    here, there = Client(), Client()
    sign_in(here, world)
    sign_in(there, world)
    sent = {"current": world.password, "password": "Donghu-2027-x", "repeat": "Donghu-2027-x"}
    assert here.post("/account/password/", sent | {"current": WRONG}).status_code == 422
    assert here.post("/account/password/", sent | {"repeat": "Donghu-2027-y"}).status_code == 422
    assert here.post("/account/password/", sent).status_code == 200
    assert here.get(HOME).status_code == 200
    assert there.get(HOME).status_code == 302
    assert UserSession.objects.get(user=world.gujia).session_key == here.session.session_key


@pytest.mark.parametrize(
    "password",
    [
        "short-1",
        "onlyletterslong",
        "12345678901234",
        "gujia-2026-xyz",
        "x13800004127x",
        "password123",
        "顾甲abc12345",
    ],
)
def test_the_policy_refuses(world, password):
    world.gujia.phone = "13800004127"
    with pytest.raises(ValidationError):
        validate_password(password, world.gujia)


def test_one_time_passwords_pass_the_policy_and_differ(world):
    made = {passwords.one_time() for _i in range(50)}
    assert len(made) == 50
    for password in made:
        validate_password(password, world.gujia)


def test_sessions_are_listed_to_their_user_who_may_end_them(world):
    here, there, third, other = Client(), Client(), Client(), Client()
    for browser in (here, there, third):
        sign_in(browser, world)
    sign_in(other, world, "guyi")
    rows = here.get(HOME).context["rows"]
    assert [line["here"] for line in rows] == [True, False, False]
    foreign = UserSession.objects.get(user=world.guyi).pk
    assert here.post(f"/account/sessions/{foreign}/end/").status_code == 404
    mine = UserSession.objects.get(session_key=there.session.session_key).pk
    assert here.post(f"/account/sessions/{mine}/end/").status_code == 302
    assert there.get(HOME).status_code == 302
    assert third.get(HOME).status_code == 200
    assert here.post("/account/sessions/end-others/").status_code == 302
    assert third.get(HOME).status_code == 302
    assert here.get(HOME).status_code == 200
    assert other.get(HOME).status_code == 200


def test_a_session_that_has_gone_is_not_listed(world):
    here, there = Client(), Client()
    sign_in(here, world)
    sign_in(there, world)
    Session.objects.filter(session_key=there.session.session_key).delete()
    assert [row.session_key for row in sessions.of_user(world.gujia)] == [here.session.session_key]
    assert UserSession.objects.count() == 1


def test_signing_out_ends_the_session_and_only_by_post(world):
    browser = Client()
    sign_in(browser, world)
    assert browser.get("/sign-out/").status_code == 405
    assert browser.post("/sign-out/")["Location"] == LOGIN
    assert not UserSession.objects.exists()
    assert browser.get(HOME).status_code == 302


def test_use_is_noted_at_most_once_a_minute(world, monkeypatch, django_assert_num_queries):
    browser = Client()
    sign_in(browser, world)
    row = UserSession.objects.get()
    UserSession.objects.update(seen_at=row.seen_at - timedelta(hours=1))
    browser.get(HOME)
    seen = UserSession.objects.get().seen_at
    assert seen >= row.seen_at
    UserSession.objects.update(seen_at=row.seen_at)
    browser.get(HOME)
    assert UserSession.objects.get().seen_at == row.seen_at


def test_a_request_costs_two_queries_before_its_own(world, django_assert_num_queries):
    browser = world.client(world.gujia)
    browser.get(HOME)
    with django_assert_num_queries(2):  # the session; the user with memberships and grants
        browser.get("/account/sessions/0/end/")


def test_who_has_no_store_is_told_so_and_may_sign_out(world):
    Membership.objects.filter(user=world.gujia).update(active=False)
    browser = world.client(world.gujia)
    assert browser.get(HOME).status_code == 403
    assert browser.post("/sign-out/").status_code == 302


def test_a_membership_that_ends_takes_its_store_away(world):
    browser = world.client(world.shuangwei, world.b)
    Membership.objects.filter(user=world.shuangwei, store=world.b).update(active=False)
    assert browser.get(HOME).context["shell"].store == world.a
    OrgUnit.objects.filter(pk=world.a.pk).update(active=False)
    assert browser.get(HOME).status_code == 403


def test_an_empty_installation_leads_to_the_first_run(db):
    assert Client().get(LOGIN)["Location"] == "/first-run/"


def test_answers_to_signed_in_people_are_not_kept_by_caches(world):
    assert "no-store" in world.client(world.gujia).get(HOME)["Cache-Control"]
